"""Where the ticks are, and their numbers as plain text: 0.5, −2, 10⁻⁴."""

from __future__ import annotations

import math
import re
from typing import Any

from matplotlib.ticker import Formatter, MaxNLocator, ScalarFormatter

_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_POWER = re.compile(r"([+−-]?)([\d.]+)e([-−]?\d+)")
_MOST = 5  # intervals between ticks


class Few(MaxNLocator):
    """Ticks at round numbers, at most six, and fewer where they would touch."""

    def __init__(self, integer: bool = False) -> None:
        super().__init__(_MOST, steps=[1, 2, 2.5, 5, 10], integer=integer)

    def __call__(self) -> Any:
        assert self.axis is not None
        self.set_params(nbins=min(_MOST, max(1, self.axis.get_tick_space())))
        return super().__call__()


class Linear(ScalarFormatter):
    """matplotlib's numbers, with the common power of ten written ×10⁵."""

    def get_offset(self) -> str:
        def power(match: re.Match[str]) -> str:
            sign, lead, exponent = match.groups()
            lead = "" if lead == "1" else lead
            times = "×" if lead or not sign else ""
            return f"{sign}{lead}{times}10{exponent.translate(_RAISED)}"

        return _POWER.sub(power, super().get_offset())


class Decades(Formatter):
    """Decades of a logarithmic axis; 2 and 5 between them where the axis spans few."""

    def __call__(self, x: float, pos: int | None = None) -> str:
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
