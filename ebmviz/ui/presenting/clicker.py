"""Keys that lead on and back in a window: those of a clicker, and arrows."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from ebmviz.ui.controls.card import Card

_KEY = Qt.Key
_PAGES = _KEY.Key_PageDown, _KEY.Key_PageUp
_ARROWS = (_KEY.Key_Right, _KEY.Key_Left), (_KEY.Key_Down, _KEY.Key_Up)


class Clicker(QObject):
    """Off to begin with. Arrows are those of a slider, a list or a text that has the focus."""

    def __init__(self, window: QWidget, acts: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window, self._on = window, False
        self._pages: list[QShortcut] = []
        self._arrows: list[QShortcut] = []
        for keys in (_PAGES, *_ARROWS):
            for key, name in zip(keys, ("next-stop", "previous-stop"), strict=True):
                shortcut = QShortcut(QKeySequence(key), window)
                shortcut.activated.connect(acts[name].trigger)
                (self._pages if keys is _PAGES else self._arrows).append(shortcut)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._fit)
        self._fit()

    def arm(self, on: bool) -> None:
        """Whether they lead."""
        self._on = on
        self._fit()

    def _fit(self, *_: object) -> None:
        if not isValid(self._window):  # it is going, and what had the focus has gone
            return
        focus = self._window.focusWidget()
        free = focus is None or focus is self._window or isinstance(focus, Card)
        for shortcut in self._pages:
            shortcut.setEnabled(self._on)
        for shortcut in self._arrows:
            shortcut.setEnabled(self._on and free)
