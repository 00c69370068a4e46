"""Where the ticks are, and their numbers as plain text: 0.5, −2, 10⁻⁴."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axis import XAxis
from matplotlib.ticker import Formatter, MaxNLocator

from ebmviz.core.ticks import tick_labels
from ebmviz.export.style import SMALL, width

_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_MOST = 5  # intervals between ticks
_GAP = 0.08  # inches between two numbers


class Few(MaxNLocator):
    """Ticks at round numbers, at most six, and fewer where their numbers would touch."""

    def __init__(self, integer: bool = False) -> None:
        super().__init__(_MOST, steps=[1, 2, 2.5, 5, 10], integer=integer)

    def __call__(self) -> Any:
        assert self.axis is not None
        most = min(_MOST, max(1, self.axis.get_tick_space()))
        for count in range(most, 0, -1):
            self.set_params(nbins=count)
            found = super().__call__()
            if count == 1 or not self._touch(found):
                return found

    def _touch(self, found: Any) -> bool:
        if not isinstance(self.axis, XAxis) or len(found) < 2:
            return False
        low, high = sorted(self.axis.get_view_interval())
        page = self.axis.axes.get_figure(root=True)
        assert page is not None
        step = (found[1] - found[0]) / ((high - low) or 1.0)
        room = self.axis.axes.bbox.width / page.dpi * step
        texts = tick_labels([float(v) for v in found if low <= v <= high])
        return bool(max((width(text, SMALL) for text in texts), default=0.0) + _GAP > room)


class Linear(Formatter):
    """The numbers of the window: each one whole, without a common part noted in a corner."""

    def format_ticks(self, values: Any) -> list[str]:
        return tick_labels([float(value) for value in values])

    def __call__(self, x: float, _pos: int | None = None) -> str:
        return tick_labels([x])[0]


class Decades(Formatter):
    """Decades of a logarithmic axis; 2 and 5 between them where the axis spans few."""

    def __call__(self, x: float, _pos: int | None = None) -> str:
        assert self.axis is not None
        low, high = sorted(self.axis.get_view_interval())
        if x <= 0 or low <= 0:
            return ""
        power = math.floor(math.log10(x) + 1e-9)
        lead = round(x / 10**power)
        if lead != 1 and not (lead in (2, 5) and high / low < 30):
            return ""
        if -4 < power < 5:
            return f"{x:.6g}"
        times = "" if lead == 1 else f"{lead}×"
        return f"{times}10{str(power).translate(_RAISED)}"
