"""Numbers with points and commas: understood, or refused with both readings."""

from __future__ import annotations

import math

import pytest

from ebmviz.core import numerals
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, Param
from ebmviz.ui.controls.entry import entered, place

LIST = Param("list", "floats", "List", Affects.VIEW, (0.0,))
PAIR = Param("pair", "floats", "Pair", Affects.VIEW, (0.0, 1.0), size=2)
ONE = Param("one", "float", "One", Affects.VIEW)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2,75", 2.75),
        (" −0,125 ", -0.125),
        (",5", 0.5),
        ("1,5e-3", 0.0015),
        ("0,250", 0.25),
        ("12,3456", 12.3456),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1e3", 1000.0),
        ("∞", math.inf),
    ],
)
def test_one_number(text: str, value: float) -> None:
    assert numerals.number(text) == value
    if math.isfinite(value):
        assert ONE.check(text, "One") == value


@pytest.mark.parametrize("text", ["", "1,2,3", "1.5,2", "two", "1,,5", "1,5,", "3,x", "1.000,5"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        numerals.number(text)


def test_a_thousand_or_a_decimal_is_asked_back() -> None:
    with pytest.raises(ValueError, match=r"“3,500” can be 3\.500 or 3500"):
        numerals.number("3,500")
    with pytest.raises(ValueError, match=r"“−3,500” can be -3\.500 or -3500"):
        numerals.numbers("−3,500 2")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0,5 1,5", (0.5, 1.5)),
        ("0,5; 1,5 ;7", (0.5, 1.5, 7)),
        ("0,5, 1,5", (0.5, 1.5)),
        ("2;3", (2, 3)),
        ("2;3;", (2, 3)),
        ("0.1, 1, 10", (0.1, 1, 10)),
        ("0.1 1 10", (0.1, 1, 10)),
        ("0.1, 1, 10,", (0.1, 1, 10)),
        ("1 , 2", (1, 2)),
        ("2.0322,1.4708", (2.0322, 1.4708)),
        ("0,0.25", (0, 0.25)),
        ("3,-1", (3, -1)),
        ("1e3,5", (1000, 5)),
        ("4", (4,)),
        (",5", (0.5,)),
        ("", ()),
    ],
)
def test_a_list(text: str, values: tuple[float, ...]) -> None:
    assert numerals.numbers(text) == values


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("2,5", r"“2,5” can be 2\.5 or 2; 5"),
        ("0,5,1,5", r"can be 0\.5; 1\.5 or 0; 5; 1; 5"),
        ("0,1,10", r"can be 0\.1; 10 or 0; 1; 10"),
        ("0.5 1,5", r"1,5 can be 1\.5 or 1; 5"),
    ],
)
def test_two_readings_are_both_said(text: str, readings: str) -> None:
    with pytest.raises(ValueError, match=readings):
        numerals.numbers(text)
    with pytest.raises(UserError, match=f"List: .*{readings}"):
        entered(text, LIST, (1.0,))


def test_a_box_asks_back_where_a_command_line_can_count() -> None:
    assert PAIR.check("2,5", "pair") == (2, 5)
    assert PAIR.check("2,5 3", "pair") == (2.5, 3)
    with pytest.raises(UserError, match="can be"):
        PAIR.check("2,5,3,5", "pair")
    with pytest.raises(UserError, match="can be"):
        entered("2,5", PAIR, (0.0, 1.0))


def test_numbers_left_as_shown_keep_the_digits_that_are_not() -> None:
    before = (1 / 3, 1e6 + 1 / 7, -2e-9 / 3)
    text = "0.333333, 1e+06, −6.66667e-10"
    assert entered(text, LIST, before) == before
    assert entered("0.333333; 5; −6.66667e-10", LIST, before) == (before[0], 5, before[2])
    assert entered("7, 0.333333, 1e+06, −6.66667e-10", LIST, before) == (7, *before)
    assert entered("0.333333, −6.66667e-10", LIST, before) == (before[0], before[2])
    assert entered("0.3333331, 1e+06", LIST, before[:2]) == (0.3333331, before[1])
    assert entered("0.333333", ONE, 1 / 3) == 1 / 3
    assert entered("0,333333", ONE, 0.25) == 0.333333


def test_the_number_under_the_cursor() -> None:
    assert [place("10, 20, 30", at) for at in (0, 2, 4, 6, 8, 10)] == [0, 0, 1, 1, 2, 2]
    assert [place("0,5; 2", at) for at in (2, 6)] == [0, 1]
    assert place("1.5,2.5", 5) == 1
