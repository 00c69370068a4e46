"""What a lecturer puts over the window: a black screen, or a light that follows the pointer."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from ebmviz.core import palette
from ebmviz.ui.look import theme

Kind = Literal["", "black", "light"]
_RADIUS, _DIM, _RING = 110, 0.62, 3


class Curtain(QWidget):
    """Black takes the next key or click, which only lifts it. The light lets all through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("curtain")
        self._window = window
        self.kind: Kind = ""
        self._at = QPointF()
        self._before: QWidget | None = None  # what had the focus
        self.hide()

    def toggle(self, kind: Kind) -> None:
        """Put it over the window, or take it away."""
        self._lift() if self.kind == kind else self._drop(kind)

    @property
    def radius(self) -> int:
        """Of the light, in pixels."""
        return theme.px(_RADIUS)

    def _drop(self, kind: Kind) -> None:
        self._lift()
        self.kind = kind
        through = kind == "light"
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, through)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if through else Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor if through else Qt.CursorShape.BlankCursor)
        self._at = QPointF(self._window.mapFromGlobal(QCursor.pos()))
        app = QCoreApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        if not through:
            self._before = self._window.focusWidget()
            self.setFocus()

    def _lift(self) -> None:
        app = QCoreApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self.kind = ""
        self.hide()
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # only while it has the focus: the key lifts it, and no more
            return True
        return super().event(event)

    def keyPressEvent(self, _event: QKeyEvent) -> None:
        self._lift()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self._lift()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        if self.kind == "light" and isinstance(event, QMouseEvent):
            self._at = self._window.mapFromGlobal(event.globalPosition())
            self.update()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.kind == "black":
            painter.fillRect(self.rect(), QColor("black"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole, lit = QPainterPath(), QPainterPath()
        whole.addRect(self.rect())
        lit.addEllipse(self._at, self.radius, self.radius)
        shade = QColor(palette.color("window", "dark"))
        shade.setAlphaF(_DIM)
        painter.fillPath(whole - lit, shade)
        pen = painter.pen()
        pen.setColor(theme.tint("accent"))
        pen.setWidth(theme.px(_RING))
        painter.setPen(pen)
        painter.drawPath(lit)
