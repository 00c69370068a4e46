"""Keys that belong to the focused control before they are shortcuts of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QWidget


class _Keeper(QObject):
    """Space presses the focused button; letters search the focused list."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )
            types = isinstance(watched, QComboBox) and event.text().isprintable() and event.text()
            if plain and (event.key() == Qt.Key.Key_Space or types):
                event.accept()
                return True
        return False


_keeper = _Keeper()


def keep(widget: QWidget) -> None:
    """Let a button or a combo box have its own keys."""
    widget.installEventFilter(_keeper)
