"""What lies over a window in front of a class: black, a light, a large pointer."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ebmviz.core import palette
from ebmviz.ui.look import theme

Kind = Literal["", "black", "light"]
_RADIUS, _DIM, _RING = 110, 0.62, 3
_ARROW = ((0, 0), (0, 47), (11, 37), (19, 55), (28, 51), (20, 33), (35, 33))
"""A pointer whose tip is at 0, in pixels of the design."""


class Shade(QWidget):
    """Lets the hand through. kind: what lies over the window; pointer: whether it has a large one;
    factor: by which all of that is larger than the text of the window that has the theme.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind: Kind = ""
        self.pointer = False
        self.factor = 1.0
        self._at: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def radius(self) -> int:
        """Of the light, in pixels."""
        return round(self.factor * theme.px(_RADIUS))

    @property
    def at(self) -> QPointF:
        """Where the pointer is, or far off."""
        return QPointF(-1e4, -1e4) if self._at is None else self._at

    def cover(self, kind: Kind, pointer: bool) -> None:
        """Put these over the window, or nothing."""
        self.kind, self.pointer = kind, pointer
        self.setVisible(bool(kind) or pointer)
        self.raise_()
        self.update()

    def point(self, at: QPointF | None) -> None:
        """Where the pointer is; None where it is not over the window."""
        if at != self._at:
            self._at = at
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.kind == "black":
            painter.fillRect(self.rect(), QColor("black"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.kind == "light":
            self._light(painter)
        if self.pointer and self._at is not None:
            self._arrow(painter, self._at)

    def _light(self, painter: QPainter) -> None:
        whole, lit = QPainterPath(), QPainterPath()
        whole.addRect(self.rect())
        if self._at is not None:
            lit.addEllipse(self._at, self.radius, self.radius)
        shade = QColor(palette.color("window", "dark"))
        shade.setAlphaF(_DIM)
        painter.fillPath(whole - lit, shade)
        painter.setPen(QPen(theme.tint("accent"), self.factor * theme.px(_RING)))
        painter.drawPath(lit)

    def _arrow(self, painter: QPainter, at: QPointF) -> None:
        size = self.factor * theme.scale()
        shape = QPolygonF([at + QPointF(x, y) * size for x, y in _ARROW])
        edge = QPen(QColor("white"), 3.5 * size)
        edge.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(QPen(QColor("black"), 6.5 * size, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolygon(shape)
        painter.setPen(edge)
        painter.setBrush(theme.tint("bad"))
        painter.drawPolygon(shape)
