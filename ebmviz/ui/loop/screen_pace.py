"""Frames come as fast as the screen shows them, on whichever it is."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget


class ScreenPace(QObject):
    """tell(frames per second) of the screen that a window is on, when it is shown there, and when
    the screen takes another pace. A screen that does not say is not told of.
    """

    def __init__(self, window: QWidget, tell: Callable[[float], None]) -> None:
        super().__init__(window)
        self._window, self._tell = window, tell
        self._screen: QScreen | None = None
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.ScreenChangeInternal):
            self._look()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        screen = self._window.screen()
        if screen is None or screen is self._screen:
            return
        if self._screen is not None:
            self._screen.refreshRateChanged.disconnect(self._say)
        self._screen = screen
        screen.refreshRateChanged.connect(self._say)
        self._say(screen.refreshRate())

    def _say(self, rate: float) -> None:
        if math.isfinite(rate) and rate > 1:
            self._tell(rate)
