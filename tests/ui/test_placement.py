"""The window fits the screen it opens on, and comes back as it was left."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QByteArray, QRect, QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ebmviz.ui import placement
from ebmviz.ui.app import application

SIZE = (600, 400)


def window(qtbot: QtBot, width: int = 1920, height: int = 1080) -> QWidget:
    """On a screen with so much room."""
    application()
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(*SIZE)
    room = SimpleNamespace(availableGeometry=lambda: QRect(0, 0, width, height))
    made.screen = lambda: room  # type: ignore[method-assign, return-value, assignment]
    return made


def size(window: QWidget) -> tuple[int, int]:
    return window.width(), window.height()


def test_where_there_is_room_it_has_its_own_size(qtbot: QtBot) -> None:
    made = window(qtbot)
    placement.show(made)
    assert made.isVisible()
    assert not made.isMaximized()
    assert size(made) == SIZE


@pytest.mark.parametrize("room", [(500, 800), (800, 430), (500, 300)])
def test_on_a_small_screen_it_is_maximised(qtbot: QtBot, room: tuple[int, int]) -> None:
    made = window(qtbot, *room)
    placement.show(made)
    assert made.isVisible()
    assert made.isMaximized()
    made.showNormal()
    assert made.width() <= room[0]
    assert made.height() <= room[1]


def test_it_comes_back_as_it_was_left(qtbot: QtBot) -> None:
    first = window(qtbot)
    placement.show(first)
    first.setGeometry(30, 50, 480, 360)
    placement.remember(first)
    again = window(qtbot)
    placement.show(again)
    assert again.isVisible()
    assert size(again) == (480, 360)


def test_presenter_mode_is_not_remembered(qtbot: QtBot) -> None:
    first = window(qtbot)
    placement.show(first)
    first.showFullScreen()
    placement.remember(first)
    assert QSettings().value("geometry") is None


@pytest.mark.parametrize("stored", ["nonsense", QByteArray(b"\x00\x01"), 7])
def test_a_broken_setting_is_as_none(qtbot: QtBot, stored: object) -> None:
    QSettings().setValue("geometry", stored)
    made = window(qtbot)
    placement.show(made)
    assert made.isVisible()
    assert size(made) == SIZE
