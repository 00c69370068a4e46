"""What a lecturer puts over the window: a black screen, a light or a large pointer, which follow
the mouse.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from ebmviz.ui.presenting.shade import Kind, Shade


class Curtain(Shade):
    """Black takes the next key or click, which only lifts it; the rest lets all through. While the
    class looks at another window, that alone is black and has the pointer. asked, pointed: what is
    put over the window that the class sees. changed: that is another; moved(QPoint): where the
    mouse is on the screen, while something follows it.
    """

    changed = Signal()
    moved = Signal(QPoint)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("curtain")
        self._window = window
        self.asked: Kind = ""
        self.pointed = self._aside = False
        self._before: QWidget | None = None  # what had the focus

    def toggle(self, kind: Kind) -> None:
        """Put it over the window, or take it away."""
        self._put("" if self.asked == kind else kind, self.pointed)

    def point_large(self) -> None:
        """A pointer that the last row sees, or no more."""
        self._put(self.asked, not self.pointed)

    def step_aside(self, on: bool) -> None:
        """The class looks at another window, where there is always a pointer to begin with."""
        self._aside = on
        self._put("", on)

    def _put(self, kind: Kind, pointer: bool) -> None:
        self.asked, self.pointed = kind, pointer
        black = kind == "black" and not self._aside
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not black)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if black else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.BlankCursor if black else Qt.CursorShape.ArrowCursor)
        app = QCoreApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        if kind or pointer:
            app.installEventFilter(self)
            self.setGeometry(self._window.rect())
            self.point(QPointF(self._window.mapFromGlobal(QCursor.pos())))
        self.cover("" if kind == "black" and self._aside else kind, pointer and not self._aside)
        before, self._before = self._before, None
        if black:
            self._before = before or self._window.focusWidget()
            self.setFocus()
        elif before is not None and before.isVisible():
            before.setFocus()
        self.changed.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # only while it has the focus: the key lifts it, and no more
            return True
        return super().event(event)

    def keyPressEvent(self, _event: QKeyEvent) -> None:
        self._put("", self.pointed)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self._put("", self.pointed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            at = event.globalPosition()
            self.point(self._window.mapFromGlobal(at))
            self.moved.emit(at.toPoint())
        return False
