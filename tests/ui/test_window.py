"""The window as a whole: what it shows, how it is dressed, and how it closes."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from ebmviz.core import library
from tests.ui.conftest import Student
from tests.ui.hands import click


@pytest.mark.process
def test_closing_ends_the_engine(student: Student) -> None:
    pid = student.window.client.pid
    student.window.close()
    assert not student.window.client.alive
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_theme_and_presenter_mode_redress_everything(student: Student) -> None:
    window = student.window
    dark = window.grab().toImage().pixelColor(3, 300).lightness()
    window.acts["theme"].trigger()
    student.settled()
    assert window.grab().toImage().pixelColor(3, 300).lightness() > dark + 100
    window.acts["present"].trigger()
    assert window.isFullScreen()
    assert not window.panel.isVisible()
    student.settled()
    student.bot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert window.panel.isVisible()


def test_every_action_of_the_menus_does_something(student: Student) -> None:
    window = student.window
    for name, action in window.acts.items():
        assert action.receivers("2triggered(bool)") + action.receivers("2triggered()") > 0, name
    buttons = [b for b in window.findChildren(QPushButton) if b.isVisible()]
    assert all(b.accessibleName() or b.text() for b in buttons)


@pytest.mark.slow
def test_the_map_fills_its_frame_with_square_units(student: Student) -> None:
    student.settled()
    view = student.window.landscape.plane
    left, right, bottom, top = student.shown.scene.view.window
    (x0, x1), (y0, y1) = view.viewRange()
    assert (x0, x1, y0, y1) == pytest.approx((left, right, bottom, top), abs=1e-6)
    width, height = view.viewPixelSize()
    assert width == pytest.approx(height, rel=1e-3)


def test_a_bad_value_from_a_control_is_said_and_the_control_returns(student: Student) -> None:
    window = student.window
    window.edit({"view.window": (1.0, -1.0, 0.0, 1.0)})
    assert "view.window" in window.banner.text.text()
    assert window.store.scene.view.window == (-2.6, 2.6, -2.1, 2.1)


@pytest.mark.usefixtures("qtbot")
@pytest.mark.slow
def test_no_frame_of_another_document_is_drawn(student: Student) -> None:
    window = student.window
    click(student, "play")
    student.until(lambda: student.step >= 2)
    window.document.adopt(library.scene("ellipse-warm", window.store.catalogue), None, None)
    wanted = window.client.generation
    seen: list[int] = []
    window.stage.drawn.connect(lambda shot, frame: seen.append(shot.snapshot.generation))
    student.until(lambda: wanted in seen)
    assert min(seen) >= wanted
    student.until(lambda: student.step == 0)
