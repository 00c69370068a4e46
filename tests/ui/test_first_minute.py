"""The first minute: a landscape that moves until it is touched, hints, the tour."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QCursor

from ebmviz.core import library
from ebmviz.ui.welcome import breathing
from ebmviz.ui.welcome.breathing import COLD, PERIOD_S, WARM, Breathing, beta_at
from ebmviz.ui.welcome.hints import HINTS
from ebmviz.ui.welcome.places import PLACES
from ebmviz.ui.welcome.tour import beside
from tests.slow import slow
from tests.ui.conftest import Student

SitDown = Callable[..., Student]


@pytest.fixture
def breath(student: Student, monkeypatch: pytest.MonkeyPatch) -> Breathing:
    """Of the student's window, under a clock that stands still."""
    monkeypatch.setattr(breathing, "_BEAT_MS", 1 << 20)
    student.settled()
    window = student.window
    QCursor.setPos(window.mapToGlobal(QPoint(1, 1)))
    clock = [100.0]
    own = Breathing(window.store, window.bottom.beta, lambda: clock[0])
    own.__dict__["clock"] = clock
    window.first_minute.breathing = own
    return own


def at(breath: Breathing, seconds: float) -> None:
    breath.__dict__["clock"][0] = 100.0 + seconds
    breath.beat()


def test_beta_goes_to_and_fro_evenly_in_its_logarithm() -> None:
    assert beta_at(0) == pytest.approx(COLD)
    assert beta_at(PERIOD_S / 2) == pytest.approx(WARM)
    assert beta_at(PERIOD_S) == pytest.approx(COLD)
    assert beta_at(PERIOD_S / 4) == pytest.approx(math.sqrt(COLD * WARM))


def test_a_landscape_breathes_until_a_key_and_leaves_no_trace(
    student: Student, breath: Breathing
) -> None:
    window = student.window
    before = window.store.scene
    breath.begin()
    at(breath, 3.0)
    assert window.store.scene.view.beta == pytest.approx(beta_at(3.0))
    student.until(lambda: student.shown.scene.view.beta == window.store.scene.view.beta)
    assert not window.store.can_undo
    student.bot.keyClick(window.stage.main, Qt.Key.Key_Space)
    assert not breath.on
    assert window.client.playing, "the key does what it always does"
    assert window.store.scene == before
    assert not window.store.can_undo


def test_it_is_no_hand_that_has_dragged_beta(student: Student, breath: Breathing) -> None:
    hints = student.window.first_minute.hints
    hints.begin()
    assert hints.parts["beta"].isVisible()
    breath.begin()
    at(breath, 3.0)
    breath.end()
    assert hints.parts["beta"].isVisible(), "β is that of the scene again, and nobody did it"
    student.window.edit({"view.beta": 4.0})
    assert not hints.parts["beta"].isVisible()


@pytest.mark.slow
def test_the_slider_is_taken_where_it_is(student: Student, breath: Breathing) -> None:
    window = student.window
    breath.begin()
    at(breath, 5.0)
    slider = window.bottom.beta.slider
    QCursor.setPos(slider.mapToGlobal(slider.rect().center()))
    breath.end()
    assert window.store.scene.view.beta == pytest.approx(beta_at(5.0))


def test_a_scene_without_beta_stands_still(sit_down: SitDown) -> None:
    student = sit_down("dimension")
    window = student.window
    before = window.store.scene
    window.first_minute.begin()
    window.first_minute.breathing.beat()
    assert not window.first_minute.breathing.on
    assert window.store.scene == before


@pytest.mark.slow
def test_hints_go_for_good_once_they_were_followed(sit_down: SitDown) -> None:
    student = sit_down()
    window, hints = student.window, student.window.first_minute.hints
    assert hints.isHidden(), "nobody began"
    hints.begin()
    assert {n for n, p in hints.parts.items() if p.isVisible()} == {h.name for h in HINTS}
    student.bot.keyClick(window.stage.main, Qt.Key.Key_Space)
    assert not hints.parts["train"].isVisible()
    window.edit({"view.beta": 3.0})
    assert {n for n, p in hints.parts.items() if p.isVisible()} == {"lesson"}
    later = sit_down().window.first_minute.hints
    later.begin()
    assert {n for n, p in later.parts.items() if p.isVisible()} == {"lesson"}
    student.bot.mouseClick(later.hide_button, Qt.MouseButton.LeftButton)
    assert later.isHidden()
    last = sit_down().window.first_minute.hints
    last.begin()
    assert last.isHidden()


