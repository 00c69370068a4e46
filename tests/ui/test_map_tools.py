"""Points painted, moved, taken out and put in by mouse and keys, with the engine at work."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication

from ebmviz.core.samples import own, samples_of
from ebmviz.ui.hands.hands import Hands
from tests.ui.conftest import Student
from tests.ui.hands import LEFT, child, click, drag, on_map

NONE = Qt.KeyboardModifier.NoModifier


def hands(student: Student) -> Hands:
    return student.window.hands


def stroke(student: Student, *places: tuple[float, float]) -> None:
    viewport = student.window.landscape.canvas.viewport()
    drag(viewport, *(on_map(student, *place) for place in places))


def rows(student: Student) -> np.ndarray:
    """The scene's own points."""
    found = samples_of(student.window.store.scene)
    assert found is not None
    return found.rows


def key(student: Student, name: str, modifier: Qt.KeyboardModifier = NONE) -> None:
    student.bot.keyClick(student.window.landscape, getattr(Qt.Key, f"Key_{name}"), modifier)


def test_points_are_painted_while_training_goes_on(student: Student) -> None:
    window, store = student.window, student.window.store
    before = store.scene
    key(student, "P")
    assert window.acts["tool-paint"].isChecked()
    window.acts["play"].trigger()
    student.until(lambda: student.step > 20)
    stroke(student, (-1.0, 1.2), (0.0, 1.2), (1.0, 1.2))
    assert own(store.scene)
    painted = rows(student)
    assert len(painted) > 30
    assert painted[24:, 1] == pytest.approx(1.2, abs=0.03)
    assert store.scene["data.name"] == "From “Lecture, 24 points”"
    assert store.scene["data.read"] == f"{len(painted)} points, edited by hand"
    (done,), _ = store.history
    assert done == f"painted {len(painted) - 24} points"
    # They are in the frame, beside those that were there; the weights went on.
    student.until(lambda: len(student.shown.snapshot.arrays["data"]) == len(painted))
    at = student.step
    assert at > 20
    student.until(lambda: student.step > at)
    window.acts["play"].trigger()
    assert store.scene.view == before.view
    # One stroke is one entry of undo.
    window.acts["undo"].trigger()
    assert store.scene == before
    assert not store.can_undo
    assert student.weights().step > 20
    window.acts["redo"].trigger()
    assert np.array_equal(rows(student), painted)
    key(student, "Escape")
    assert window.acts["tool-none"].isChecked()
    probe, cut = store.scene.view.probe, store.scene.view.cut
    stroke(student, (1.5, -1.5), (1.0, -1.5))  # the map is moved again
    assert (store.scene.view.probe, store.scene.view.cut) == (probe, cut)
    assert store.scene.view.window != before.view.window
    assert np.array_equal(rows(student), painted)


