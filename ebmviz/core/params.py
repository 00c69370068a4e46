"""A parameter is declared once, as an annotated field of a `ParamSet`.

The form, the session file, the command line's `--set`, the README tables and the
contract tests all follow from that one declaration:

    class EllipseParams(ParamSet):
        latents: Annotated[int, integer("Latents", symbol="|Z|", low=1, high=4096)] = 48
"""

from __future__ import annotations

import base64
import binascii
import enum
import functools
import inspect
import math
from collections.abc import Callable, Container, Mapping
from functools import cache
from typing import Any, Literal, TypeVar, get_type_hints

import msgspec

from ebmviz.core import numerals, traits
from ebmviz.core.beta import tempered
from ebmviz.core.errors import UserError
from ebmviz.core.numerals import quoted

_LINE = 200  # letters of a text
Value = bool | int | float | str | tuple[float, ...]
ParamType = Literal["float", "int", "bool", "choice", "floats", "text", "table"]


class Affects(enum.IntEnum):
    """How much must be redone when a parameter moves."""

    NOTHING = 0
    DRAW = 1  # recolour what was measured
    VIEW = 2  # evaluate the landscape again
    TRAIN = 3  # the next step picks it up, without a reset
    BUILD = 4  # new weights


class Param(msgspec.Struct, frozen=True):
    """Everything known about one parameter.

    `low` and `high` bound what is accepted (`high` the letters of a text); `slider` bounds what
    the slider spans.
    `inf` accepts infinity as a value, and gives the slider a stop there.
    `size` is the exact number of entries of a `floats` parameter, 0 for any; `empty` accepts none.
    `when` names facts of a scene without which it does nothing: all of them, "a|b" being either.
    `unless` names facts with which, if all are there, it does nothing.
    `requires` names those without which one of its choices does nothing, each with the reason to
    give when it is refused.
    `formulas`: what each choice says in the formula of its component, where that has `{name}`.
    """

    name: str
    type: ParamType
    label: str
    affects: Affects
    default: Value = 0.0
    symbol: str = ""
    help: str = ""
    unit: str = ""
    low: float = -1e300
    high: float = 1e300
    slider: tuple[float, float] | None = None
    log: bool = False
    inf: bool = False
    thermometer: bool = False
    choices: dict[str, str] = {}
    size: int = 0
    empty: bool = False
    hidden: bool = False
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    requires: dict[str, dict[str, str]] = {}
    formulas: dict[str, str] = {}

    def shown_by(self, facts: frozenset[str]) -> bool:
        """Whether it does something in a scene with these facts (`Scene.facts`)."""
        idle = bool(self.unless) and facts.issuperset(self.unless)
        return not idle and all(not facts.isdisjoint(each.split("|")) for each in self.when)

    @property
    def asked(self) -> tuple[str, ...]:
        """All facts that it asks for."""
        return (*self.when, *self.unless, *(f for each in self.requires.values() for f in each))

    def offered(self, facts: frozenset[str]) -> dict[str, str]:
        """The choices that do something in a scene with these facts: value to menu text."""
        return {v: text for v, text in self.choices.items() if not self.refused(v, facts)}

    def refused(self, value: object, facts: frozenset[str]) -> str:
        """Why a choice does nothing there; empty where it does something."""
        return missing(self.requires.get(str(value), {}), facts)

    def fitting(self, value: Value, facts: frozenset[str]) -> Value:
        """A choice, or in place of one that does nothing there the default, or the first on
        offer.
        """
        if not self.refused(value, facts):
            return value
        return next((v for v in (self.default, *self.choices) if not self.refused(v, facts)), value)

    def check(self, value: object, where: str) -> Value:
        """`value` as this parameter holds it.

        Accepts what JSON, the command line and the widgets deliver; a string is parsed.
        Raises UserError naming `where`, the value and what is accepted.
        """
        try:
            return self._parse(value)
        except (TypeError, ValueError) as error:
            raise UserError(f"{where}: {error}") from None

    def _parse(self, value: object) -> Value:
        match self.type:
            case "float":
                return self._in_range(_number(value))
            case "int":
                number = self._in_range(_number(value))
                if not number.is_integer():  # nor is ∞
                    raise ValueError(f"{quoted(value)} is not a whole number")
                return int(number)
            case "bool":
                return _truth(value)
            case "choice":
                if not isinstance(value, str) or value not in self.choices:
                    names = ", ".join(self.choices)
                    raise ValueError(f"{quoted(value)} is not one of {names}")
                return value
            case "floats":
                return self._floats(value)
            case "text":
                return _text(value, _LINE if self.high >= 1e300 else int(self.high))
            case "table":
                return _table(value)

    def _in_range(self, number: float) -> float:
        if math.isnan(number):
            raise ValueError("not a number")
        if math.isinf(number):
            if self.inf and number > 0:
                return number
            raise ValueError(f"{format_value(number)} is not finite")
        if not self.low <= number <= self.high:
            raise ValueError(f"{format_value(number)} is {self._bounds(number)}")
        return tempered(number) if self.thermometer else number

    def _bounds(self, number: float) -> str:
        if self.high >= 1e300 and number < self.low:
            return f"below {format_value(self.low)}"
        if self.low <= -1e300 and number > self.high:
            return f"above {format_value(self.high)}"
        return f"outside {format_value(self.low)} … {format_value(self.high)}"

    def _floats(self, value: object) -> tuple[float, ...]:
        if isinstance(value, str):
            value = numerals.numbers(value, self.size)
        if not isinstance(value, list | tuple):
            raise ValueError(f"{quoted(value)} is not a list of numbers")
        numbers = tuple(self._in_range(_number(item)) for item in value)
        if self.size and len(numbers) != self.size:
            raise ValueError(f"{len(numbers)} numbers where {self.size} are needed")
        if not numbers and not self.empty:
            raise ValueError("an empty list of numbers")
        if len(numbers) > 64:
            raise ValueError(f"{len(numbers)} numbers, at most 64 are accepted")
        return numbers


