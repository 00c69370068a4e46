"""The mouse on the landscape: gestures become signals, nothing moves by itself."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, Qt, Signal

_WHEEL = 1.0 / 960  # powers of two per wheel unit: eight notches double


class PlaneSignals(QObject):
    """panned(dx, dy, done) in data coordinates; zoomed(factor, x, y); clicked(x, y).

    turned(dx, dy, done) is the same drag in pixels, for the 3-D view; moved(dx, dy, done) a drag
    with Shift or another button, in data coordinates. doubled is a double click.
    """

    panned = Signal(float, float, bool)
    turned = Signal(float, float, bool)
    zoomed = Signal(float, float, float)
    moved = Signal(float, float, bool)
    clicked = Signal(float, float)
    doubled = Signal()


class Plane(pg.ViewBox):
    """A view box that tells what the mouse asks for and leaves it to the scene."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0)
        self.tell = PlaneSignals()
        self.in_space = False  # shows three dimensions

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """A drag pans in 2-D, and turns in 3-D; there another button or Shift moves, and in 2-D
        the middle button pans under any tool.
        """
        here, before = ev.pos(), ev.lastPos()
        step = self.mapToView(before) - self.mapToView(here)
        shift = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self.in_space and (shift or ev.button() != Qt.MouseButton.LeftButton):
            ev.accept()
            self.tell.moved.emit(step.x(), step.y(), ev.isFinish())
            return
        if ev.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            ev.ignore()
            return
        ev.accept()
        pixels: QPointF = here - before
        self.tell.panned.emit(step.x(), step.y(), ev.isFinish())
        self.tell.turned.emit(pixels.x(), pixels.y(), ev.isFinish())

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        """The wheel zooms about the pointer."""
        ev.accept()
        # Over an axis, pos() would be in the coordinates of the axis.
        at = self.mapSceneToView(ev.scenePos())
        self.tell.zoomed.emit(2.0 ** (-ev.delta() * _WHEEL), at.x(), at.y())

    def mouseClickEvent(self, ev: Any) -> None:
        """A click puts the probe there."""
        if ev.double() and self.in_space:
            ev.accept()
            self.tell.doubled.emit()
        elif ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            at = self.mapToView(ev.pos())
            self.tell.clicked.emit(at.x(), at.y())
