"""Panel, picture and side share a small screen, and keep the widths they were dragged to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ebmviz.ui.look import theme
from tests.slow import sparing
from tests.ui.conftest import Student
from tests.ui.hands import child


def drag(student: Student, index: int, by: int) -> None:
    seam = student.window.columns.handle(index)
    at = seam.rect().center()
    QTest.mousePress(seam, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(seam, at + QPoint(by, 0))
    QTest.mouseRelease(seam, Qt.MouseButton.LeftButton, pos=at)
    QApplication.processEvents()


@pytest.mark.parametrize("scale", sparing((0.8, 1.0, 1.4, 2.0), (1.0, 2.0)))
def test_the_smallest_window_fits_a_small_screen(student: Student, scale: float) -> None:
    window = student.window
    window.looks.apply("dark", scale)
    QApplication.processEvents()
    for wide, high in [(1093, 614), (1024, 576), (960, 540), (1366, 768)]:
        least = window.minimumSize().expandedTo(window.minimumSizeHint())
        assert least.width() <= wide
        assert least.height() <= high - 28
        window.resize(wide, high - 28)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (wide, high - 28)
    window.looks.apply("dark", 1.0)


@pytest.mark.slow
def test_a_low_side_is_scrolled_and_each_card_shows_its_plot(student: Student) -> None:
    window = student.window
    window.resize(1024, 520)
    QApplication.processEvents()
    bar = window.central.side.verticalScrollBar()
    assert bar.maximum() > 0
    for card in window.stage.side:
        assert card.canvas.height() >= 60
        assert card.height() >= 150
    window.resize(1280, 1000)
    QApplication.processEvents()
    assert bar.maximum() == 0


def test_a_seam_is_dragged_and_stays_where_it_was_left(
    sit_down: Callable[..., Student],
) -> None:
    student = sit_down()
    window = student.window
    panel, side = window.panel.width(), window.central.side.width()
    slider = child(student, "objective.beta.slider")
    before = slider.width()
    drag(student, 1, 60)
    assert abs(window.panel.width() - panel - 60) <= 2
    assert slider.width() > before + 40
    drag(student, window.columns.count() - 1, -50)
    assert abs(window.central.side.width() - side - 50) <= 2
    wide = window.panel.width(), window.central.side.width()
    other = sit_down().window
    assert (other.panel.width(), other.central.side.width()) == wide
    QTest.mouseDClick(other.columns.handle(1), Qt.MouseButton.LeftButton)
    QTest.mouseDClick(other.columns.handle(other.columns.count() - 1), Qt.MouseButton.LeftButton)
    assert (other.panel.width(), other.central.side.width()) == (panel, side)
    third = sit_down().window
    assert (third.panel.width(), third.central.side.width()) == (panel, side)


def test_a_seam_is_moved_with_keys(student: Student) -> None:
    window, bot = student.window, student.bot
    seam, panel = window.columns.handle(1), window.panel.width()
    assert seam.focusPolicy() & Qt.FocusPolicy.TabFocus
    bot.keyClick(seam, Qt.Key.Key_Right)
    assert window.panel.width() - panel == theme.px(40)
    bot.keyClick(seam, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert window.panel.width() - panel == theme.px(32)
    bot.keyClick(seam, Qt.Key.Key_Return)
    assert window.panel.width() == panel


def test_the_map_keeps_its_room_whatever_is_dragged(student: Student) -> None:
    window = student.window
    for index, by in ((1, 900), (window.columns.count() - 1, -900)):
        drag(student, index, by)
        assert window.landscape.width() >= window.columns.width() // 4
    window.resize(960, 600)
    QApplication.processEvents()
    assert window.landscape.width() >= theme.px(200)
    assert window.columns.width() >= window.panel.width() + window.central.side.width()
