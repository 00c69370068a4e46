"""The numbers at ticks: those in the window and those of an exported figure are the same."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

_LONGEST = 6  # characters of a plain number
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def tick_labels(values: Sequence[float]) -> list[str]:
    """Distinct labels of values in one form: plain while short, else with a power of ten."""
    if not len(values):
        return []
    ordered = sorted(set(values))
    biggest = max(abs(ordered[0]), abs(ordered[-1]))
    gap = min((b - a for a, b in itertools.pairwise(ordered)), default=biggest)
    if not gap > 0 or not math.isfinite(biggest):
        return [f"{v:.4g}".replace("-", "−") for v in values]
    plain = _fixed(values, _places(gap))
    if max(len(label.lstrip("−")) for label in plain) <= _LONGEST:
        return plain
    whole = biggest < 100 * gap  # whole mantissas are shorter: 2·10⁸, not 0.2·10⁹
    power = math.floor(math.log10(gap if whole else biggest) + 1e-9)
    unit = 10.0**power
    mantissas = _fixed([v / unit for v in values], _places(gap / unit))
    tail = f"·10{str(power).translate(_RAISED)}"
    raised = [
        "0" if abs(v) < 1e-6 * gap else m + tail for v, m in zip(values, mantissas, strict=True)
    ]
    return raised if max(map(len, raised)) <= max(map(len, plain)) else plain


def _fixed(values: Sequence[float], places: int) -> list[str]:
    return [f"{v:z.{places}f}".replace("-", "−") for v in values]


def _places(gap: float) -> int:
    """Decimals that write multiples of `gap` exactly, as far as one can see."""
    places = max(0, -math.floor(math.log10(gap) + 1e-9))
    for more in range(2):
        scaled = gap * 10.0 ** (places + more)
        if abs(scaled - round(scaled)) < 0.02 * scaled:
            return places + more
    return places + 1
