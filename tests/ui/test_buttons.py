"""Buttons that follow an action."""

from __future__ import annotations

import pytest
from PySide6.QtCore import SIGNAL, Qt
from PySide6.QtGui import QAction, QIcon
from pytestqt.qtbot import QtBot

from ebmviz.ui.controls import tips
from ebmviz.ui.controls.buttons import ActionButton
from ebmviz.ui.look import theme
from tests.ui.conftest import Student


def test_a_button_is_as_its_action_is(qtbot: QtBot) -> None:
    action = QAction("&Train")
    action.setIcon(theme.icon("play", "dark"))
    button = ActionButton(action)
    qtbot.addWidget(button)
    assert button.text() == "Train"
    assert not button.isCheckable()
    assert button.icon().cacheKey() == action.icon().cacheKey()
    assert button.toolTip() == tips.written("Train")
    tips.give(action, "Train <b>(Space)")
    action.setEnabled(False)
    action.setText("Stop")
    action.setIcon(QIcon())
    assert (button.text(), button.toolTip(), button.isEnabled()) == (
        "Stop",
        "<qt>Train &lt;b&gt;(Space)</qt>",
        False,
    )
    assert button.icon().isNull()


def test_a_click_does_what_the_action_does_once(qtbot: QtBot) -> None:
    action = QAction("Lab")
    action.setCheckable(True)
    button = ActionButton(action)
    qtbot.addWidget(button)
    button.show()
    done: list[bool] = []
    action.triggered.connect(lambda on: done.append(on))
    for wanted in (True, False, True):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert (action.isChecked(), button.isChecked()) == (wanted, wanted)
    action.setChecked(False)
    assert not button.isChecked()
    assert done == [True, False, True]
    action.setEnabled(False)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(done) == 3


def test_an_action_taken_back_at_once_leaves_its_button_up(qtbot: QtBot) -> None:
    action = QAction("Lab")
    action.setCheckable(True)
    action.triggered.connect(lambda: action.setChecked(False))
    button = ActionButton(action)
    qtbot.addWidget(button)
    button.click()
    assert not button.isChecked()


@pytest.mark.slow
def test_no_change_of_an_action_adds_a_receiver(student: Student) -> None:
    changed = SIGNAL("changed()")
    acts = student.window.acts.values()
    before = [action.receivers(changed) for action in acts]
    for i in range(20):
        for action in acts:
            action.setEnabled(i % 2 == 0)
            tips.give(action, str(i))
    student.window.looks.switch_theme()
    assert [action.receivers(changed) for action in acts] == before
