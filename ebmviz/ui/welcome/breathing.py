"""A landscape that moves until it is touched: β goes to and fro between cold and warm."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ebmviz.ui.lesson.touch import Touch
from ebmviz.ui.session.store import Store

_BEAT_MS = 50
PERIOD_S = 14.0
COLD, WARM = 200.0, 0.5


def beta_at(seconds: float) -> float:
    """β so many seconds after the beginning: cold at first, warm after half a period."""
    share = (1 - math.cos(2 * math.pi * seconds / PERIOD_S)) / 2
    return float(COLD * (WARM / COLD) ** share)


class Breathing(QObject):
    """Moves view β of a scene that has one, as no step of the history. A touch ends it, and β is
    that of the scene again; a touch of the slider takes β as it stands.
    """

    def __init__(
        self, store: Store, slider: QWidget, now: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(slider)
        self._store, self._slider, self._now = store, slider, now
        self._own, self._began = math.nan, math.nan
        self._touch = Touch(self.end, self)
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self.beat)

    @property
    def on(self) -> bool:
        """Whether β moves."""
        return not math.isnan(self._began)

    def begin(self) -> None:
        """From now on, if anybody sees it."""
        if not self.on and self._slider.isVisible():
            self._own, self._began = self._store.scene.view.beta, self._now()
            self._touch.watch(True)
            self._timer.start()

    def beat(self) -> None:
        """β as it should be by now; a window that is minimised waits."""
        if self.on and not self._slider.window().isMinimized():
            self._store.glance({"view.beta": beta_at(self._now() - self._began)})

    def end(self) -> None:
        """β stands still."""
        if not self.on:
            return
        self._timer.stop()
        self._touch.watch(False)
        under = QApplication.widgetAt(self._slider.cursor().pos())
        if not (under and (under is self._slider or self._slider.isAncestorOf(under))):
            self._store.glance({"view.beta": self._own})  # nor is that a hand's
        self._began = math.nan
