"""What can be dragged on the landscape: the probe y′ and the cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme
from ebmviz.ui.plots.strokes import halo

_REACH = 9.0  # pixels around a handle that still catch it


class HandleSignals(QObject):
    """moved(coordinates, done): done is False while the mouse is down."""

    moved = Signal(tuple, bool)


class Handle(pg.GraphicsObject):
    """Points of the y-plane that can be dragged. Subclasses say how they look."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.tell = HandleSignals()
        self.at = np.zeros((count, 2))
        self._grip: int | None = None
        self._hover = False
        self.setZValue(1000)
        self.setAcceptedMouseButtons(Qt.MouseButton.LeftButton)

    def place(self, coordinates: tuple[float, ...]) -> None:
        """Show these coordinates (flat) without telling."""
        new = np.asarray(coordinates, float).reshape(-1, 2)
        if not np.array_equal(new, self.at):
            self.prepareGeometryChange()
            self.at = new
            self.update()

    def viewTransformChanged(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def pixel(self) -> tuple[float, float]:
        """Size of a pixel in data coordinates."""
        box = self.getViewBox()
        x, y = box.viewPixelSize() if box else (1.0, 1.0)
        return float(x), float(y)

    def boundingRect(self) -> QRectF:
        dx, dy = (3 * _REACH * size for size in self.pixel())
        low, high = self.at.min(0), self.at.max(0)
        return QRectF(
            low[0] - dx, low[1] - dy, high[0] - low[0] + 2 * dx, high[1] - low[1] + 2 * dy
        )

    def grip(self, pos: QPointF) -> int | None:
        """Which point lies under `pos`."""
        size = np.asarray(self.pixel())
        away = np.hypot(*((self.at - [pos.x(), pos.y()]) / size).T)
        nearest = int(away.argmin())
        return nearest if away[nearest] <= _REACH * 1.5 else None

    def drag(self, grip: int, step: QPointF) -> None:
        """Move what was gripped."""
        self.at = self.at.copy()
        self.at[grip] += [step.x(), step.y()]

    def mouseDragEvent(self, ev: Any) -> None:
        if ev.button() != Qt.MouseButton.LeftButton:
            ev.ignore()
            return
        if ev.isStart():
            self._grip = self.grip(ev.buttonDownPos())
        if self._grip is None:
            ev.ignore()
            return
        ev.accept()
        self.prepareGeometryChange()
        self.drag(self._grip, ev.pos() - ev.lastPos())
        self.update()
        self.tell.moved.emit(tuple(float(v) for v in self.at.ravel()), ev.isFinish())
        if ev.isFinish():
            self._grip = None

    def hoverEvent(self, ev: Any) -> None:
        inside = not ev.isExit() and self.grip(ev.pos()) is not None
        if inside:
            ev.acceptDrags(Qt.MouseButton.LeftButton)
        if inside != self._hover:
            self._hover = inside
            self.setCursor(Qt.CursorShape.SizeAllCursor if inside else Qt.CursorShape.ArrowCursor)
            self.update()

    def in_pixels(self, painter: QPainter) -> np.ndarray:
        """Leaves the painter in pixels of the widget; the points there."""
        transform = painter.transform()
        painter.resetTransform()
        mapped = [transform.map(QPointF(*p)) for p in self.at]
        return np.array([[p.x(), p.y()] for p in mapped])


class ProbeHandle(Handle):
    """The cross of the probe y′."""

    def __init__(self) -> None:
        super().__init__(1)
        tips.give(self, "Probe y′: drag it, or click anywhere on the map")

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        (x, y) = self.in_pixels(painter)[0]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        arm = theme.px(7 if self._hover else 6)
        for pen in (_halo(2.6), QPen(theme.tint("probe"), theme.thick(2.6))):
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(x - arm, y - arm), QPointF(x + arm, y + arm))
            painter.drawLine(QPointF(x - arm, y + arm), QPointF(x + arm, y - arm))


class CutHandle(Handle):
    """The line of the cross-section: its ends turn it, the line itself shifts it."""

    LINE = 2

    def __init__(self) -> None:
        super().__init__(2)
        tips.give(self, "Cut: drag the line to shift it, an end to turn it")

    def grip(self, pos: QPointF) -> int | None:
        end = super().grip(pos)
        return end if end is not None else self.LINE if self._near_line(pos) else None

    def drag(self, grip: int, step: QPointF) -> None:
        if grip == self.LINE:
            self.at = np.add(self.at, (step.x(), step.y()))
        else:
            super().drag(grip, step)

    def shape(self) -> QPainterPath:
        size = np.asarray(self.pixel())
        path = QPainterPath(QPointF(*self.at[0]))
        path.lineTo(QPointF(*self.at[1]))
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * _REACH * float(size.max()))
        return stroker.createStroke(path)

    def _near_line(self, pos: QPointF) -> bool:
        size = np.asarray(self.pixel())
        a, b = self.at / size
        p = np.array([pos.x(), pos.y()]) / size
        along = b - a
        t = np.clip(np.dot(p - a, along) / max(np.dot(along, along), 1e-12), 0, 1)
        return bool(np.hypot(*(p - a - t * along)) <= _REACH)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        ends = [QPointF(*p) for p in self.in_pixels(painter)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2.2 if self._hover else 1.6
        painter.setPen(_halo(width))
        painter.drawLine(*ends)
        line = QPen(theme.tint("cut"), theme.thick(width))
        line.setDashPattern([4, 2.5])
        painter.setPen(line)
        painter.drawLine(*ends)
        painter.setPen(_halo(0))
        painter.setBrush(theme.tint("cut"))
        radius = theme.px(4)
        for end in ends:
            painter.drawEllipse(end, radius, radius)


def _halo(width: float) -> QPen:
    """As under the lines of the plot, and as broad on every screen as the handle it is for."""
    made = halo(width, theme.current())
    made.setCosmetic(False)
    return made
