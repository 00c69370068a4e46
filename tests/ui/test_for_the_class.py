"""A window for the class: it shows the stage alone, live; the lecturer keeps all else."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from ebmviz.core.lesson import shipped
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.plot import Image, Plot
from ebmviz.ui.look import theme
from ebmviz.ui.presenting.audience import Audience
from ebmviz.ui.presenting.choice import CARDS, SLIDERS
from ebmviz.ui.presenting.chooser import Chooser
from ebmviz.ui.views import framing
from ebmviz.ui.views.landscape_view import LandscapeView
from ebmviz.ui.views.plot_card import PlotCard
from tests.slow import slow, sparing
from tests.ui.conftest import Student
from tests.ui.hands import taught_in_haste
from tests.ui.test_nothing_cut import TEXTS, faults

SCREENS = ((1024, 768), (1280, 720), (1920, 1080))


@pytest.fixture
def audience(student: Student) -> Iterator[Audience]:
    yield opened(student)
    theme.apply(QApplication.instance(), "dark")  # type: ignore[arg-type]


def opened(student: Student) -> Audience:
    student.window.acts["audience"].trigger()
    found = student.window.lecture.audience
    assert found is not None
    student.until(found.isVisible)
    return found


def drawn(map_: LandscapeView) -> Plot:
    assert map_._plot is not None
    return map_._plot


def caption(card: PlotCard) -> str:
    return f"{card.detail.text()} {card.caption.text()}".strip()


def same_numbers(one: LandscapeView, other: LandscapeView) -> bool:
    pictures = [next(x for x in drawn(m).layers if isinstance(x, Image)) for m in (one, other)]
    return bool(np.array_equal(pictures[0].values, pictures[1].values))


def test_it_draws_the_same_numbers_as_they_come(student: Student, audience: Audience) -> None:
    own, theirs = student.window.landscape, audience.watched.mains.landscape
    assert own.canvas is not theirs.canvas
    for beta in (1.0, 3.0):
        student.window.edit({"view.beta": beta})
        student.settled()
        student.until(lambda: theirs._shot is not None and same_numbers(own, theirs))
        assert audience.watched.sliders.dials["view.beta"].box.text().startswith(f"{beta:g}")
    student.bot.keyClick(student.window.stage.main, Qt.Key.Key_N)
    student.until(lambda: student.step == 1)
    student.until(lambda: "step 1" in audience.watched.sliders.steps.text())
    student.until(lambda: same_numbers(own, theirs))


@pytest.mark.slow
def test_each_map_is_filled_and_none_is_distorted(student: Student, audience: Audience) -> None:
    audience.resize(1280, 600)
    own, theirs = student.window.landscape, audience.watched.mains.landscape

    def filled(map_: LandscapeView) -> bool:
        wanted = framing.framed(student.window.store.scene.view, map_.plane.rect())
        (left, right), (bottom, top) = map_.plane.viewRange()
        return bool(np.allclose((left, right, bottom, top), wanted, atol=1e-9))

    student.until(lambda: filled(own) and filled(theirs))
    shapes = [m.plane.rect().width() / m.plane.rect().height() for m in (own, theirs)]
    assert abs(shapes[0] - shapes[1]) > 0.2, "or nothing was tried"
    student.window.acts["audience"].trigger()
    student.until(lambda: filled(own))


@pytest.mark.slow
def test_black_is_theirs_alone(student: Student, audience: Audience) -> None:
    window = student.window
    student.bot.keyClick(window.stage.main, Qt.Key.Key_Period)
    student.until(lambda: audience.shade.kind == "black")
    seen = audience.grab().toImage()
    assert all(seen.pixelColor(x, 200) == QColor("black") for x in (5, 200, 400))
    assert not window.curtain.isVisible()
    assert "black" in window.lecture.desk.covered.text()
    assert window.focusWidget() is window.stage.main
    student.bot.keyClick(audience, Qt.Key.Key_Period)
    assert audience.shade.kind == ""
    window.acts["spotlight"].trigger()
    assert audience.shade.kind == window.curtain.kind == "light"


def test_their_pointer_is_at_the_same_place_of_the_plot(
    student: Student, audience: Audience
) -> None:
    student.settled()
    own, theirs = student.window.landscape, audience.watched.mains.landscape
    student.until(lambda: theirs._shot is not None)
    at = own.canvas.mapFromScene(own.plane.mapViewToScene(QPointF(1.0, 0.5)))
    student.bot.mouseMove(own.canvas.viewport(), at)
    lens = audience.lens.factor
    scene = theirs.canvas.mapFromScene(theirs.plane.mapViewToScene(QPointF(1.0, 0.5)))
    there = QPointF(theirs.canvas.mapTo(audience.watched, scene)) * lens
    student.until(lambda: (audience.shade.at - there).manhattanLength() < 4 * lens)
    assert audience.shade.pointer
    assert not student.window.curtain.pointer, "there the mouse is seen"
    student.bot.mouseMove(student.window.toolbar, QPoint(5, 5))
    student.until(lambda: audience.shade.at.x() < 0)


def test_a_large_pointer_follows_the_mouse_in_one_window(student: Student) -> None:
    window = student.window
    student.settled()
    plain = window.grab().toImage()
    student.bot.keyClick(window.stage.main, Qt.Key.Key_I)
    spot = window.stage.main.mapTo(window, QPoint(200, 250))
    student.bot.mouseMove(window.stage.main, QPoint(200, 250))
    student.until(lambda: (window.curtain.at.toPoint() - spot).manhattanLength() <= 2)
    inside = spot + QPoint(6, 24)
    assert window.grab().toImage().pixelColor(inside) == theme.tint("bad")
    student.bot.keyClick(window.stage.main, Qt.Key.Key_I)
    assert window.grab().toImage().pixelColor(inside) == plain.pixelColor(inside)


@pytest.mark.slow
def test_a_clicker_leads_on_in_both_windows(student: Student, audience: Audience) -> None:
    window = student.window
    taught_in_haste(student, "free-energy")

    def press(widget: QWidget, key: Qt.Key) -> int | None:
        student.bot.keyClick(widget, key)
        student.until(lambda: not window.lessons.travel.moving)
        return window.lessons.state.at

    assert press(audience, Qt.Key.Key_PageDown) == 1
    assert press(window.stage.main, Qt.Key.Key_PageDown) == 2
    assert press(window.stage.main, Qt.Key.Key_Left) == 1
    assert press(audience, Qt.Key.Key_Right) == 2
    slider = window.bottom.beta.slider
    window.activateWindow()
    slider.setFocus()
    student.until(slider.hasFocus)
    beta = window.store.scene.view.beta
    assert press(slider, Qt.Key.Key_Left) == 2
    assert window.store.scene.view.beta < beta, "arrows are the slider's"
    assert press(slider, Qt.Key.Key_PageUp) == 1
    assert press(slider, Qt.Key.Key_PageDown) == 2
    stop = window.lessons.state.stop
    assert stop is not None
    assert audience.watched.said.text.said() == stop.text
    desk = window.lecture.desk
    assert desk.next.text() == window.lessons.state.lesson.stops[3].name
    assert desk.isVisible()


@pytest.mark.parametrize("by", ["theirs", slow("own"), slow("action")])
def test_either_window_can_be_closed(student: Student, by: str) -> None:
    window, audience = student.window, opened(student)
    assert window.acts["audience"].isChecked()
    if by == "theirs":
        audience.close()
    elif by == "own":
        window.hide()
    else:
        window.acts["audience"].trigger()
    assert window.lecture.audience is None
    assert not audience.isVisible()
    assert not window.acts["audience"].isChecked()
    assert not window.lecture.desk.isVisible()
    assert not window.curtain.pointed


def test_what_is_large_is_large_there(student: Student, audience: Audience) -> None:
    window, watched = student.window, audience.watched
    card = window.stage.side[0]
    window.central.enlarged.toggle(card)
    assert watched.large.isVisible()
    assert watched.large.figure is card.figure
    student.until(lambda: caption(watched.large) == caption(card) != "")
    window.edit({"view.lab": True})
    student.until(lambda: watched.mains.lab.isVisible() and watched.mains.lab.shown)
    assert not watched.large.isVisible()


@pytest.mark.parametrize("size", sparing((0.7, 1.0, 1.5, 2.5), (1.5,)))
def test_every_text_is_seen_whole_at_every_size(student: Student, size: float) -> None:
    window = student.window
    window.looks.apply("dark", size)
    audience = opened(student)
    cut: list[tuple[object, ...]] = []
    for screen in SCREENS:
        audience.resize(*screen)
        for name in shipped.names():
            lesson = shipped.lesson(name)
            longest = max(range(len(lesson.stops)), key=lambda i: len(lesson.stops[i].text))
            window.store.teach(LessonState(lesson, longest), "test")
            QApplication.processEvents()
            watched = audience.watched
            place = watched.said.text.mapTo(watched, watched.said.text.rect().bottomLeft())
            edge = watched.text.mapTo(watched, watched.text.rect().bottomLeft())
            wide = watched.said.text.document().idealWidth() - watched.said.text.viewport().width()
            if (
                place.y() >= edge.y()
                or wide > 0
                or watched.sliders.geometry().bottom() > watched.height()
            ):
                cut.append((screen, name, longest))
            letters = audience.lens.factor * theme.px(theme.SIZES["body"])
            if letters < 13:
                cut.append((screen, name, f"{letters:.0f} pixels"))
    window.looks.apply("dark", 1.0)
    assert not cut


def test_what_is_on_the_stage_is_chosen_and_kept(student: Student) -> None:
    window = student.window
    window.acts["present"].trigger()
    student.until(window.isFullScreen)
    window.acts["on-stage"].trigger()
    dialog = window.findChild(Chooser, "on-stage")
    assert dialog is not None
    shown = dict.fromkeys(CARDS, True)
    assert {name: s.isChecked() for name, s in dialog.switches.items() if name in CARDS} == shown
    for name in ("card-1", "card-3", "objective.beta", "view.speed", "time"):
        student.bot.mouseClick(dialog.switches[name], Qt.MouseButton.LeftButton)
    assert [card.isVisible() for card in window.stage.side] == [False, True, False]
    bottom = window.bottom
    visible = {path for path, dial in bottom.dials.items() if dial.isVisible()}
    assert visible == {"view.beta", "view.speed"}
    assert not bottom.time.isVisible()
    assert "view.speed" in str(QSettings().value("stage"))
    audience = opened(student)
    there = audience.watched
    assert [card.isVisible() for card in there.cards] == [False, True, False]
    assert {path for path, dial in there.sliders.dials.items() if dial.isVisible()} == visible
    window.acts["present"].trigger()
    assert all(card.isVisible() for card in window.stage.side)
    assert bottom.time.isVisible()
    assert not bottom.dials["view.speed"].isVisible()
    student.bot.mouseClick(dialog.usual, Qt.MouseButton.LeftButton)
    assert QSettings().value("stage") is None
    assert all(card.isVisible() for card in there.cards)
    dialog.close()


@pytest.mark.parametrize("screen", [SCREENS[0], *map(slow, SCREENS[1:])])
def test_all_sliders_have_room_to_aim(student: Student, screen: tuple[int, int]) -> None:
    window = student.window
    window.edit({"objective.loss": "hinge"})
    audience = opened(student)
    window.central.choice.switch("view.speed", frozenset({*SLIDERS} - {"view.speed"}))
    audience.resize(*screen)
    QApplication.processEvents()
    bar = audience.watched.sliders
    shown = [dial for dial in bar.dials.values() if dial.isVisible()]
    assert {"view.beta", "objective.beta", "objective.margin", "view.speed"} <= {
        dial.path for dial in shown
    }
    for dial in shown:
        assert dial.slider.width() >= 80
        assert bar.rect().contains(dial.geometry())
        assert dial.label.width() >= dial.label.sizeHint().width()
    for text in TEXTS:
        window.looks.apply("dark", text)
        QApplication.processEvents()
        assert faults(audience) == [], text
    window.looks.apply("dark", 1.0)
    window.central.choice.forget()


def test_a_stop_can_say_what_it_shows(student: Student) -> None:
    lesson = shipped.lesson("free-energy")
    stop = msgspec.structs.replace(lesson.stops[0], show=("loss-curve", "view.beta"))
    window = student.window
    window.store.teach(LessonState(lesson.changed(0, stop), 0), "test")
    watched = opened(student).watched
    figures = [card.figure.name for card in window.stage.side]
    visible = [card.isVisible() for card in watched.cards]
    assert visible == [name == "loss-curve" for name in figures]
    assert [path for path, dial in watched.sliders.dials.items() if dial.isVisible()] == [
        "view.beta"
    ]
    assert watched.text.isVisible()
