"""The glossary: whole, in the notation of labels, and with the words that the interface uses."""

from __future__ import annotations

import pytest

from ebmviz.core.lesson.latex import typeset
from ebmviz.core.markup import to_html
from ebmviz.core.symbols.glossary import entries
from ebmviz.core.symbols.to_latex import to_latex


def test_every_entry_is_whole_and_readable() -> None:
    found = entries()
    assert len({each.term for each in found}) == len(found)
    for each in found:
        texts = (each.term, each.symbol, each.says, each.formula, each.source)
        assert all(texts)
        for text in texts:
            assert not {"_", "^"} & set(to_html(text)), text


def test_every_formula_can_be_typeset() -> None:
    for each in entries():
        for text in (each.symbol, each.formula):
            assert typeset(to_latex(text), 16.0, "black"), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("F̃_q(y)", r"\tilde{F}_{q}(y)"),
        (
            "ŷ = k steps of a chain from y̌",
            r"\hat{y}=k\ \mathrm{steps}\ \mathrm{of}\ \mathrm{a}\ \mathrm{chain}\ \mathrm{from}"
            r"\ \check{y}",
        ),
        ("√(2h/β) ξ, ξ", r"\sqrt{\frac{2h}{β}}\,ξ,\; ξ"),
        ("−∫ q(z) dz ≥ 0", r"-\int \,q(z)\,dz\ge 0"),
        ("e^{−βE}", "e^{-βE}"),
        ("F(x, y), G", r"F(x, y),\; G"),
        ("−(1/β) ln (1/|Z|)", r"-\frac{1}{β}\,\mathrm{ln}\,\frac{1}{|Z|}"),
        ("m(P/N) + (a + b)/c", "m(P/N)+(a+b)/c"),
        ("‖y − Wz‖^2 + KL(q‖p)", r"\| y-Wz\| ^{2}+\mathrm{KL}(q\| p)"),
        ("min_ŷ √v̂ ≠ ½", r"\mathrm{min}_{\hat{y}}\,\sqrt{\hat{v}}\ne \tfrac{1}{2}"),
        ("10^{−½} (a/b)^2", r"10^{-1/2}\,(a/b)^{2}"),
        ("θ ~ ∂F/∂y", r"θ\,\sim \,{\partial}F/{\partial}y"),
        ("U{1 … L}", r"U\{1\,\dots \,L\}"),
    ],
)
def test_formulas_in_latex(text: str, expected: str) -> None:
    assert to_latex(text) == expected


def test_the_three_soft_words_are_told_apart() -> None:
    says = {each.term: each.says + " " + each.formula for each in entries()}
    assert "free energy" in says["softmin"]
    assert "logsumexp" in says["softmin"]
    assert "log-sum-exp" in says["softmax"]
    assert "torch calls softmax" in says["softmax"]
    assert "torch" in says["softargmax"]
    assert {"Hot", "Warm", "Cold", "Helmholtz free energy"} <= says.keys()
