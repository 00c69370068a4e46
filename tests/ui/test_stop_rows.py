"""Rows of stops are read at a glance: formulas in them are plain letters, and no LaTeX."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ebmviz.core.lesson.state import LessonState
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.ui.lesson.rows import Rows

TEXT = "The *energy* $\\ell = F_\\infty(\\check y)$,\n\n- cold: $\\beta \\to \\infty$."


def test_a_row_says_its_formulas(qtbot: QtBot) -> None:
    pictures: Any = SimpleNamespace(of=lambda _: None)
    rows = Rows()
    qtbot.addWidget(rows)
    rows.show_state(LessonState(Lesson("", stops=(Stop("A", "ellipse", text=TEXT),))), pictures)
    said = rows.item(0).data(int(Qt.ItemDataRole.UserRole))
    assert said == "The energy ℓ = F_∞(y̌), cold: β → ∞."


def test_a_name_with_a_formula_is_edited_as_it_is_written(qtbot: QtBot) -> None:
    pictures: Any = SimpleNamespace(of=lambda _: None)
    rows = Rows()
    qtbot.addWidget(rows)
    rows.resize(400, 120)
    written, plain = Stop(r"Cold: $\beta \to \infty$", "ellipse"), Stop("Cold: β → ∞", "ellipse")
    rows.show_state(LessonState(Lesson("", stops=(written,))), pictures)
    assert rows.item(0).text() == written.name
    seen = rows.grab().toImage()
    rows.show_state(LessonState(Lesson("", stops=(plain,))), pictures)
    assert rows.grab().toImage() == seen
