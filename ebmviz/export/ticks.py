"""The numbers at the ticks, as plain text: 0.5, −2, 10⁻⁴."""

from __future__ import annotations

import math
import re

from matplotlib.ticker import Formatter, ScalarFormatter

_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_POWER = re.compile(r"(?:1|(\d\.\d+))e([-−]?\d+)")


class Linear(ScalarFormatter):
    """matplotlib's numbers, with the common power of ten written ×10⁵."""

    def get_offset(self) -> str:
        def power(match: re.Match[str]) -> str:
            return f"{match[1] or ''}×10{match[2].translate(_RAISED)}"

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
