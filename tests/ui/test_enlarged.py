"""A card of the side takes the map's place, and the map the card's, until it is sent back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QToolButton

from tests.ui.conftest import Student
from tests.ui.hands import LEFT, child

Sit = Callable[..., Student]


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def test_a_double_click_on_a_title_enlarges_and_another_brings_it_back(student: Student) -> None:
    window, bot = student.window, student.bot
    card, landscape = window.stage.side[1], window.landscape
    small, large = card.size(), landscape.size()
    window.activateWindow()
    student.until(window.isActiveWindow)
    bot.mouseDClick(card, LEFT, pos=QPoint(40, 20))
    settle()
    assert window.central.enlarged.card is card
    assert window.columns.indexOf(card) == 1
    assert (card.width(), card.height()) == (large.width(), large.height())
    assert window.central.side.isAncestorOf(landscape)
    assert landscape.isVisible()
    assert landscape.width() == small.width()
    assert card.y() == 0
    assert landscape.hasFocus(), "the keys are still those of the map"

    window.edit({"view.beta": 2.0})
    window.edit({"energy.init": "random"})
    student.settled()
    assert window.central.enlarged.card is card, "a change of the scene leaves it"
    window.toggle()
    first = student.step
    student.until(lambda: student.step > first + 2)
    window.toggle()
    assert card.canvas.width() > 1.5 * small.width()
    bot.keyClick(landscape, Qt.Key.Key_Escape)
    settle()
    assert window.central.enlarged.card is None
    assert (card.size(), landscape.size()) == (small, large)
    assert [c.y() for c in window.stage.side] == sorted(c.y() for c in window.stage.side)


def test_button_and_key_do_the_same_one_at_a_time_and_the_lab_sends_it_back(
    student: Student,
) -> None:
    window = student.window
    one, two = window.stage.side[:2]
    button = child(student, "side.0.enlarge")
    assert isinstance(button, QToolButton)
    student.bot.mouseClick(button, LEFT)
    assert window.central.enlarged.card is one
    assert button.accessibleName().startswith("Back")
    window.acts["enlarge-2"].trigger()
    settle()
    assert window.central.enlarged.card is two
    assert window.central.side.isAncestorOf(one)
    student.bot.mouseDClick(window.landscape, LEFT, pos=QPoint(40, 20))
    assert window.central.enlarged.card is None
    window.acts["enlarge-1"].trigger()
    window.acts["lab"].trigger()
    settle()
    assert window.central.enlarged.card is None
    assert window.stage.lab.isVisible()
    assert not window.landscape.isVisible()
    assert not one.isVisible()
    window.acts["enlarge-1"].trigger()
    assert window.central.enlarged.card is None, "there is no card to be enlarged"
    window.acts["lab"].trigger()
    settle()
    assert window.landscape.isVisible()
    assert one.isVisible()
    assert window.columns.indexOf(window.landscape) >= 1


@pytest.mark.slow
def test_pictures_of_many_tiles_are_there_without_another_frame(sit_down: Sit) -> None:
    student = sit_down("hopfield")
    window = student.window
    student.until(lambda: window.stage.picture.mosaic.tiles)
    count = len(window.stage.picture.mosaic.tiles)
    for _ in range(2):
        window.acts["enlarge-1"].trigger()
        settle()
        assert len(window.stage.picture.mosaic.tiles) == count
        assert all(tile.isVisible() for tile in window.stage.picture.mosaic.tiles)


@pytest.mark.slow
def test_beside_a_large_card_the_map_keeps_its_whole_name_in_a_small_window(
    student: Student,
) -> None:
    window, card = student.window, student.window.landscape
    window.resize(1024, 768)
    settle()
    heads = {b.mapTo(card, QPoint(0, 0)).y() for b in card._modes.buttons()}
    window.central.enlarged.toggle(window.stage.side[0])
    student.settled()
    settle()
    name = card.title
    assert card.width() < 300
    assert name.text() == "Free energy"
    assert name.width() >= name.wanted()
    assert card.detail.text() == "F_β(y), β = 10"
    modes = card._modes.buttons()
    assert all(card.rect().contains(b.geometry()) for b in modes)
    below = {b.mapTo(card, QPoint(0, 0)).y() for b in modes}
    assert min(below) > name.geometry().bottom()
    assert card.canvas.height() > 60, "the map has room left"
    assert card.canvas.geometry().bottom() <= card.height(), "nor is it cut at its foot"
    window.central.enlarged.back()
    settle()
    assert window.central.controls.parentWidget() is card
    assert child(student, "map.picture").isVisible()
    assert {b.mapTo(card, QPoint(0, 0)).y() for b in modes} == heads, "they return to its side"


@pytest.mark.slow
def test_beside_a_large_card_the_map_is_whole_with_larger_text(student: Student) -> None:
    window = student.window
    try:
        for size in ((1280, 800), (1024, 768)):
            window.resize(*size)
            window.looks.apply("light", 1.25)
            settle()
            window.acts["enlarge-1"].trigger()
            settle()
            landscape = window.landscape
            assert window.central.side.isAncestorOf(landscape)
            foot = landscape.canvas.mapTo(landscape, landscape.canvas.rect().bottomRight())
            assert landscape.rect().contains(foot), size
            window.acts["enlarge-1"].trigger()
    finally:
        window.looks.apply("light", 1.0)
