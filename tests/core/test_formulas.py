"""Formulas laid out, and those of our own texts known ahead."""

from __future__ import annotations

import sys

import msgspec
import pytest

from ebmviz.core import library
from ebmviz.core.formulas import laid, shipped
from ebmviz.core.formulas.laid import Laid, ahead, holds, lay
from ebmviz.core.lesson.latex import pieces
from ebmviz.core.symbols.latex import symbols
from ebmviz.core.symbols.to_latex import to_latex
from tests.slow import sparing

EVERY = shipped.every()
PARTS = 8


def of_each_symbol(found: Laid) -> set[int]:
    return ({each.symbol for each in found.glyphs} | {each.symbol for each in found.bars}) - {-1}


def test_the_file_has_every_formula_of_ours_and_no_other() -> None:
    assert list(ahead()) == EVERY, (
        "resources/formulas.json is stale: run `ebmviz catalogue --write`"
    )


@pytest.mark.parametrize("part", sparing(range(PARTS), (0,)))
def test_what_is_known_ahead_is_what_would_be_made(part: int) -> None:
    for latex in EVERY[part::PARTS]:
        made = lay(latex)
        assert made is not None, latex
        assert made == msgspec.json.decode(ahead()[latex], type=Laid), (
            f"{latex}: resources/formulas.json is stale: run `ebmviz catalogue --write`"
        )
        assert of_each_symbol(made) == set(range(len(symbols(latex)))), latex
        assert {each.piece for each in made.glyphs} == set(range(len(made.levels))), latex
        assert sum(level < 2 for level in made.levels) == len(pieces(latex)), latex


def test_a_formula_of_ours_needs_no_reader_of_latex(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laid, "lay", lambda latex: pytest.fail(latex))
    assert all(laid.laid(latex) for latex in EVERY)


def test_with_another_font_nothing_is_known_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laid, "font", lambda: b"another")
    try:
        ahead.cache_clear()
        assert not ahead()
    finally:
        ahead.cache_clear()


@pytest.mark.parametrize(
    ("latex", "names"),
    [
        (r"d \log_2(r/s)", ["d", "r", "s"]),
        (r"-T\ S", ["T", "S"]),
        (r"\sqrt{(n-1)/n}, B\ \mathrm{and}\ W", ["n", "n", "B", "W"]),
    ],
)
def test_a_symbol_before_a_function_or_a_space_is_found(latex: str, names: list[str]) -> None:
    made = lay(latex)
    assert made is not None
    assert [min(each.names) for each in symbols(latex)] == names
    assert of_each_symbol(made) == set(range(len(names)))


def test_brackets_taller_than_those_of_the_font_have_a_shape() -> None:
    made = lay(r"\left|\frac{\frac{a}{\frac{b}{c}}}{\frac{\frac{d}{e}}{f}}\right|")
    assert made is not None
    assert {each.number for each in made.glyphs if each.number < 0} == made.shapes.keys() != set()


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("E(y) = ½ x̂^2 + 3", True),
        (r"E = \alpha \_ # & $ %", True),
        ("E = x_", False),
        ("E = a^b^c", False),
        ("E(y) = 能量", False),
        ("E = \N{GRINNING FACE}", False),
    ],
)
def test_a_formula_is_typeset_whole_or_not_at_all(said: str, whole: bool) -> None:
    made = lay(to_latex(said))
    assert (made is not None and holds(made, said)) == whole


def test_every_formula_of_a_component_is_whole() -> None:
    for component in library.shipped_catalogue().components:
        if said := component.said():
            assert holds(laid.laid(to_latex(said)) or Laid((), ()), said), said
    assert not holds(Laid((), ()), "x")


@pytest.mark.parametrize("latex", ["", "{}", r"\frac{", "x" * 501])
def test_what_cannot_be_read_is_none(latex: str) -> None:
    assert lay(latex) is None
    assert "ziamath" in sys.modules
