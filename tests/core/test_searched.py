"""Search in a text with formulas."""

from __future__ import annotations

import pytest

from ebmviz.core.searched import Hit, hits

PARTS = [(0, 10, "A Formula "), (10, 11, "Fᵦ(y) = x²"), (11, 15, " end"), (15, 16, "−ln P(y)")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("formula", [Hit(2, 9)]),
        ("F_β", [Hit(10, 11)]),
        ("fβ(y)", [Hit(10, 11)]),
        ("x^2", [Hit(10, 11)]),
        ("x2 end", [Hit(10, 15)]),
        ("-ln", [Hit(15, 16)]),
        ("n", [Hit(13, 14), Hit(15, 16)]),
        ("nothing", []),
        ("  ", []),
        ("_", []),
    ],
)
def test_letters_are_found_in_words_and_formulas(wanted: str, found: list[Hit]) -> None:
    assert hits(PARTS, wanted) == found


def test_a_letter_that_folds_to_two_is_one_place() -> None:
    assert hits([(3, 9, "Maße x")], "SSE") == [Hit(5, 7)]
