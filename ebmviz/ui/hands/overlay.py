"""What lies over the map while a tool is in the hand: it catches the mouse, and shows what is
selected, the rectangle being drawn and how far the brush reaches.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QGraphicsSceneWheelEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from ebmviz.core import palette
from ebmviz.core.palette import Theme
from ebmviz.core.snapshot import Array
from ebmviz.ui.look import theme
from ebmviz.ui.plots.marks import stamp
from ebmviz.ui.plots.strokes import mapped, rim

_OVER = 2000  # the handles
_NOTCH = 120.0
_SELECTED = 6.5  # pixels, the radius of a ring around a point
_FEW, _CLOSE = 100, 4.5  # beyond so many, rings so small: what they are around stays in sight
_NONE = np.empty((0, 2))


class OverlaySignals(QObject):
    """began(x, y, shift), went(x, y), ended(): a press of the left button, in data coordinates.
    sized(notches): the wheel, with Ctrl.
    """

    began = Signal(float, float, bool)
    went = Signal(float, float)
    ended = Signal()
    sized = Signal(float)


class Overlay(pg.GraphicsObject):
    """Covers the map, and is seen as far as something is selected."""

    def __init__(self) -> None:
        super().__init__()
        self.tell = OverlaySignals()
        self.setZValue(_OVER)
        self.setAcceptHoverEvents(True)
        self.setAcceptedMouseButtons(Qt.MouseButton.LeftButton)
        self.reach = Reach()
        self._selected: Array = _NONE
        self._corners: tuple[QPointF, QPointF] | None = None
        self._rect = QRectF()
        self.setVisible(False)

    def take(self, on: bool, brush: bool) -> None:
        """Catch the mouse, or leave it to the map; with a brush, whose reach is shown."""
        self.setVisible(on)
        self.reach.setVisible(on and brush and self.isUnderMouse())
        self.reach.used = on and brush
        self.setCursor(Qt.CursorShape.CrossCursor)

    def select(self, places: Array) -> None:
        """Rings around places (N, 2)."""
        if len(places) or len(self._selected):
            self._selected = places
            self.update()

    def frame(self, corners: tuple[QPointF, QPointF] | None) -> None:
        """A rectangle between two corners, or none."""
        self._corners = corners
        self.update()

    # -- the mouse ----------------------------------------------------------------------

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        at, shift = event.pos(), Qt.KeyboardModifier.ShiftModifier
        self.tell.began.emit(at.x(), at.y(), bool(event.modifiers() & shift))
        event.accept()

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self.reach.setPos(event.pos())
        self.tell.went.emit(event.pos().x(), event.pos().y())

    def mouseReleaseEvent(self, _event: QGraphicsSceneMouseEvent) -> None:
        self.tell.ended.emit()

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self.hoverMoveEvent(event)

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self.reach.setPos(event.pos())
        self.reach.setVisible(self.reach.used)

    def hoverLeaveEvent(self, _event: QGraphicsSceneHoverEvent) -> None:
        self.reach.setVisible(False)

    def wheelEvent(self, event: QGraphicsSceneWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.tell.sized.emit(event.delta() / _NOTCH)
            event.accept()
        else:
            event.ignore()  # the map zooms

    # -- the picture --------------------------------------------------------------------

    def viewRangeChanged(self) -> None:
        super().viewRangeChanged()
        box = self.getViewBox()
        rect = box.viewRect() if box else QRectF()
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.viewRangeChanged()

    def boundingRect(self) -> QRectF:
        return self._rect

    def pixel(self) -> Array:
        """Size of a pixel in data coordinates, (2,)."""
        box = self.getViewBox()
        return np.array(box.viewPixelSize() if box else (1.0, 1.0))

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        transform = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(self._selected) > _FEW:
            _many(painter, mapped(transform, self._selected))
        else:
            radius = theme.px(_SELECTED)
            rings = [transform.map(QPointF(*place)) for place in self._selected.tolist()]
            for pen in _pens():
                painter.setPen(pen)
                for at in rings:
                    painter.drawEllipse(at, radius, radius)
        if self._corners:
            corners = [transform.map(corner) for corner in self._corners]
            for pen in _pens():
                painter.setPen(pen)
                painter.drawRect(QRectF(*corners).normalized())


class Reach(pg.GraphicsObject):
    """The circle of a brush around the pointer: as large on every scale of the map."""

    def __init__(self) -> None:
        super().__init__()
        self.used = False
        self.radius = 24.0  # pixels
        self.setZValue(_OVER + 1)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setVisible(False)

    def size(self, radius: float) -> None:
        """Another radius, in pixels."""
        self.prepareGeometryChange()
        self.radius = radius
        self.update()

    def boundingRect(self) -> QRectF:
        room = self.radius + 3
        return QRectF(-room, -room, 2 * room, 2 * room)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in _pens():
            painter.setPen(pen)
            painter.drawEllipse(QPointF(), self.radius, self.radius)


def _many(painter: QPainter, places: Array) -> None:
    """Thin rings around places (N, 2) in pixels, stamped."""
    ratio = painter.device().devicePixelRatioF()
    look = theme.current()
    stamp(painter, _ring(look, theme.px(_CLOSE), ratio), places, ratio)


@functools.lru_cache(8)
def _ring(look: Theme, radius: float, ratio: float) -> QPixmap:
    side = math.ceil(2 * ratio * (radius + 2))
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(palette.color("text", look)), ratio))
    painter.drawEllipse(QPointF(side / 2, side / 2), ratio * radius, ratio * radius)
    painter.end()
    return theme.dried(drawn)


def _pens() -> tuple[QPen, QPen]:
    """A rim, and a line that shows on it."""
    look = theme.current()
    return QPen(rim(look, 255), theme.thick(1.4) + 2), QPen(theme.tint("text"), theme.thick(1.4))