@pytest.mark.slow
def test_hints_are_of_the_scene_that_was_there(student: Student) -> None:
    """Another may have no β, or recall where this one trains."""
    window, hints = student.window, student.window.first_minute.hints
    hints.begin()
    assert hints.isVisible()
    catalogue = window.store.catalogue
    window.document.begin(library.scene("hopfield", catalogue), "another scene")
    assert hints.isHidden()
    window.first_minute.hints.begin()
    assert hints.isVisible(), "nothing of it counts as done"


@pytest.mark.slow
def test_what_is_done_before_the_hints_are_shown_shows_none(sit_down: SitDown) -> None:
    student = sit_down()
    student.bot.keyClick(student.window.stage.main, Qt.Key.Key_Space)
    assert student.window.first_minute.hints.isHidden()


@pytest.mark.slow
def test_a_lesson_is_one_click_away(sit_down: SitDown) -> None:
    from ebmviz.core.lesson import shipped

    student = sit_down()
    hints = student.window.first_minute.hints
    hints.begin()
    menu = hints.parts["lesson"].menu()  # type: ignore[attr-defined]
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions()] == [
        shipped.lesson(name).title.replace("&", "&&") for name in shipped.names()
    ]
    menu.actions()[0].trigger()
    student.settled()
    assert student.window.store.lesson.lesson.title == shipped.lesson(shipped.names()[0]).title
    assert not hints.parts["lesson"].isVisible()


@pytest.mark.parametrize("size", [slow((960, 560)), (1280, 800), slow((1920, 1080))])
def test_the_tour_goes_round_in_eight_steps(student: Student, size: tuple[int, int]) -> None:
    window, bot = student.window, student.bot
    window.resize(*size)
    window.acts["tour"].trigger()
    tour = window.first_minute.tour
    assert len(PLACES) == len(tour.places) == 8
    for number in range(8):
        assert tour.isVisible()
        assert tour.count.text() == f"{number + 1} of 8"
        light, card = tour.light(), tour.card.geometry()
        assert not light.isEmpty()
        assert tour.rect().contains(card)
        assert tour.text.height() >= tour.text.heightForWidth(tour.text.width()), "a line is cut"
        assert "{" not in tour.text.text()
        bot.keyClick(tour, Qt.Key.Key_PageDown)
    assert tour.isHidden()
    assert not window.client.playing


def test_keys_of_the_window_wait_for_the_end_of_the_tour(student: Student) -> None:
    window, bot = student.window, student.bot
    window.acts["tour"].trigger()
    tour = window.first_minute.tour
    bot.keyClick(tour, Qt.Key.Key_Space)
    assert tour.at == 1
    assert not window.client.playing
    bot.keyClick(tour, Qt.Key.Key_Left)
    assert tour.at == 0
    bot.keyClick(tour, Qt.Key.Key_Tab)
    bot.keyClick(tour.next, Qt.Key.Key_Return)
    assert tour.at == 1
    bot.mouseClick(tour.leave, Qt.MouseButton.LeftButton)
    assert tour.isHidden()
    bot.keyClick(window.stage.main, Qt.Key.Key_Space)
    assert window.client.playing


def test_the_tour_leaves_out_what_a_scene_has_not(sit_down: SitDown) -> None:
    student = sit_down("dimension")
    tour = student.window.first_minute.tour
    tour.begin()
    assert "beta" not in {place.part for place in tour.places}
    student.bot.keyClick(tour, Qt.Key.Key_Escape)
    assert tour.isHidden()


def test_a_card_is_beside_the_light_where_there_is_room() -> None:
    room, size = QRect(0, 0, 1000, 600), QSize(300, 120)
    for light in (QRect(0, 0, 200, 600), QRect(700, 0, 300, 600), QRect(0, 500, 1000, 100)):
        card = QRect(beside(light, size, room, 12), size)
        assert room.contains(card)
        assert not card.intersects(light)
    everything = QRect(beside(room, size, room, 12), size)
    assert room.contains(everything)