def missing(requires: Mapping[str, str], facts: Container[str]) -> str:
    """The reason of the first of the required facts ("a|b" being either) that is not there."""
    reasons = (w for each, w in requires.items() if not any(f in facts for f in each.split("|")))
    return next(reasons, "")


class ParamSet(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every declared parameter class: typed, frozen, equal by value."""


T = TypeVar("T", bound=ParamSet)


def real(
    label: str,
    *,
    affects: Affects,
    low: float = -1e300,
    high: float = 1e300,
    slider: tuple[float, float] | None = None,
    **more: Any,
) -> Param:
    """A real parameter. `slider` defaults to [low, high]."""
    span = slider or ((low, high) if low > -1e300 and high < 1e300 else None)
    return Param("", "float", label, affects, low=low, high=high, slider=span, **more)


def integer(
    label: str,
    *,
    affects: Affects,
    low: int,
    high: int,
    slider: tuple[int, int] | None = None,
    **more: Any,
) -> Param:
    """A whole-number parameter in [low, high]."""
    return Param("", "int", label, affects, low=low, high=high, slider=slider, **more)


def choice(label: str, choices: dict[str, str], *, affects: Affects, **more: Any) -> Param:
    """One of `choices`: value to menu text."""
    return Param("", "choice", label, affects, choices=choices, **more)


def flag(label: str, *, affects: Affects, **more: Any) -> Param:
    """A yes or no."""
    return Param("", "bool", label, affects, **more)


def reals(label: str, *, affects: Affects, **more: Any) -> Param:
    """A short list of reals."""
    return Param("", "floats", label, affects, **more)


def text(label: str, *, affects: Affects, **more: Any) -> Param:
    """A short line of text, such as the name of a file."""
    return Param("", "text", label, affects, **more)


def table(label: str, *, affects: Affects, **more: Any) -> Param:
    """An array kept inside the scene: base64 of little-endian float64."""
    return Param("", "table", label, affects, **more)


def specs(params: type[ParamSet]) -> tuple[Param, ...]:
    """The declared parameters of a class, with names and defaults filled in. A field may name a
    function in place of a Param: it is asked each time, for what is on offer may have grown.

    Raises UserError of one that depends on a fact that no scene has.
    """
    return tuple(found if isinstance(found, Param) else found() for found in _declared(params))


@cache
def _declared(params: type[ParamSet]) -> tuple[Param | Callable[[], Param], ...]:
    hints = get_type_hints(params, include_extras=True)
    found: list[Param | Callable[[], Param]] = []
    for field in msgspec.structs.fields(params):
        at = f"{params.__name__}.{field.name}"
        said = getattr(hints[field.name], "__metadata__", ())
        meta = [m for m in said if isinstance(m, Param) or inspect.isfunction(m)]
        if len(meta) != 1:
            raise TypeError(f"{at} must be declared with one Param")
        named = functools.partial(_named, meta[0], field.name, field.default, at)
        found.append(named() if isinstance(meta[0], Param) else named)
    return tuple(found)


def _named(meta: Param | Callable[[], Param], name: str, default: Value, at: str) -> Param:
    param = meta if isinstance(meta, Param) else meta()
    traits.check(param.asked, at)
    return msgspec.structs.replace(param, name=name, default=default)


def number(value: object, where: str = "") -> float:
    """The value of a numeric parameter. Raises TypeError for one that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{where} is {value!r}, not a number")
    return float(value)


def word(value: object, where: str = "") -> str:
    """The value of a choice or a text. Raises TypeError for one that is none."""
    if not isinstance(value, str):
        raise TypeError(f"{where} is {value!r}, not a word")
    return value


def to_json_value(value: Value) -> object:
    """`value` as plain JSON holds it: infinity is the string "inf"."""
    if isinstance(value, tuple):
        return [to_json_value(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def format_value(value: Value) -> str:
    """`value` for a value box or an error message: shortest exact form, ∞ for infinity."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        return f"{value:.6g}".replace("-", "−")
    if isinstance(value, tuple):
        return ", ".join(format_value(item) for item in value)
    return str(value).replace("-", "−") if isinstance(value, int) else value


def typed(cls: type[T], values: Mapping[str, Value]) -> T:
    """A `ParamSet` from checked values; names it does not declare are left out."""
    return cls(**{name: values[name] for name in cls.__struct_fields__ if name in values})


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{quoted(value)} is not a number")
    if isinstance(value, str):
        return numerals.number(value)
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{quoted(value)} is too large") from None


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "yes": True, "on": True, "1": True}
    words |= {"false": False, "no": False, "off": False, "0": False}
    found = words.get(str(value).strip().lower())
    if found is None:
        raise ValueError(f"{quoted(value)} is neither yes nor no")
    return found


def _text(value: object, most: int) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > most:
        raise ValueError(f"{quoted(value)} is not one short line of text")
    return value


def _table(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{quoted(value)} is not a table")
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not a base64 table") from None
    return value
