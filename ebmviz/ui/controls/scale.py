"""Where a value stands on a slider, and which value a position means.

A position runs from 0 (left) to 1 (right). Between lies a linear or logarithmic scale; a
stop at 0 or at ∞ lies at the very end, a `gap` apart from the scale proper.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ebmviz.core.params import Param

_RUNGS = 20  # keyboard steps per decade of a logarithmic scale


class Scale(NamedTuple):
    """The interval of a slider, and its stops.

    `whole` admits whole numbers only; `gap` is the share of the track between a stop and
    the scale's end.
    """

    low: float
    high: float
    log: bool = False
    zero: bool = False
    inf: bool = False
    whole: bool = False
    gap: float = 0.08

    @property
    def ends(self) -> tuple[float, float]:
        """The positions of `low` and `high`."""
        return (self.gap if self.zero else 0.0), (1 - self.gap if self.inf else 1.0)


def scale_of(param: Param) -> Scale | None:
    """The slider that a parameter declares; None if it has none."""
    if param.slider is None or param.type not in ("float", "int"):
        return None
    low, high = param.slider
    if not low < high:
        return None
    log = param.log and low > 0
    return Scale(low, high, log, log and param.low <= 0, param.inf, param.type == "int")


def position(scale: Scale, value: float) -> float:
    """Where `value` stands; a value between an end and its stop stands at that end."""
    if scale.zero and value <= 0:
        return 0.0
    if scale.inf and value == math.inf:
        return 1.0
    first, last = scale.ends
    if value <= scale.low:
        return first
    if value >= scale.high:
        return last
    if scale.log:
        t = math.log(value / scale.low) / math.log(scale.high / scale.low)
    else:
        t = (value - scale.low) / (scale.high - scale.low)
    return first + t * (last - first)


def value_at(scale: Scale, at: float, grain: float = 0.0) -> float:
    """The value at a position: the roundest one within half a `grain` to either side.

    Nearer to a stop than to the scale's end means the stop.
    """
    first, last = scale.ends
    if scale.zero and at < first / 2:
        return 0.0
    if scale.inf and at > (1 + last) / 2:
        return math.inf
    t = (at - first) / (last - first)
    if t <= 0:
        return scale.low
    if t >= 1:
        return scale.high
    value = _inside(scale, t)
    if scale.whole:
        return _within(scale, float(round(value)))
    half = grain / 2 / (last - first)
    return _within(scale, roundest(_inside(scale, t - half), _inside(scale, t + half), value))


def nudged(scale: Scale, value: float, steps: int) -> float:
    """`value` moved by keyboard steps; a step beyond the scale's end reaches the stop."""
    if scale.zero and value <= 0:
        return scale.low if steps > 0 else 0.0
    if value == math.inf:
        return scale.high if steps < 0 else value
    if steps < 0 and value <= scale.low:
        return 0.0 if scale.zero else value
    if steps > 0 and value >= scale.high:
        return math.inf if scale.inf else value
    return _within(scale, _rung(scale, value, steps) if scale.log else _tick(scale, value, steps))


def page(scale: Scale) -> int:
    """How many keyboard steps one page is: a tenth of the scale, or half a decade."""
    if scale.whole and not scale.log:
        return max(1, round((scale.high - scale.low) / 10))
    return 10


def roundest(a: float, b: float, near: float) -> float:
    """The number with the fewest decimals in [a, b]; of several, the one nearest to `near`."""
    if not a < b:
        return near
    power = math.floor(math.log10(b - a)) + 1
    while True:
        unit = 10.0**power
        least, most = math.ceil(a / unit - 1e-9), math.floor(b / unit + 1e-9)
        if least <= most:
            return float(f"{min(max(round(near / unit), least), most)}e{power}")
        power -= 1


def step_of(low: float, high: float) -> float:
    """A round step (1, 2 or 5 times a power of ten), about a hundredth of the interval."""
    rough = (high - low) / 100
    unit = 10.0 ** math.floor(math.log10(rough) + 1e-9)
    return next(m * unit for m in (5, 2, 1) if m * unit <= rough * (1 + 1e-9))


def _inside(scale: Scale, t: float) -> float:
    if scale.log:
        return float(scale.low * (scale.high / scale.low) ** t)
    return scale.low + t * (scale.high - scale.low)


def _within(scale: Scale, value: float) -> float:
    return min(max(value, scale.low), scale.high)


def _tick(scale: Scale, value: float, steps: int) -> float:
    step = 1.0 if scale.whole else step_of(scale.low, scale.high)
    # From between two ticks, the first step goes to the nearer side's tick.
    count = math.floor(value / step + 1e-6) if steps > 0 else math.ceil(value / step - 1e-6)
    return float(f"{(count + steps) * step:.12g}")


def _rung(scale: Scale, value: float, steps: int) -> float:
    sign = 1 if steps > 0 else -1
    rung = round(math.log10(value) * _RUNGS)
    for _ in range(abs(steps)):
        if not scale.low <= value <= scale.high:
            break
        start = value
        while (value - start) * sign <= 0:  # whole numbers: several rungs round alike
            value = _at_rung(scale, rung)
            rung += sign
        rung -= sign
    return value


def _at_rung(scale: Scale, rung: int) -> float:
    value = float(f"{10 ** (rung / _RUNGS):.2g}")
    return float(round(value)) if scale.whole else value
