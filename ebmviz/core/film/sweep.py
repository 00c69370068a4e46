"""Numbers of a scene that a film can lead from one value to another."""

from __future__ import annotations

import math

import msgspec

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.lanes.over import declared
from ebmviz.core.lesson import way
from ebmviz.core.params import Affects, Param, Value, format_value, number
from ebmviz.core.scene import Scene, replace, visible
from ebmviz.core.traits import PLANES

_STILL = ("view.speed", "sampler.pace")
"""Of time, which no frame shows."""
_CAMERA = ("view.azimuth", "view.elevation", "view.zoom", "view.exaggeration")
_DULL = ("view.resolution", *_STILL)
_NUMBERS = ("float", "int", "floats")
_DIGITS, _LONGEST = 4, 9


class Sweep(msgspec.Struct, frozen=True):
    """A path, and its first and last value. trained: whether the training depends on it."""

    path: str
    first: Value
    last: Value
    trained: bool = False

    @property
    def text(self) -> str:
        """The form that `parsed` reads."""
        return f"{self.path}={_word(self.first)}..{_word(self.last)}"


def parsed(text: str, scene: Scene, catalogue: Catalogue) -> Sweep:
    """What `PATH=a..b` says; of PATH alone, between the ends of its slider. Raises UserError naming
    the path.
    """
    at, equals, ends = (word.strip() for word in text.partition("="))
    param = declared(at, scene, catalogue)
    if param.type not in _NUMBERS or at in _STILL:
        raise UserError(f"{at}: “{param.label}” is not a number that a film can vary")
    first, dots, last = ends.partition("..")
    if not equals:
        if param.slider is None:
            raise UserError(f"{at}: it has no slider, so say from where to where: {at}=a..b")
        first, last = map(str, param.slider)
    elif not dots:
        raise UserError(f"{at}: “{ends}” is not a span a..b")
    trained = param.affects >= Affects.TRAIN and "still" not in scene.facts
    found = Sweep(at, param.check(first, at), param.check(last, at), trained)
    if found.first == found.last:
        raise UserError(f"{at}: it is {_word(found.first)} at both ends")
    for value in (found.first, found.last):
        replace(scene, {at: value}, catalogue)
    return found


def offered(scene: Scene, catalogue: Catalogue) -> dict[str, str]:
    """Path to name of all numbers with a slider that do something in a scene: those of the picture
    first.
    """
    solid = not scene.view.flat and not scene.facts.isdisjoint(PLANES)
    idle = _DULL if solid else (*_DULL, *_CAMERA)
    shown = {
        at: param
        for at, param in visible(scene, catalogue).items()
        if param.type in ("float", "int") and param.slider and at not in idle
    }
    shown = {at: param for at, param in shown.items() if not at.startswith("sampler.")}
    ordered = sorted(shown.items(), key=lambda each: each[1].affects >= Affects.TRAIN)
    return {at: _named(param) for at, param in ordered}


def at(sweep: Sweep, share: float, scene: Scene, catalogue: Catalogue) -> Value:
    """Its value at a share of the way: by its logarithm where the slider has such a scale."""
    if share <= 0 or share >= 1:
        return sweep.last if share >= 1 else sweep.first
    param = declared(sweep.path, scene, catalogue)
    pairs = zip(_numbers(sweep.first), _numbers(sweep.last), strict=True)
    found = tuple(_rounded(param, *ends, way.scaled(param, *ends, share)) for ends in pairs)
    if param.type == "floats":
        return found
    return round(found[0]) if param.type == "int" else found[0]


def reading(sweep: Sweep, value: Value, scene: Scene, catalogue: Catalogue) -> str:
    """The value as it is told: β = 0.316."""
    param = declared(sweep.path, scene, catalogue)
    three = zip(*map(_numbers, (sweep.first, sweep.last, value)), strict=True)
    said = ", ".join(_short(param, *each) for each in three)
    unit = param.unit if param.unit in ("", "°") else f" {param.unit}"
    return f"{param.symbol or param.label} = {said}{unit}"


def _named(param: Param) -> str:
    return f"{param.symbol}, {param.label}" if param.symbol else param.label


def _numbers(value: Value) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (number(value),)


def _places(param: Param, first: float, last: float, value: float) -> int:
    """Decimals of a value between two: those of a thousandth of the span, or of the value itself on
    a logarithmic scale.
    """
    span = abs(last - first)
    of = value if param.log or math.isinf(span) else span
    return _DIGITS - 1 - (math.floor(math.log10(abs(of))) if of and math.isfinite(of) else 0)


def _rounded(param: Param, first: float, last: float, value: float) -> float:
    """As it is told: what a figure says of it is then no longer."""
    return round(value, _places(param, first, last, value))


def _short(param: Param, first: float, last: float, value: float) -> str:
    places = _places(param, first, last, value)
    if math.isinf(value) or param.type == "int" or not 0 <= places < _LONGEST:
        return format_value(param.check(value, param.name) if param.type == "int" else value)
    return f"{value:z.{places}f}".replace("-", "−")


def _word(value: Value) -> str:
    return ",".join(f"{each}".removesuffix(".0") for each in _numbers(value))
