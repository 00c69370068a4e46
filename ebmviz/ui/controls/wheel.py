"""The wheel turns what the mouse has pressed and not left since; everywhere else it scrolls."""

from __future__ import annotations

from weakref import ReferenceType, ref

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollBar,
    QTabBar,
    QWidget,
)

_TURNED = (QComboBox, QAbstractSlider, QAbstractSpinBox, QTabBar)


class _Guard(QObject):
    """Lets the wheel through to one widget, and from all others on to what scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self._pressed: ReferenceType[QWidget] | None = None

    def release(self, widget: QWidget) -> None:
        if self._holds(widget):
            self._pressed = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if not isinstance(watched, QWidget):
            return False
        if kind == QEvent.Type.Wheel and not self._holds(watched):
            event.ignore()
            return True
        if kind == QEvent.Type.MouseButtonPress:
            self._pressed = ref(watched)
        # Qt says that the mouse has left when a list opens, too.
        elif kind == QEvent.Type.Leave and QApplication.activePopupWidget() is None:
            self.release(watched)
        return False

    def _holds(self, widget: QObject) -> bool:
        return self._pressed is not None and self._pressed() is widget


_guard = _Guard()


def guard(widget: QWidget) -> None:
    """The wheel changes this widget only after a press on it, while the mouse stays there."""
    if widget.focusPolicy() == Qt.FocusPolicy.WheelFocus:
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_guard)


def release(widget: QWidget) -> None:
    """A choice was made: the wheel scrolls again."""
    _guard.release(widget)


def turned(root: QWidget) -> list[QWidget]:
    """Qt's own widgets below `root` whose value the wheel would change."""
    every = (w for kind in _TURNED for w in root.findChildren(kind))
    return [w for w in every if not isinstance(w, QScrollBar)]
