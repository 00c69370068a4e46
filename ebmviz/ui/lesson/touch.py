"""Whether somebody has touched anything: a press, a wheel, a key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

_KIND = QEvent.Type
_TOUCHES = {
    *(_KIND.MouseButtonPress, _KIND.Wheel, _KIND.KeyPress, _KIND.ShortcutOverride),
    *(_KIND.TouchBegin, _KIND.TabletPress, _KIND.NativeGesture),
}
_KEYS = Qt.Key
_ALONE = {_KEYS.Key_Shift, _KEYS.Key_Control, _KEYS.Key_Alt, _KEYS.Key_AltGr, _KEYS.Key_Meta}


class Touch(QObject):
    """Calls `touched` while it watches; the touch does besides what it always does."""

    def __init__(self, touched: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._touched, self._watches = touched, False

    def watch(self, on: bool) -> None:
        """Begin to, or end."""
        app = QCoreApplication.instance()
        if app and on != self._watches:
            self._watches = on
            app.installEventFilter(self) if on else app.removeEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES and not _kept(event):
            self._touched()
        return False


def _kept(event: QEvent) -> bool:
    """A key that goes with others, or is still down."""
    return isinstance(event, QKeyEvent) and (event.isAutoRepeat() or event.key() in _ALONE)
