"""One of something is not several."""

from __future__ import annotations

import pytest

from ebmviz.core.numerals import counted


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (0, (), "0 points"),
        (1, (), "1 point"),
        (2, ("step",), "2 steps"),
        (1, ("branch", "branches"), "1 branch"),
        (5, ("branch", "branches"), "5 branches"),
    ],
)
def test_one_and_several(count: int, words: tuple[str, ...], said: str) -> None:
    assert counted(count, *words) == said
