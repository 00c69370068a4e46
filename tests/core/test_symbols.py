"""Symbols are found in labels and in formulas, and have the same names in both."""

from __future__ import annotations

import pytest

from ebmviz.core.symbols import latex, written
from ebmviz.core.symbols.written import first, named, to_html


def names(found: tuple[written.Symbol, ...]) -> list[str]:
    return [min(each.names, key=len) for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("manifold ỹ(z)", ["ỹ", "z"]),
        ("2 chains ŷ", ["ŷ"]),
        ("ž of 48 z", ["ž", "z"]),
        ("trajectories of a few chains", []),
        ("y′ → ỹ", ["y′", "ỹ"]),
        ("exp(−βE(y, z_k))", ["β", "E", "y", "z"]),
        ("F_β(y) = softmin_β[E]", ["F", "β", "y", "β", "E"]),
        ("logsumexp_z[−βE] − ln |Z|", ["β", "E", "|Z|"]),
        ("T = 1/(k_B β)", ["T", "k_B", "β"]),
    ],
)
def test_of_our_own_notation(text: str, expected: list[str]) -> None:
    assert names(written.symbols(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\check y", ["y̌"]),
        (r"\tilde{y}(x, z)", ["ỹ", "x", "z"]),
        (r"F_\beta(y) = 2", ["F", "β", "y"]),
        (r"e^{-\beta E(y', z)}", ["e", "β", "E", "y′", "z"]),
        (r"z_{k+1} = g_k(z_k, w_k)", ["z", "g", "z", "w"]),
        (r"\int p(z') dz'", ["p", "z′", "z′"]),
        (r"shrink(W_e y)", ["W", "y"]),
        (r"\ln |Z|", ["|Z|"]),
        (r"\mathrm{Enc}(y)", ["y"]),
        ("F_{β}(y)", ["F", "β", "y"]),
    ],
)
def test_of_latex(text: str, expected: list[str]) -> None:
    found = latex.symbols(text)
    assert names(found) == [written.normal(name) for name in expected]
    coloured = latex.tinted(text, tuple("red" for _ in found))
    assert coloured.count(r"{\color{red}") == len(found)
    assert coloured.replace(r"{\color{red}", "").count("}") >= text.count("}")


def test_an_index_makes_a_second_name() -> None:
    (z, *_) = written.symbols("z_k w_k")
    assert z.names == {"z", "z_k"}
    assert named("λ_w") & latex.symbols(r"\lambda_w")[0].names
    assert not named("β_1") & latex.symbols(r"\beta")[0].names, "of an optimiser, no temperature"


def test_other_numbers_in_a_text_do_not_make_other_symbols() -> None:
    one, other = (written.symbols(f"y_1 = {n}, y_{{12}}, z_2 at β = {n}") for n in (7, 9))
    assert one == other
    assert [max(each.names, key=len) for each in one] == ["y_1", "y_12", "z_2", "β"]


def test_a_label_is_of_the_symbol_it_begins_with() -> None:
    assert first("nearest ỹ(ž)") == {"ỹ"}
    assert first("MSE regressor") == frozenset()


def test_accents_may_be_typed_either_way() -> None:
    assert named("y\u0302") == named("ŷ") == latex.symbols(r"\hat y")[0].names


def test_what_is_lit_is_said_in_the_language_of_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = {"energy E": "Energie E"}
    monkeypatch.setattr(written, "said", lambda text: words.get(text, text))
    assert to_html("energy E", named("E"), "S") == "Energie <span style='S'>E</span>"


def test_scripts_stay_where_they_are_when_they_are_lit() -> None:
    lit = named("β")
    assert to_html("F_β(y)", lit, "S") == "F<span style='S'><sub>β</sub></span>(y)"
    assert to_html("e^{−βE}", lit, "S") == "e<sup>−<span style='S'>β</span>E</sup>"
    assert to_html("a < β_1", lit, "S") == "a &lt; <span style='S'>β</span><sub>1</sub>"
    assert to_html("F_β(y)", named("y"), "S") == "F<sub>β</sub>(<span style='S'>y</span>)"
