"""The engine is told how many frames the screen shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ebmviz.ui.loop.screen_pace import ScreenPace


class Screen(QObject):
    refreshRateChanged = Signal(float)

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def refreshRate(self) -> float:
        return self.rate


def test_it_is_told_when_shown_and_on_another_screen_and_at_another_rate(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = QWidget()
    told: list[float] = []
    qtbot.addWidget(window)
    desk, hall, mute = Screen(144.0), Screen(60.0), Screen(0.0)
    monkeypatch.setattr(window, "screen", lambda: desk)
    ScreenPace(window, told.append)
    assert told == []
    window.show()
    assert told == [144.0]

    def move(to: Screen) -> None:
        monkeypatch.setattr(window, "screen", lambda: to)
        QCoreApplication.sendEvent(window, QEvent(QEvent.Type.ScreenChangeInternal))

    move(hall)
    move(hall)
    assert told == [144.0, 60.0]
    hall.refreshRateChanged.emit(50.0)
    desk.refreshRateChanged.emit(30.0)  # where it is no more
    assert told == [144.0, 60.0, 50.0]
    move(mute)
    assert told == [144.0, 60.0, 50.0]
