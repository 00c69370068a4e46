"""The history by name: in the menus, and as a list that is clicked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from tests.ui.conftest import Student
from tests.ui.hands import LEFT
from tests.ui.test_undo_training import same, train

CTRL = Qt.KeyboardModifier.ControlModifier


def rows(student: Student) -> list[str]:
    found = student.window.history.rows
    return [found.item(i).text() for i in range(found.count())]


def in_the_menu(student: Student, name: str) -> str:
    menu = next(a.menu() for a in student.window.menuBar().actions() if a.text() == "Edit")
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    return student.window.acts[name].text()


def test_a_click_goes_to_a_state_and_its_training(student: Student) -> None:
    window, bot = student.window, student.bot
    bot.keyClick(window.landscape, Qt.Key.Key_H, CTRL)
    assert rows(student) == ["Beginning"]
    window.edit({"optimizer.lr": 0.1})
    before = train(student, 6)
    window.edit({"seed": 3})
    for beta in (4.0, 2.0):
        window.edit({"objective.beta": beta}, live=True)
    assert rows(student) == ["Beginning", "Rate η 0.2 → 0.1", "Seed 7 → 3", "Training β ∞ → 2"]
    assert in_the_menu(student, "undo") == "Undo: training β ∞ → 2"
    listed = window.history.rows
    place = listed.visualItemRect(listed.item(1)).center()
    bot.mouseClick(listed.viewport(), LEFT, pos=place)
    student.until(lambda: student.step == 6)
    assert same(student.weights(), before)
    assert listed.currentRow() == 1
    assert len(rows(student)) == 4
    assert in_the_menu(student, "redo") == "Redo: seed 7 → 3"
    place = listed.visualItemRect(listed.item(3)).center()
    bot.mouseClick(listed.viewport(), LEFT, pos=place)
    student.settled()
    assert window.store.scene["objective.beta"] == 2.0
    assert window.store.scene["seed"] == 3
    window.acts["history"].trigger()
    assert window.history.isHidden()


@pytest.mark.slow
def test_a_reset_is_named_by_its_step(student: Student) -> None:
    train(student, 12)
    student.window.acts["reset"].trigger()
    assert student.window.store.history == (("reset at step 12",), ())


@pytest.mark.slow
def test_where_there_is_no_room_it_floats_over_the_cards(student: Student) -> None:
    window = student.window
    window.resize(1280, 800)
    window.acts["history"].trigger()
    dock, card = window.history, window.stage.side[0]
    assert dock.isFloating()
    left, right = window.mapToGlobal(QPoint()).x(), window.mapToGlobal(QPoint(1280, 0)).x()
    assert left + 900 < dock.x() < dock.x() + dock.width() <= right
    assert dock.y() >= card.mapToGlobal(QPoint()).y() - 8, "below the tool bar"
