"""What is pointed at lights up wherever else it stands: in texts, at controls, on the picture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ebmviz.core.lesson.state import LessonState
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.core.plot import Curve
from ebmviz.ui.controls.prose import Prose
from ebmviz.ui.formulas import symbols_in
from ebmviz.ui.lesson.reader import Reader
from ebmviz.ui.menus.about_scene import AboutScene
from ebmviz.ui.panel.dial import Dial
from ebmviz.ui.panel.row import Row
from ebmviz.ui.plots.canvas import FADED
from ebmviz.ui.pointing.pointing import NOTHING, Pointed
from tests.ui.conftest import Student
from tests.ui.hands import child_of

SAID = r"From hot to cold: $\beta$. Then $F_\beta(y)$ is low at $\check y$, near $\tilde y(z)$."
BETA, DATA, MANIFOLD = (frozenset({name}) for name in ("β", "y̌", "ỹ"))


def taught(student: Student, said: str = SAID) -> Prose:
    """The text of a stop that says this."""
    lesson = Lesson(stops=(Stop("One", "ellipse", text=said),))
    student.window.store.teach(LessonState(lesson, 0), "a lesson")
    text = child_of(student.window, Reader, "reader").text
    student.until(lambda: text.isVisible() and len(text.inline.places) > 0)
    return text


def place(text: Prose, names: frozenset[str]) -> QPoint:
    """Where a symbol stands."""
    return next(
        (
            text.inline.places[piece].topLeft()
            + QPointF(0, text.inline.pieces[piece].extent()[1])
            + boxes[0].center()
        ).toPoint()
        for piece, boxes in symbols_in.of(text.inline, names).items()
        if boxes
    )


def move_to(widget: QWidget, at: QPoint | None = None) -> None:
    """The mouse itself, to a place on the screen: enter, leave and move follow from that."""
    window = widget.window()
    handle = window.windowHandle()
    inside = widget.mapTo(window, at or widget.rect().center())
    QTest.mouseMove(handle, inside - QPoint(1, 0))
    QTest.mouseMove(handle, inside)
    QApplication.processEvents()


def away(student: Student) -> None:
    move_to(student.window.toolbar, QPoint(1, 1))
    student.until(lambda: student.window.pointing.at.names == frozenset())


def lit_rows(student: Student) -> set[str]:
    rows = {row.path for row in student.window.findChildren(Row) if row.lit and row.isVisible()}
    dials = {dial.path for dial in student.window.findChildren(Dial) if dial.lit}
    return rows | dials


def lit_entries(student: Student) -> list[str]:
    items = student.window.landscape.legend._items
    return [item.accessibleName() for item in items if item.lit]


def strengths(student: Student) -> dict[str, float]:
    picture = student.window.landscape.canvas._picture
    drawn = ((getattr(layer, "layer", ""), picture._strength(layer)) for layer, _ in picture._drawn)
    return {name: strength for name, strength in drawn if name}


@pytest.mark.slow
def test_a_symbol_of_the_text_lights_up_its_controls_and_its_marks(student: Student) -> None:
    text, window = taught(student), student.window
    scene, undo = window.store.scene, window.store.history
    move_to(text.viewport(), place(text, BETA))
    student.until(lambda: window.pointing.at.names == BETA)
    student.until(lambda: lit_rows(student) >= {"view.beta", "objective.beta"})
    assert set(strengths(student).values()) == {1.0}, "no layer is of β"
    assert "background-color" in window.bottom.formula._drawn[0].text()
    move_to(text.viewport(), place(text, MANIFOLD))
    student.until(lambda: window.pointing.at.names == MANIFOLD)
    assert lit_rows(student) == set()
    assert {"manifold ỹ(z)", "nearest ỹ(ž)"} < set(lit_entries(student))
    shown = strengths(student)
    assert (shown["manifold"], shown["nearest"], shown["data"]) == (1.0, 1.0, FADED)
    move_to(text.viewport(), place(text, DATA))
    student.until(lambda: window.pointing.at.names == DATA)
    assert (strengths(student)["data"], strengths(student)["manifold"]) == (1.0, FADED)
    away(student)
    assert (lit_rows(student), lit_entries(student)) == (set(), [])
    assert set(strengths(student).values()) == {1.0}
    assert (window.store.scene, window.store.history) == (scene, undo), "a look changes nothing"
    assert not text.inline.lit


@pytest.mark.slow
def test_a_control_lights_up_its_symbol_in_the_text_and_leaves_the_picture(
    student: Student,
) -> None:
    text, window = taught(student), student.window
    move_to(window.bottom.beta.slider)
    student.until(lambda: text.inline.lit)
    lit = symbols_in.of(text.inline, window.pointing.at.names)
    assert sum(map(len, lit.values())) == 2
    assert lit_rows(student) == set(), "what is under the mouse need not be found"
    assert set(strengths(student).values()) == {1.0}, "about to be moved, seen all the time"
    away(student)
    assert not text.inline.lit


def test_the_focus_does_the_same_as_the_mouse(student: Student) -> None:
    text, window = taught(student), student.window
    away(student)
    window.activateWindow()
    window.bottom.beta.slider.setFocus(Qt.FocusReason.TabFocusReason)
    student.until(lambda: text.inline.lit)
    assert window.pointing.at.names == BETA
    text.setFocus(Qt.FocusReason.TabFocusReason)
    student.until(lambda: "view.beta" in lit_rows(student))
    seen = []
    for _ in symbols_in.every(text.inline):
        seen.append(window.pointing.at.names)
        student.bot.keyClick(text, Qt.Key.Key_Right)
        student.until(lambda: window.pointing.at.names != seen[-1])
    assert seen[0] == window.pointing.at.names == BETA, "around"
    assert seen[1:] == [{"F"}, {"y"}, DATA, MANIFOLD, {"z"}]
    window.landscape.setFocus()
    student.until(lambda: window.pointing.at.names == frozenset())


def test_an_entry_of_the_legend_lights_up_its_layer_and_its_symbol(student: Student) -> None:
    text, window = taught(student), student.window
    move_to(window.landscape.legend.item("manifold"))
    student.until(lambda: text.inline.lit)
    assert window.pointing.at.names == MANIFOLD
    student.until(lambda: strengths(student)["data"] == FADED)
    assert strengths(student)["manifold"] == 1.0
    away(student)
    student.until(lambda: strengths(student)["data"] == 1.0)


@pytest.mark.slow
def test_a_mark_of_the_picture_lights_up_its_symbol(student: Student) -> None:
    text, window = taught(student), student.window
    landscape = window.landscape
    picture = landscape.canvas._picture
    line = next(x for x in picture.layers if isinstance(x, Curve) and x.label.startswith("man"))
    at = landscape.plane.mapViewToScene(QPointF(line.x[9], line.y[9]))
    move_to(landscape.canvas.viewport(), landscape.canvas.mapFromScene(at))
    student.until(lambda: window.pointing.at.names == MANIFOLD)
    student.until(lambda: text.inline.lit)
    assert "manifold ỹ(z)" in lit_entries(student)
    assert set(strengths(student).values()) == {1.0}, "what is looked at stays in its picture"
    nowhere = landscape.plane.mapViewToScene(QPointF(-2.4, 1.9))
    move_to(landscape.canvas.viewport(), landscape.canvas.mapFromScene(nowhere))
    student.until(lambda: not text.inline.lit)


def test_nothing_lights_up_or_goes_out_in_a_drag(student: Student) -> None:
    text, window = taught(student), student.window
    slider = window.bottom.beta.slider
    move_to(slider)
    student.until(lambda: text.inline.lit)
    heard: list[object] = []
    window.pointing.changed.connect(heard.append)
    QTest.mousePress(
        window.windowHandle(),
        Qt.MouseButton.LeftButton,
        pos=slider.mapTo(window, slider.rect().center()),
    )
    for k in range(6):
        move_to(slider, QPoint(30 + 20 * k, slider.height() // 2))
    move_to(text.viewport(), place(text, DATA))
    QTest.qWait(3 * window.pointing.pause)
    assert heard == []
    QTest.mouseRelease(
        window.windowHandle(),
        Qt.MouseButton.LeftButton,
        pos=text.viewport().mapTo(window, place(text, DATA)),
    )
    move_to(text.viewport(), place(text, DATA))
    student.until(lambda: window.pointing.at.names == DATA)


def test_the_class_sees_what_the_lecturer_points_at(student: Student) -> None:
    text, window = taught(student), student.window
    window.acts["audience"].trigger()
    audience = window.lecture.audience
    assert audience
    watched = audience.watched
    student.until(lambda: len(watched.said.text.inline.places) > 0)
    move_to(text.viewport(), place(text, MANIFOLD))
    student.until(lambda: watched.said.text.inline.lit)
    picture = watched.mains.landscape.canvas._picture
    student.until(lambda: bool(picture._lit))
    assert "manifold" in picture._lit
    away(student)
    student.until(lambda: not watched.said.text.inline.lit and not picture._lit)
    window.acts["audience"].trigger()


@pytest.mark.slow
def test_what_is_said_of_the_scene_points_too(student: Student) -> None:
    window = student.window
    window.acts["about-scene"].trigger()
    dialog = child_of(window, AboutScene)
    dialog.text.say(SAID)
    student.until(lambda: len(dialog.text.inline.places) > 0)
    move_to(dialog.text.viewport(), place(dialog.text, BETA))
    student.until(lambda: "view.beta" in lit_rows(student))
    dialog.close()
    student.until(lambda: lit_rows(student) == set())


@pytest.mark.slow
def test_the_legend_of_two_models_lights_up_the_text_and_the_text_its_entries(
    student: Student,
) -> None:
    text, window = taught(student), student.window
    window.acts["compare"].trigger()
    view = window.stage.mains.compare
    student.until(lambda: view.isVisible() and not view.legend.empty)
    entry = view.legend.item("manifold")
    student.until(entry.isVisible)
    move_to(entry)
    student.until(lambda: window.pointing.at.names == MANIFOLD)
    student.until(lambda: text.inline.lit)
    away(student)
    assert not text.inline.lit
    move_to(text.viewport(), place(text, MANIFOLD))
    student.until(lambda: entry.lit)
    assert view.maps[0].canvas._lit == MANIFOLD
    away(student)
    assert not entry.lit


@pytest.mark.slow
def test_the_legend_of_a_figure_in_the_maps_place_points_as_the_maps_does(
    sit_down: Callable[..., Student],
) -> None:
    student = sit_down("information")
    view = student.window.stage.picture
    student.until(lambda: view.isVisible() and len(view.mosaic.tiles) > 1)
    told: list[Pointed] = []
    view.pointed.connect(told.append)
    legend = view.mosaic.tiles[0].legend
    at = Pointed(frozenset({"q"}))
    legend.told.emit(at)
    assert told == [at]
    student.until(lambda: student.window.pointing.at == at)
    view.mosaic._keep(0)
    student.until(lambda: student.window.pointing.at == NOTHING)
