"""A formula as plain letters says the same, and no sign of LaTeX is left in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ebmviz.core.lesson import shipped
from ebmviz.core.lesson.prose import named, plain
from ebmviz.core.symbols.spelled import spelled


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\beta = 1/(k_B T)", "β = 1/(k_B T)"),
        (r"F_\infty(\check y) = \min_z E", "F_∞(y̌) = min_z E"),
        (r"y_1^2 + x_{k}", "y₁² + xₖ"),
        (r"e^{-\beta E(y, z)}", "e^(−βE(y, z))"),
        (r"\frac{1}{2} \frac{\partial L}{\partial w_k}", "1/2 ∂L/∂wₖ"),
        (r"\frac{m^2 + 1}{2 r}", "(m² + 1)/(2 r)"),
        (r"\Vert y - \tilde y \Vert^2", "‖y − ỹ‖²"),
        (r"-\frac{1}{N_z} \ln \sum_z P", "−1/N_z ln ∑_z P"),
        (r"\ln 2, \log_2(r), \cos z", "ln 2, log₂(r), cos z"),
        (r"\langle \hat E \rangle \leq \sqrt{2h/\beta} \, \xi'", "⟨Ê⟩ ≤ √(2h/β) ξ′"),
        (r"\mathrm{softmin}_{\hat y} \left( a \to b \right)", "softmin_ŷ ( a → b)"),
        (r"\nonsense{x} \frac{1", "nonsense x 1/()"),
        ("", ""),
    ],
)
def test_what_is_said_of_a_formula(latex: str, said: str) -> None:
    assert spelled(latex) == said


@given(st.text("\\{}^_$ abfrcsqt1β", max_size=30))
def test_whatever_is_written_ends(latex: str) -> None:
    assert not re.search(r"\\[a-z]", spelled(latex))


def test_the_texts_of_lessons_are_plain() -> None:
    for name in shipped.names():
        for stop in shipped.lesson(name).stops:
            for text in (stop.text, stop.answer, stop.notes):
                assert not re.search(r"[$\\{}]|\*\*", plain(text)), text


def test_names_keep_all_but_their_formulas() -> None:
    assert named(r"A *name*, of a_b: $\beta \to 0$, for 5$") == "A *name*, of a_b: β → 0, for 5$"
