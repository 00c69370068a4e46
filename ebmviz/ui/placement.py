"""Where the window opens: as it was left, else as large as the screen allows."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QWidget

_TITLE = 40  # pixels of a window's frame, which is not known before it is shown
_KEY = "geometry"


def show(window: QWidget) -> None:
    """Show the window where it was left; the first time in its own size, or maximised where the
    screen has no room for that.
    """
    stored = QSettings().value(_KEY)
    if isinstance(stored, QByteArray) and window.restoreGeometry(stored):
        window.show()
        return
    room = window.screen().availableGeometry().size()
    if window.width() <= room.width() and window.height() + _TITLE <= room.height():
        window.show()
        return
    window.resize(window.size().boundedTo(room))  # what it is when it is no longer maximised
    window.showMaximized()


def remember(window: QWidget) -> None:
    """Keep the place and the size for the next time, but not those of the presenter mode."""
    if not window.isFullScreen():
        QSettings().setValue(_KEY, window.saveGeometry())
