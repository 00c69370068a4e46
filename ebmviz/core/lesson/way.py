"""The way from one scene to another: what is looked at moves, all else is there from the start.

A number moves as its slider shows it: β and others with a logarithmic scale by their logarithm, the
rest in a line. 0 and ∞ lie at the ends of such a scale, and are left and reached there.
"""

from __future__ import annotations

import math

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, Param, Value
from ebmviz.core.scene import Scene, fields, replace

_ROUND = "view.azimuth"
"""An angle that may go either way around."""
_TURN = 360.0


def moving(old: Scene, new: Scene, catalogue: Catalogue) -> dict[str, tuple[Value, Value]]:
    """path -> both ends, of all numbers that move on the way."""
    found = {}
    for at, param in fields(new, catalogue).items():
        ends = old.values.get(at), new.values[at]
        if param.affects < Affects.TRAIN and ends[0] != ends[1] and _moves(param, *ends):
            found[at] = ends
    return found  # type: ignore[return-value]  # those without a beginning do not move


def between(old: Scene, new: Scene, share: float, catalogue: Catalogue) -> Scene:
    """The scene on the way, from 0 to 1, where it is the very new one."""
    if share >= 1:
        return new
    params = fields(new, catalogue)
    ends = moving(old, new, catalogue)
    changes = {at: _between(params[at], at, *ends[at], share) for at in ends}
    try:
        return replace(new, changes, catalogue)
    except UserError:
        return new  # the ends of a cut that turns around meet on the way


def eased(share: float) -> float:
    """Time as it is shown: slow at both ends."""
    return share * share * (3 - 2 * share)


def step_between(old: int, new: int, share: float) -> int:
    """The step on the way: they go by evenly."""
    return new if share >= 1 else old + math.floor((new - old) * share)


def _moves(param: Param, old: Value | None, new: Value) -> bool:
    match param.type:
        case "float":
            scaled = param.log and param.slider is not None
            return scaled or (_finite(old) and _finite(new))
        case "floats":
            both = isinstance(old, tuple) and isinstance(new, tuple)
            return both and len(old) == len(new) and all(map(_finite, (*old, *new)))  # type: ignore[arg-type,misc]
    return False


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _between(param: Param, at: str, old: Value, new: Value, share: float) -> Value:
    if isinstance(old, tuple) and isinstance(new, tuple):
        return tuple(_line(a, b, share) for a, b in zip(old, new, strict=True))
    assert isinstance(old, float)
    assert isinstance(new, float)
    if at == _ROUND:
        turn = (new - old + _TURN / 2) % _TURN - _TURN / 2
        return math.remainder(old + turn * share, _TURN)
    return scaled(param, old, new, share)


def scaled(param: Param, old: float, new: float, share: float) -> float:
    """A number on the way, by the scale of its slider."""
    if not param.log or param.slider is None:
        return _line(old, new, share)
    low, high = param.slider
    first, last = (low if v <= 0 else high if math.isinf(v) else v for v in (old, new))
    return float(first * (last / first) ** share)


def _line(old: float, new: float, share: float) -> float:
    return old + (new - old) * share
