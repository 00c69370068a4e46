"""A parameter accepts what it declares, and says what it does not."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec
import numpy as np
import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.params import (
    Affects,
    Param,
    ParamSet,
    Value,
    choice,
    flag,
    format_value,
    integer,
    real,
    reals,
    specs,
    table,
    text,
    to_json_value,
    typed,
)

VIEW = Affects.VIEW
RATE = real("Rate", affects=VIEW, low=0, high=10)
BETA = real("β", affects=VIEW, low=0, inf=True)
BELOW = real("Log", affects=VIEW, high=3)
FREE = real("Free", affects=VIEW)
COUNT = integer("Count", affects=VIEW, low=1, high=4096)
ENDLESS = integer("Steps", affects=VIEW, low=0, high=10, inf=True)
COLOURS = choice("Colours", {"viridis": "Viridis", "gray": "Gray"}, affects=VIEW)
LINK = flag("Link", affects=VIEW)
WINDOW = reals("Window", affects=VIEW, size=4, low=-100, high=100)
SECTION = reals("Section", affects=VIEW, low=0, inf=True)
FILE = text("File", affects=VIEW)
POINTS = table("Points", affects=VIEW)


@pytest.mark.parametrize(
    ("param", "given", "held"),
    [
        (RATE, 0.5, 0.5),
        (RATE, 3, 3.0),
        (RATE, "0.5", 0.5),
        (RATE, " 1e-3 ", 0.001),
        (RATE, 0, 0.0),
        (RATE, 10, 10.0),
        (BETA, math.inf, math.inf),
        (BETA, "inf", math.inf),
        (BETA, "∞", math.inf),
        (BETA, "Infinity", math.inf),
        (FREE, "−2.5", -2.5),
        (FREE, "-2.5e−3", -0.0025),
        (FREE, -1e300, -1e300),
        (COUNT, 48, 48),
        (COUNT, 48.0, 48),
        (COUNT, "48", 48),
        (COUNT, "4.8e1", 48),
        (COLOURS, "gray", "gray"),
        (LINK, True, True),
        (LINK, False, False),
        (LINK, "yes", True),
        (LINK, " OFF ", False),
        (LINK, 1, True),
        (LINK, "0", False),
        (WINDOW, [-1, 1, "−2", 2.5], (-1.0, 1.0, -2.0, 2.5)),
        (WINDOW, (-1, 1, -2, 2), (-1.0, 1.0, -2.0, 2.0)),
        (WINDOW, "-1, 1 -2, 2", (-1.0, 1.0, -2.0, 2.0)),
        (SECTION, [0, "inf"], (0.0, math.inf)),
        (SECTION, "0.1, ∞", (0.1, math.inf)),
        (FILE, "my points β.csv", "my points β.csv"),
        (FILE, "", ""),
        (POINTS, "AAAAAAAA8D8=", "AAAAAAAA8D8="),
        (POINTS, "", ""),
    ],
    ids=range(33),
)
def test_accepted(param: Param, given: object, held: Value) -> None:
    found = param.check(given, "here")
    assert found == held
    assert type(found) is type(held)
    assert param.check(to_json_value(found), "here") == held


@pytest.mark.parametrize(
    ("param", "given", "message"),
    [
        (RATE, 10.5, "10.5 is outside 0 … 10"),
        (RATE, "-1", "−1 is outside 0 … 10"),
        (RATE, "fast", "“fast” is not a number"),
        (RATE, "", "“” is not a number"),
        (RATE, None, "“None” is not a number"),
        (RATE, True, "“True” is not a number"),
        (RATE, [1.0], "“[1.0]” is not a number"),
        (RATE, {}, "“{}” is not a number"),
        (RATE, math.nan, "not a number"),
        (RATE, "nan", "not a number"),
        (RATE, math.inf, "∞ is not finite"),
        (RATE, "1e999", "∞ is not finite"),
        (RATE, 10**400, "is too large"),
        (RATE, np.array([1.0, 2.0]), "is not a number"),
        (BETA, -math.inf, "−∞ is not finite"),
        (BETA, "−inf", "−∞ is not finite"),
        (BETA, -1e-3, "−0.001 is below 0"),
        (BELOW, 4, "4 is above 3"),
        (FREE, 1e301, "1e+301 is above 1e+300"),
        (COUNT, 0, "0 is outside 1 … 4096"),
        (COUNT, 4097, "4097 is outside 1 … 4096"),
        (COUNT, 1.5, "“1.5” is not a whole number"),
        (COUNT, "2.5", "“2.5” is not a whole number"),
        (COUNT, "inf", "∞ is not finite"),
        (ENDLESS, "inf", "“inf” is not a whole number"),
        (COLOURS, "jet", "“jet” is not one of viridis, gray"),
        (COLOURS, 3, "“3” is not one of viridis, gray"),
        (COLOURS, ["gray"], "“['gray']” is not one of viridis, gray"),
        (COLOURS, None, "“None” is not one of viridis, gray"),
        (LINK, "maybe", "“maybe” is neither yes nor no"),
        (LINK, 2, "“2” is neither yes nor no"),
        (LINK, None, "“None” is neither yes nor no"),
        (WINDOW, [1, 2, 3], "3 numbers where 4 are needed"),
        (WINDOW, [1, 2, 3, 4, 5], "5 numbers where 4 are needed"),
        (WINDOW, [1, 2, 3, "x"], "“x” is not a number"),
        (WINDOW, [1, 2, 3, 101], "101 is outside −100 … 100"),
        (WINDOW, [1, 2, 3, math.inf], "∞ is not finite"),
        (WINDOW, [1, 2, 3, [4]], "“[4]” is not a number"),
        (WINDOW, 3, "“3” is not a list of numbers"),
        (WINDOW, {"a": 1}, "is not a list of numbers"),
        (SECTION, [], "an empty list of numbers"),
        (SECTION, "", "an empty list of numbers"),
        (SECTION, [1.0] * 65, "65 numbers, at most 64 are accepted"),
        (FILE, "two\nlines", "is not one short line of text"),
        (FILE, "x" * 201, "…” is not one short line of text"),
        (FILE, 3, "“3” is not one short line of text"),
        (POINTS, "not base64!", "not a base64 table"),
        (POINTS, "é", "not a base64 table"),
        (POINTS, 3, "“3” is not a table"),
        (POINTS, b"AAAA", "is not a table"),
    ],
    ids=range(50),
)
def test_refused(param: Param, given: object, message: str) -> None:
    with pytest.raises(UserError) as caught:
        param.check(given, "energy.thing")
    assert str(caught.value).startswith("energy.thing: ")
    assert message in str(caught.value)


def test_a_long_value_is_quoted_in_part() -> None:
    with pytest.raises(UserError) as caught:
        RATE.check("x" * 10_000, "here")
    assert str(caught.value) == f"here: “{'x' * 40}…” is not a number"


class Ring(ParamSet, frozen=True):
    latents: Annotated[int, COUNT] = 48
    link: Annotated[bool, LINK] = True


def test_a_declaration_gives_names_and_defaults() -> None:
    first, second = specs(Ring)
    assert (first.name, first.default, first.label, first.high) == ("latents", 48, "Count", 4096)
    assert (second.name, second.default, second.type) == ("link", True, "bool")


def test_a_field_without_a_declaration_is_a_mistake_of_the_program() -> None:
    class Bare(ParamSet, frozen=True):
        latents: int = 48

    with pytest.raises(TypeError, match=r"Bare\.latents must be declared with one Param"):
        specs(Bare)


def test_typed_takes_what_it_declares() -> None:
    assert typed(Ring, {"latents": 3, "other": 2.0}) == Ring(latents=3, link=True)


def test_the_slider_spans_the_bounds_if_there_are_two() -> None:
    assert RATE.slider == (0, 10)
    assert BETA.slider is None
    assert real("a", affects=VIEW, low=0, slider=(1, 2)).slider == (1, 2)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "yes"),
        (False, "no"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (-2.5, "−2.5"),
        (1e-7, "1e−07"),
        (-48, "−48"),
        ("a-b", "a-b"),
        ((1.0, -2.0), "1, −2"),
    ],
)
def test_a_value_as_it_is_shown(value: Value, shown: str) -> None:
    assert format_value(value) == shown


@pytest.mark.parametrize("value", [math.inf, -math.inf, 0.1, -3, "a", True, (0.5, math.inf)])
def test_a_value_as_plain_json(value: Value) -> None:
    plain = to_json_value(value)
    assert msgspec.json.decode(msgspec.json.encode(plain)) == plain
    assert "inf" not in str(value) or "inf" in str(plain)


@pytest.mark.parametrize(
    "default", [True, 3, 2.5, math.inf, "viridis", "AAAA", (1.0, math.inf), ()]
)
def test_a_parameter_travels_to_the_other_process(default: Value) -> None:
    param = Param("a", "float", "A", VIEW, default=default, choices={"a": "A"}, slider=(0.0, 1.0))
    back = msgspec.msgpack.decode(msgspec.msgpack.encode(param), type=Param)
    assert back == param
    assert type(back.default) is type(default)
