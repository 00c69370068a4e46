"""What a text in a value box means, beside the value that the box has shown."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import cast

from ebmviz.core import numerals
from ebmviz.core.errors import UserError
from ebmviz.core.params import Param, Value, format_value

_COMMA = re.compile(",")


def entered(text: str, param: Param, before: Value) -> Value:
    """The value. A number left as the box showed `before` keeps the digits that it did not show.

    Raises UserError, beginning with the parameter's label.
    """
    if param.type != "floats" or not isinstance(before, tuple):
        value = param.check(text, param.label)
        return before if param.type == "float" and value == _shown(before) else value
    try:
        numbers = numerals.numbers(text)
    except ValueError as error:
        raise UserError(f"{param.label}: {error}") from None
    return _kept(cast("tuple[float, ...]", param.check(numbers, param.label)), before)


def place(text: str, cursor: int) -> int:
    """Which number of a list the cursor is in, from 0."""
    apart = numerals.SEPARATOR if numerals.SEPARATOR.search(text) else _COMMA
    return len(apart.findall(text[:cursor]))


def _kept(new: tuple[float, ...], before: tuple[float, ...]) -> tuple[float, ...]:
    shown = [_shown(value) for value in before]
    if len(new) == len(before):
        return tuple(b if n == s else n for n, b, s in zip(new, before, shown, strict=True))
    out = list(new)  # one came or went: what is the same on both sides of it stays
    for old, here, count in SequenceMatcher(None, shown, new, False).get_matching_blocks():
        out[here : here + count] = before[old : old + count]
    return tuple(out)


def _shown(value: Value) -> float:
    """The number that a box shows in place of `value`."""
    return numerals.number(format_value(cast(float, value)))
