"""In front of a class: a clicker leads on, the screen goes black, a light follows the pointer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from ebmviz.ui.presenting.curtain import Curtain
from tests.ui.conftest import Student
from tests.ui.hands import taught_in_haste


def curtain(student: Student) -> Curtain:
    found = student.window.findChild(Curtain, "curtain")
    assert isinstance(found, Curtain)
    return found


def at(student: Student) -> int | None:
    return student.window.lessons.state.at


def test_a_clicker_leads_on_and_back_in_front_of_a_class_alone(student: Student) -> None:
    window, bot = student.window, student.bot
    taught_in_haste(student, "free-energy")

    def click(key: Qt.Key) -> None:
        bot.keyClick(window.stage.main, key)
        student.until(lambda: not window.lessons.travel.moving)

    click(Qt.Key.Key_PageDown)
    assert at(student) == 0, "the keys are the map's"
    window.acts["present"].trigger()
    click(Qt.Key.Key_PageDown)
    assert at(student) == 1
    click(Qt.Key.Key_PageDown)
    click(Qt.Key.Key_PageUp)
    assert at(student) == 1
    window.acts["present"].trigger()
    click(Qt.Key.Key_PageDown)
    assert at(student) == 1


@pytest.mark.parametrize("way", ["key", "click"])
def test_a_black_screen_is_lifted_by_anything_and_nothing_else_happens(
    student: Student, way: str
) -> None:
    window, over = student.window, curtain(student)
    before = window.store.scene
    assert over.isHidden()
    student.bot.keyClick(window.stage.main, Qt.Key.Key_Period)
    assert over.isVisible()
    seen = window.grab().toImage()
    spots = [(x, y) for x in (5, 400, 1200) for y in (5, 300, 700)]
    assert all(seen.pixelColor(x, y) == QColor("black") for x, y in spots)
    if way == "key":
        student.bot.keyClick(over, Qt.Key.Key_Space)
    else:
        student.bot.mouseClick(over, Qt.MouseButton.LeftButton, pos=QPoint(500, 300))
    assert over.isHidden()
    assert not window.client.playing
    assert window.store.scene == before
    student.bot.keyClick(window.stage.main, Qt.Key.Key_Space)
    assert window.client.playing


def test_a_light_follows_the_pointer_and_lets_the_hand_through(student: Student) -> None:
    window, over = student.window, curtain(student)
    student.settled()
    plain = window.grab().toImage()
    student.bot.keyClick(window.stage.main, Qt.Key.Key_O)
    assert over.kind == "light"
    main = window.stage.main
    student.bot.mouseMove(main, QPoint(200, 250))
    spot = main.mapTo(window, QPoint(200, 250))
    student.until(lambda: (over.at.toPoint() - spot).manhattanLength() <= 2)
    lit = window.grab().toImage()
    inside, outside = spot + QPoint(0, over.radius // 2), spot + QPoint(0, over.radius * 2)
    assert lit.pixelColor(inside) == plain.pixelColor(inside)
    assert lit.pixelColor(outside) != plain.pixelColor(outside)
    student.bot.mouseClick(window.toolbar.play, Qt.MouseButton.LeftButton)
    assert window.client.playing
    window.acts["spotlight"].trigger()
    assert over.isHidden()
    assert window.client.playing


def test_it_covers_a_window_that_is_resized(student: Student) -> None:
    window, over = student.window, curtain(student)
    window.acts["black"].trigger()
    window.resize(1100, 700)
    assert over.geometry() == window.rect()
    window.acts["spotlight"].trigger()
    assert over.kind == "light"
    window.acts["spotlight"].trigger()
