"""Stops in a real window: taken, ordered, worded, undone, saved and opened again."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLineEdit, QMenu

from ebmviz.core import assets, library
from ebmviz.core.lesson.stop import Lesson
from ebmviz.files import session
from ebmviz.ui.lesson.rows import Rows
from tests.ui.conftest import Student
from tests.ui.hands import LEFT, child_of, drop
from tests.ui.test_undo_training import train

CATALOGUE = library.shipped_catalogue()
FILE = Path(__file__).parents[1] / "core" / "lesson" / "ellipse.md"
CTRL = Qt.KeyboardModifier.ControlModifier


def names(student: Student) -> list[str]:
    return [stop.name for stop in student.window.store.lesson.lesson.stops]


def listed(student: Student) -> list[str]:
    rows = student.window.lessons.dock.rows
    return [rows.item(i).text() for i in range(rows.count())]


def two(student: Student) -> None:
    """A stop at the start, and one at step 12 under another β."""
    window = student.window
    window.edit({"view.beta": 3.0})
    window.acts["add-stop"].trigger()
    train(student, 12)
    student.until(lambda: student.step == 12)
    window.edit({"view.beta": 0.5})
    window.acts["add-stop"].trigger()


@pytest.mark.slow
def test_stops_are_taken_of_what_is_on_the_screen(student: Student) -> None:
    window = student.window
    two(student)
    first, second = window.store.lesson.lesson.stops
    assert (first.scene, first.step, first.changes) == ("ellipse", 0, {"view.beta": 3.0})
    assert (second.scene, second.step, second.changes) == ("ellipse", 12, {"view.beta": 0.5})
    assert window.store.lesson.at == 1
    assert listed(student) == ["Stop 1", "Stop 2"]
    dock = window.lessons.dock
    assert not dock.isHidden()
    assert "Ellipse, cold" in dock.windowTitle()
    pictures = [window.lessons.pictures.of(stop) for stop in (first, second)]
    assert all(picture and not picture.isNull() for picture in pictures)


def test_whatever_is_done_to_stops_is_undone_and_done_again(student: Student) -> None:
    window, stops = student.window, student.window.lessons.stops
    seen: list[Lesson] = [window.store.lesson.lesson]

    def done(act: Callable[[], object], *left: str) -> None:
        act()
        assert names(student) == list(left) == listed(student)
        assert window.store.lesson.lesson != seen[-1]
        seen.append(window.store.lesson.lesson)

    done(stops.add, "Stop 1")
    window.edit({"view.beta": 0.1})
    done(stops.add, "Stop 1", "Stop 2")
    done(lambda: stops.rename(0, "Cold"), "Cold", "Stop 2")
    done(lambda: stops.duplicate(0), "Cold", "Cold", "Stop 2")
    done(lambda: stops.move(2, 0), "Stop 2", "Cold", "Cold")
    assert window.store.lesson.at == 0
    done(lambda: stops.rename(2, "Hot"), "Stop 2", "Cold", "Hot")
    done(lambda: stops.say(2, "Which?\n\n***\n\nThis.\n\n> Wait."), "Stop 2", "Cold", "Hot")
    done(lambda: stops.reach(2, "morph", 1.5), "Stop 2", "Cold", "Hot")
    done(lambda: stops.update(2), "Stop 2", "Cold", "Hot")
    hot = window.store.lesson.lesson.stops[2]
    assert (hot.text, hot.answer, hot.notes) == ("Which?", "This.", "Wait.")
    assert hot.changes == {"view.beta": 0.1}
    done(lambda: stops.delete(1), "Stop 2", "Hot")
    done(lambda: stops.delete(0), "Hot")
    assert window.store.lesson.at == 0
    for lesson in reversed(seen):
        assert window.store.lesson.lesson == lesson
        while window.store.can_undo and window.store.lesson.lesson == lesson:
            window.acts["undo"].trigger()
    assert not window.store.can_undo
    for lesson in seen:
        while window.store.can_redo and window.store.lesson.lesson != lesson:
            window.acts["redo"].trigger()
        assert window.store.lesson.lesson == lesson


def test_names_and_texts_are_edited_in_place(student: Student) -> None:
    window, bot = student.window, student.bot
    bot.keyClick(window.landscape, Qt.Key.Key_D, CTRL)
    dock = window.lessons.dock
    assert names(student) == ["Stop 1"]
    rows = dock.rows
    bot.keyClick(rows, Qt.Key.Key_F2)
    box = child_of(rows, QLineEdit, "stop-name")
    box.selectAll()
    bot.keyClicks(box, "Cold")
    bot.keyClick(box, Qt.Key.Key_Return)
    student.until(lambda: names(student) == ["Cold"])
    dock.text.setFocus()
    bot.keyClicks(dock.text, "All of F is zero on the ellipse.")
    assert window.store.lesson.lesson.stops[0].text == ""
    assert window.texts.take()
    assert window.store.lesson.lesson.stops[0].text == "All of F is zero on the ellipse."
    window.acts["undo"].trigger()
    assert dock.text.toPlainText() == ""
    window.acts["undo"].trigger()
    assert listed(student) == ["Stop 1"]


def test_a_row_is_dragged_to_another_place(student: Student) -> None:
    stops, rows = student.window.lessons.stops, student.window.lessons.dock.rows
    for name in ("a", "b", "c"):
        student.window.acts["add-stop"].trigger()
        stops.rename(student.window.lessons.dock.index, name)
    assert names(student) == ["a", "b", "c"]

    def dropped(row: int, y: int) -> None:
        rows.setCurrentRow(row)
        event = QDropEvent(
            QPointF(40, y),
            Qt.DropAction.MoveAction,
            QMimeData(),
            LEFT,
            Qt.KeyboardModifier.NoModifier,
        )
        Rows.dropEvent(rows, event)

    dropped(0, rows.visualItemRect(rows.item(2)).bottom())
    assert names(student) == ["b", "c", "a"] == listed(student)
    dropped(2, 1)
    assert names(student) == ["a", "b", "c"] == listed(student)
    dropped(1, rows.visualItemRect(rows.item(1)).top() + 2)
    assert names(student) == ["a", "b", "c"]
    rows.setCurrentRow(0)
    student.window.acts["stop-down"].trigger()
    assert names(student) == ["b", "a", "c"]
    assert student.window.lessons.dock.index == 1
    student.window.acts["stop-up"].trigger()
    assert names(student) == ["a", "b", "c"]


@pytest.mark.slow
def test_a_session_with_stops_is_saved_and_opened(
    student: Student, sit_down: Callable[..., Student], tmp_path: Path
) -> None:
    window, path = student.window, tmp_path / "a.ebmviz"
    plain = tmp_path / "plain.ebmviz"
    window.document.save_to(plain)
    student.until(plain.exists)
    assert b'"format": 1' in archive_of(plain)
    two(student)
    assert window.document.dirty
    window.document.save_to(path)
    student.until(lambda: path.exists() and not window.document.dirty)
    assert b'"format": 3' in archive_of(path)
    kept = session.load(path, CATALOGUE)
    assert [stop.run for stop in kept.lesson.stops] == [0, 0]
    other = sit_down(scene=kept.scene, session=kept, path=path).window
    assert [stop.name for stop in other.store.lesson.lesson.stops] == ["Stop 1", "Stop 2"]
    assert not other.document.dirty
    assert all(other.lessons.pictures.of(stop) for stop in other.store.lesson.lesson.stops)
    other.lessons.stops.rename(0, "Cold")
    assert other.document.dirty
    other.acts["undo"].trigger()
    assert not other.document.dirty


def archive_of(path: Path) -> bytes:
    """The manifest of a session."""
    with zipfile.ZipFile(path) as file:
        return file.read("manifest.json")


@pytest.mark.slow
def test_stops_are_kept_of_what_a_crash_would_take(student: Student) -> None:
    two(student)
    document = student.window.document
    document.autosave()
    folder = document.recovery.folder
    student.until(lambda: list(folder.glob(f"*{session.SUFFIX}")))
    document.settle()
    (copy,) = folder.glob(f"*{session.SUFFIX}")
    assert len(session.load(copy, CATALOGUE).lesson.stops) == 2


def test_a_lesson_is_opened_from_its_text_and_saved_as_it_was(
    student: Student, tmp_path: Path
) -> None:
    window = student.window
    drop(student, FILE)
    assert names(student) == ["Cold", "What does training do?", "Probe"]
    assert window.store.lesson.at == 0
    assert window.store.scene["view.beta"] == float("inf")
    window.lessons.save_to(tmp_path / "b.md")
    assert (tmp_path / "b.md").read_bytes() == FILE.read_bytes()
    assert not window.document.dirty
    window.acts["undo"].trigger()
    student.settled()
    assert names(student) == []
    assert window.store.scene["view.beta"] == 10.0


def test_a_text_that_is_wrong_changes_nothing(student: Student, tmp_path: Path) -> None:
    bad, window = tmp_path / "bad.md", student.window
    bad.write_text(FILE.read_text("utf-8").replace("view.beta = inf", "view.bta = 1"), "utf-8")
    drop(student, bad)
    assert "line 14: “Cold”: view.bta: no such parameter here" in window.banner.text.text()
    assert not window.store.can_undo


def test_a_shipped_lesson_is_one_click_away(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = assets.resource

    def resource(name: str) -> Path:
        here = name.startswith("lessons")
        return FILE.parent / name.removeprefix("lessons").strip("/") if here else real(name)

    monkeypatch.setattr(assets, "resource", resource)
    menus = {action.text(): action.menu() for action in student.window.menuBar().actions()}
    help_menu = menus["Help"]
    assert isinstance(help_menu, QMenu)
    lessons = next(a.menu() for a in help_menu.actions() if a.text() == "Lessons")
    assert isinstance(lessons, QMenu)
    lessons.aboutToShow.emit()
    (entry,) = lessons.actions()
    assert entry.text() == "The ellipse, cold and trained"
    entry.trigger()
    assert names(student) == ["Cold", "What does training do?", "Probe"]
    assert not student.window.lessons.dock.isHidden()
    assert student.window.store.history[0][-1].startswith("opened the lesson “The ellipse")


@pytest.mark.parametrize(("wide", "high"), [(1280, 800), (1024, 768)])
def test_where_there_is_no_room_the_dock_leaves_the_map_in_sight(
    student: Student, wide: int, high: int
) -> None:
    window = student.window
    window.resize(wide, high)
    window.acts["stops"].trigger()
    dock = window.lessons.dock
    assert dock.isFloating()
    canvas = window.landscape.canvas
    middle = canvas.mapToGlobal(canvas.rect().center())
    assert not dock.geometry().contains(middle)
    below = window.bottom.mapToGlobal(window.bottom.rect().topLeft()).y()
    assert dock.y() + dock.height() <= below
    window.acts["stops"].trigger()
    assert dock.isHidden()
