"""Formulas of the panel are typeset: all of them, within their card, and joined to its symbols."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core import library
from ebmviz.core.catalogue import Component, path
from ebmviz.core.markup import to_html, to_plain
from ebmviz.core.symbols.to_latex import to_latex
from ebmviz.core.symbols.written import named
from ebmviz.ui.formulas.broken import lines, parts
from ebmviz.ui.formulas.drawn import drawn, levels
from ebmviz.ui.look import theme
from ebmviz.ui.panel.form import WIDTH, Form
from ebmviz.ui.panel.formula import Formula, breakable
from ebmviz.ui.pointing.pointing import NOTHING, Pointed
from tests.ui.conftest import Student
from tests.ui.form.panel import get
from tests.ui.test_pointing import lit_rows, move_to

CATALOGUE = library.shipped_catalogue()
TEXT_SIZES = (0.8, 1.0, 1.25, 1.4, 1.8, 2.0)
SMALLEST = 0.8  # of the letters, where a piece alone has no room
LONG = "E = " + " + ".join(f"a_{n} b_{n}" for n in range(99))


def said(component: Component) -> Iterator[str]:
    yield component.said()
    for param in component.params:
        for value in param.formulas:
            yield component.said({path(component.part, param.name): value})


FORMULAS = [text for c in CATALOGUE.components if c.formula for text in said(c)]


@pytest.fixture
def room(qtbot: QtBot, qapp: QApplication) -> float:
    """Of a formula in the panel, beside its scroll bar, for text of the usual size."""
    theme.apply(qapp, "light")
    form = Form(CATALOGUE)
    qtbot.addWidget(form)
    form.resize(theme.px(WIDTH - 10), 600)
    form.set_scene(library.scene("ellipse", CATALOGUE))
    form.show()
    return get(form, Formula, "energy.formula").width()


@pytest.mark.parametrize("scale", TEXT_SIZES)
def test_every_formula_stays_within_its_card(
    scale: float, room: float, qapp: QApplication, qtbot: QtBot
) -> None:
    theme.apply(qapp, "light", scale)
    label = Formula("any.formula")
    qtbot.addWidget(label)
    for text in FORMULAS:
        label.show_formula(text)
        assert label.typeset, text
        assert label.accessibleName() == to_plain(text)
        label.setFixedSize(theme.px(room), label.heightForWidth(theme.px(room)))
        inside = QRectF(label.rect()).adjusted(-1, -1, 1, 1)
        for line in label.shown():
            assert inside.contains(line.drawn.around(line.size).translated(line.at)), text
            assert line.size >= SMALLEST * label.size_of_letters(), text


@pytest.mark.parametrize("width", [40, 120, 280])
def test_lines_and_parts_are_the_whole_formula(width: int) -> None:
    for text in FORMULAS:
        latex = to_latex(text)
        whole = drawn(latex)
        assert whole is not None
        found = [names for names, _ in whole.symbols]
        cut = [names for line in lines(latex, 16, width, 14) for names, _ in line.drawn.symbols]
        assert cut == found, text
        assert [n for each in parts(latex, 16, width) for n, _ in each.symbols] == found, text
        assert levels(latex)[0] == 0


def test_a_line_is_broken_at_the_best_place() -> None:
    latex = to_latex("E = a + b (c + d), f(x) = g")
    wide = [line.drawn.around(16).width() for line in lines(latex, 16, 1e9, 0)]
    assert len(wide) == 1
    begun = [line.begins for line in lines(latex, 16, wide[0] - 1, 0)]
    assert begun == [True, True], "behind the comma"
    first = lines(latex, 16, wide[0] - 1, 0)[0].drawn.around(16).width()
    begun = [line.begins for line in lines(latex, 16, first - 1, 0)]
    assert begun == [True, False, True], "before an operator"


def test_what_cannot_be_typeset_is_said_in_words(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    label = Formula("any.formula")
    qtbot.addWidget(label)
    label.resize(280, 100)
    label.show_formula(LONG)
    assert not label.typeset
    assert label.text() == to_html(breakable(LONG))
    assert label.accessibleName() == to_plain(LONG)
    assert label.heightForWidth(280) > 5 * label.fontMetrics().height()
    label.show()
    label.show_formula("E = y_1^2")
    assert label.typeset
    label.show_formula("")
    assert not label.typeset
    assert label.text() == ""


def test_a_screen_reader_has_the_formula(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    label = Formula("any.formula")
    qtbot.addWidget(label)
    label.show_formula("F_β(y) = x^2")
    told = QAccessible.queryAccessibleInterface(label)
    assert told.text(QAccessible.Text.Name) == "Fᵦ(y) = x²"


def test_a_symbol_of_the_panel_lights_up_its_row_and_the_other_way_round(
    sit_down: Callable[..., Student],
) -> None:
    student = sit_down("horn-latent")
    window = student.window
    formula = get(window.form, Formula, "energy.formula")
    names, box = next(each for each in formula.symbols() if named("λ") & each[0])
    move_to(formula, box.center().toPoint())
    student.until(lambda: window.pointing.at == Pointed(names))
    assert any(path.startswith("energy.") for path in lit_rows(student))
    assert formula.lit_areas()
    move_to(window.toolbar, QPoint(1, 1))
    student.until(lambda: window.pointing.at == NOTHING)
    assert not formula.lit_areas()
    row = next(r for r in window.form.section("energy").rows() if named("λ") & r.names)
    move_to(row)
    student.until(lambda: bool(formula.lit_areas()))
