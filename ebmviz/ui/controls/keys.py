"""A button that has the focus: Return presses it, since Space trains from everywhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton

from ebmviz.ui.controls import focus

_PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Presses(QObject):
    def __init__(self) -> None:
        super().__init__()
        self._by_key = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        key = event.key() if isinstance(event, QKeyEvent) else None
        pressed = event.type() == QEvent.Type.KeyPress and key in _PRESSES
        if pressed and isinstance(watched, QAbstractButton):
            self._by_key = True
            watched.click()
            self._by_key = False
        return pressed

    def clicked(self, button: QAbstractButton) -> None:
        if button.hasFocus() and not self._by_key:
            focus.rest(button)


_presses = _Presses()


def teach(button: QAbstractButton) -> None:
    """Return presses the button; a click of the mouse leaves the focus where keys are heard."""
    button.installEventFilter(_presses)
    button.clicked.connect(lambda: _presses.clicked(button))