def test_what_is_selected_moves_is_copied_and_comes_back(student: Student) -> None:
    window = student.window
    data = np.asarray(student.settled()["data"], float)
    upper = data[:, 1] > 0.05
    key(student, "S")
    stroke(student, (-2.5, 2.5), (2.5, 0.05))
    assert np.array_equal(hands(student).edited.mask, upper)
    assert not own(window.store.scene)  # looking changes nothing
    # A drag of one of them takes all along.
    first = data[upper][0]
    stroke(student, tuple(first), tuple(first + [0.1, 0.1]), tuple(first + [0.2, 0.3]))
    moved = rows(student)
    assert moved[upper] == pytest.approx(data[upper] + [0.2, 0.3], abs=0.02)
    assert np.array_equal(moved[~upper], data[~upper])
    key(student, "Right")
    assert (rows(student)[upper][:, 0] > moved[upper][:, 0]).all()
    assert np.array_equal(rows(student)[~upper], data[~upper])
    assert window.store.history[0][-1] == f"moved {upper.sum()} points"
    window.acts["undo"].trigger()
    assert np.array_equal(rows(student), moved)
    # Text that a spreadsheet takes; cut out, and pasted again.
    key(student, "A", Qt.KeyboardModifier.ControlModifier)
    assert hands(student).edited.mask.all()
    hands(student).edited.select(upper)
    key(student, "C", Qt.KeyboardModifier.ControlModifier)  # of points, as long as some are chosen
    assert len(QGuiApplication.clipboard().text().splitlines()) == 1 + upper.sum()
    key(student, "X", Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(rows(student), moved[~upper])
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "y1\ty2"
    assert [[float(v) for v in line.split("\t")] for line in copied[1:]] == moved[upper].tolist()
    key(student, "V", Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(rows(student), np.concatenate([moved[~upper], moved[upper]]))
    assert hands(student).edited.mask.sum() == upper.sum()
    key(student, "Delete")
    assert np.array_equal(rows(student), moved[~upper])
    QGuiApplication.clipboard().setText("1\tx")
    key(student, "V", Qt.KeyboardModifier.ControlModifier)
    assert "clipboard, line 1, column 2: “x” is not a number" in window.banner.text.text()
    assert np.array_equal(rows(student), moved[~upper])


def test_classes_have_a_brush_each_and_keep_their_last_point(
    sit_down: Callable[..., Student],
) -> None:
    student = sit_down("multiclass")
    window = student.window
    arrays = student.settled()
    label = arrays["data_class"]
    click(student, "tool-paint")
    key(student, "3")
    assert child(student, "tools.class.2").isChecked()
    stroke(student, (0.0, 0.0), (0.5, 0.0))
    added = rows(student)[len(label) :]
    assert len(added) > 0
    assert set(added[:, 2]) == {2}
    weights = student.weights().weights
    student.bot.mouseClick(child(student, "tools.class.0"), LEFT)
    # The eraser over everything: one of each class stays, and so do the weights.
    reach = hands(student).overlay.reach
    reach.size(2000.0)
    click(student, "tool-erase")
    stroke(student, (0.0, 0.0), (0.2, 0.0))
    left = rows(student)
    assert sorted(left[:, 2]) == sorted(set(label))
    after = student.weights().weights
    assert all(np.array_equal(after[name], w) for name, w in weights.items() if "/" not in name)
    window.acts["undo"].trigger()
    assert len(rows(student)) == len(label) + len(added)


def test_the_brush_grows_and_tools_say_why_they_rest(student: Student) -> None:
    window = student.window
    viewport = window.landscape.canvas.viewport()
    key(student, "P")
    reach = hands(student).overlay.reach
    before = reach.radius
    key(student, "BracketRight")
    assert reach.radius == pytest.approx(1.25 * before)
    at = on_map(student, 0.0, 0.0)
    wheel = QWheelEvent(
        *(QPointF(at), QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, -120)),
        *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier),
        *(Qt.ScrollPhase.NoScrollPhase, False),
    )
    view = window.store.scene.view
    QApplication.sendEvent(viewport, wheel)
    assert reach.radius == pytest.approx(before)
    assert window.store.scene.view == view  # the map does not zoom
    key(student, "C")
    stroke(student, (-1.0, -1.0), (0.0, 0.0), (1.0, 1.5))
    assert window.store.scene.view.cut == pytest.approx((-1, -1, 1, 1.5), abs=0.02)
    drawn = window.store.scene.view.cut
    key(student, "Right")
    assert window.store.scene.view.cut[0] > drawn[0]
    assert window.store.scene.view.cut[1] == drawn[1]
    key(student, "Y")
    stroke(student, (-1.0, -1.0), (0.0, 0.5), (1.0, 0.25))
    assert window.store.scene.view.probe == pytest.approx((1.0, 0.25), abs=0.02)
    key(student, "Up")
    assert window.store.scene.view.probe[1] > 0.25
    for _ in range(4):
        window.acts["undo"].trigger()
    assert (window.store.scene.view.cut, window.store.scene.view.probe) == (view.cut, view.probe)
    window.edit({"view.dimension": "3-D"})
    assert window.acts["tool-none"].isChecked()
    assert not window.acts["tool-paint"].isEnabled()
    assert "3-D" in window.acts["tool-paint"].toolTip()
    assert not hands(student).overlay.isVisible()
    window.edit({"view.dimension": "2-D"})
    assert window.acts["tool-paint"].isEnabled()
    assert "3-D" not in window.acts["tool-paint"].toolTip()
    assert "select some" in window.acts["delete"].toolTip()


def test_starts_of_descents_are_drawn_and_go(student: Student) -> None:
    window = student.window
    key(student, "D")
    stroke(student, (-1.5, 1.0), (0.0, 1.0), (1.5, 1.0))
    view = window.store.scene.view
    assert view.inference == "gradient"
    assert len(view.drawn) >= 4
    assert view.drawn[:2] == pytest.approx((-1.5, 1.0), abs=0.02)
    starts = student.settled()["descent_start"]
    count = len(view.drawn) // 2
    assert starts[1 : 1 + count] == pytest.approx(np.reshape(view.drawn, (-1, 2)), abs=1e-5)
    key(student, "Delete")
    assert window.store.scene.view.drawn == ()
    window.acts["undo"].trigger()
    assert window.store.scene.view.drawn == view.drawn
    window.acts["undo"].trigger()
    assert window.store.scene.view.inference == "off"


@pytest.mark.parametrize(("count", "room"), [(100, (6, 7)), (101, (4, 5))])
def test_rings_around_many_points_leave_them_in_sight(
    student: Student, count: int, room: tuple[int, int]
) -> None:
    window, viewport = student.window, student.window.landscape.canvas.viewport()
    window.edit({"view.hidden": "data,contours,manifold,arrows,nearest,cut,probe"})
    key(student, "S")
    student.settled()
    at = on_map(student, 0.5, 0.5)
    before = viewport.grab().toImage()
    hands(student).overlay.select(np.full((count, 2), 0.5))
    after = viewport.grab().toImage()
    changed = [
        i for i in range(20) if before.pixel(at.x() + i, at.y()) != after.pixel(at.x() + i, at.y())
    ]
    assert changed, "there is a ring"
    assert set(room) & set(changed)
    assert min(changed) >= room[0] - 2
    assert max(changed) <= room[1] + 2
