"""The timeline by mouse and keys: marks, bookmarks, branches, and the past played again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QInputDialog

from tests.ui.conftest import Student
from tests.ui.hands import LEFT
from tests.ui.test_branches import look_at
from tests.ui.test_undo_training import act, train

Key, Mod = Qt.Key, Qt.KeyboardModifier


def press(student: Student, key: Qt.Key, held: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    student.bot.keyClick(student.window.landscape, key, held)


def place(student: Student, step: int, line: int | None = None) -> QPoint:
    time = student.window.bottom.time
    y = time._groove()[2] - 12 if line is None else time._height(line)
    return QPointF(time._x(step), y).toPoint()


def branched(student: Student) -> None:
    """Twenty steps, and a branch of two from step 5, at another rate."""
    train(student, 20)
    look_at(student, 5)
    student.window.edit({"optimizer.lr": 0.05})
    press(student, Key.Key_N)
    student.until(lambda: student.step == 6)


def test_a_line_is_clicked_and_says_what_differs(student: Student) -> None:
    window, time = student.window, student.window.bottom.time
    branched(student)
    student.until(lambda: len(time.words) == 3)
    assert time.words == (
        "branch 1",
        "branch 2: rate η 0.05 instead of 0.2 from step 5",
        "step 5: rate η 0.2 → 0.05",
    )
    assert time.maximum() == 20
    student.bot.mouseClick(time, LEFT, pos=place(student, 12, 0))
    student.settled()
    student.until(lambda: student.step == 20)
    assert window.store.scene["optimizer.lr"] == 0.2
    assert len(time.words) == 2, "that run was never changed"
    press(student, Key.Key_B, Mod.ControlModifier)
    student.settled()
    assert window.store.runs.current == 1
    assert window.store.history[0][-1] == "to branch 2"


def test_marks_are_gone_to_by_mouse_and_keys(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, time = student.window, student.window.bottom.time
    train(student, 10)
    window.edit({"optimizer.lr": 0.1})
    train(student, 10)
    look_at(student, 4)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("fold; late", True))
    press(student, Key.Key_B)
    student.until(lambda: len(time.words) == 2)
    assert time.words == ("fold, late", "step 10: rate η 0.2 → 0.1")
    press(student, Key.Key_Right, Mod.AltModifier)
    student.until(lambda: student.step == 10)
    student.bot.mouseClick(time, LEFT, pos=place(student, 4))
    student.until(lambda: student.step == 4)
    texts = [action.text() for action in window.past.menu(4, None).actions()]
    there = ["Name the bookmark…", "Make it a stop", "Remove the bookmark"]
    assert texts == ["Look at step 4", "Compare with step 4", *there]
    window.acts["undo"].trigger()
    assert window.store.scene.view.bookmarks == ""
    window.acts["redo"].trigger()
    {a.text(): a for a in window.past.menu(4, None).actions()}["Make it a stop"].trigger()
    (stop,) = window.store.lesson.lesson.stops
    assert (stop.name, stop.step, stop.run) == ("fold, late", 4, 0)
    assert stop.changes == {"optimizer.lr": 0.1}
    assert window.store.scene.view.bookmarks == ""
    assert "stop 1: fold, late" in time.words
    window.acts["undo"].trigger()
    assert window.store.scene.view.bookmarks == "4 fold, late"
    assert not window.store.lesson.lesson.stops


def test_branches_are_renamed_and_deleted_from_their_menu(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = student.window
    branched(student)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("slow", True))
    menu = {a.text(): a for a in window.past.menu(0, 1).actions()}
    menu["Rename branch 2…"].trigger()
    assert window.past.words(1) == "slow: rate η 0.05 instead of 0.2 from step 5"
    window.acts["delete-branch"].trigger()
    student.settled()
    student.until(lambda: student.step == 20)
    assert window.store.runs.numbers == {0}
    assert window.store.scene["optimizer.lr"] == 0.2
    act(student, "undo")
    assert (window.store.runs.current, student.step) == (1, 6)
    assert window.past.words(1).startswith("slow")


def test_the_past_plays_in_both_directions(student: Student) -> None:
    window, playback = student.window, student.window.past.playback
    train(student, 30)
    window.edit({"view.speed": 400.0})
    seen: list[int] = []
    window.stage.drawn.connect(lambda shot, _: seen.append(shot.snapshot.step))
    press(student, Key.Key_Space, Mod.ControlModifier)
    student.until(lambda: student.step == 0 and not playback.direction)
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) > 2, "it is a film, not a jump"
    seen.clear()
    press(student, Key.Key_Space, Mod.ShiftModifier)
    assert window.acts["replay"].isChecked()
    student.until(lambda: student.step == 30 and not playback.direction)
    assert seen == sorted(seen)
    assert not window.acts["replay"].isChecked()
    press(student, Key.Key_Space, Mod.ControlModifier)
    press(student, Key.Key_Space)
    assert not playback.direction, "Space stops it, and does not train"
    assert not window.client.playing
