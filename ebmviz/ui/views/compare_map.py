"""One of several maps of the same plane: under one probe, one cut and one pointer."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QStyleOptionGraphicsItem, QVBoxLayout, QWidget

from ebmviz.core.plot import Image, Plot, beyond
from ebmviz.core.view import View, hidden
from ebmviz.figures.words import places
from ebmviz.figures.words.lookup import values_at
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import Canvas
from ebmviz.ui.plots.colorbar import ColorBar
from ebmviz.ui.plots.handles import CutHandle, Handle, ProbeHandle
from ebmviz.ui.plots.plane import Plane
from ebmviz.ui.plots.strokes import halo
from ebmviz.ui.views import framing

_HANDLED = ("cut", "probe")
_RING = 6

Place = tuple[float, float]


class CompareMap(QWidget):
    """Tells edited(changes, live), and hovered(place) as the mouse goes over it, None when it has
    left.
    """

    edited = Signal(dict, bool)
    hovered = Signal(object)
    resized = Signal()

    def __init__(self, name: str, axis: bool, bar: bool) -> None:
        """axis: whether it has numbers at its left; bar: whether colours have theirs at its right:
        what stands beside it may have them for both.
        """
        super().__init__()
        self._axis, self._bar = axis, False
        self.setObjectName(f"compare.{name}")
        self.title = Reading("body", named=True)
        self.plane = Plane()
        self.canvas = Canvas(view_box=self.plane)
        self.canvas.setMinimumSize(1, 1)
        self.bar = ColorBar()
        self.give_bar(bar)
        self.probe, self.cut, self.pointer = ProbeHandle(), CutHandle(), _Pointer()
        for handle in (self.cut, self.probe, self.pointer):
            self.canvas.area.addItem(handle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.canvas, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._view, self._unit = View(), 1.0
        self._image: Image | None = None
        self._at: Place | None = None
        self._connect()

    def give_bar(self, bar: bool) -> None:
        """Whether colours have numbers at its right; not where what stands beside it has them."""
        if bar == self._bar:
            return
        self._bar = bar
        if bar:
            self.canvas.area.layout.addItem(self.bar, 2, 3)
        else:
            self.canvas.area.layout.removeItem(self.bar)
        self.bar.setVisible(bar)

    def show_view(self, view: View, unit: float) -> None:
        """Handles follow at once. unit: of the data's frame."""
        self._view, self._unit = view, unit
        self.probe.place(view.probe)
        self.cut.place(view.cut)
        away = hidden.names(view.hidden)
        for handle, name in ((self.probe, "probe"), (self.cut, "cut")):
            handle.setVisible(name not in away)

    def show_plot(self, plot: Plot) -> None:
        """Draw a map."""
        left = msgspec.structs.replace(plot.y, visible=self._axis)
        self.canvas.show_plot(msgspec.structs.replace(plot, y=left), _HANDLED)
        self.title.write(*((plot.title, plot.brief) if plot.brief else (plot.title,)))
        self._image = next((each for each in plot.layers if isinstance(each, Image)), None)
        if (image := self._image) and self._bar:
            self.bar.show_scale(image.colormap, image.low, image.high, image.bar, beyond(image))
        self._read()

    @property
    def furniture(self) -> int:
        """The width of what stands beside the map, in pixels."""
        axis = self.canvas.area.getAxis("left")
        return (round(axis.width()) if self._axis else 0) + (self.bar.wide if self._bar else 0)

    def point_at(self, place: Place | None, here: bool) -> None:
        """Where the mouse is on any of the maps, and whether on this one."""
        self._at = place
        self.pointer.setVisible(place is not None and not here)
        if place is not None:
            self.pointer.place(place)
        self._read()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "bar"):
            self.bar.fit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def zoom(self, factor: float, x: float, y: float) -> None:
        """About a place."""
        if changes := framing.zoomed(self._view, factor, x, y, self._unit):
            self.edited.emit(changes, True)

    def _connect(self) -> None:
        self.canvas.resized.connect(self.resized)
        for handle, path in ((self.probe, "view.probe"), (self.cut, "view.cut")):
            handle.tell.moved.connect(
                lambda at, done, path=path: self.edited.emit({path: at}, not done)
            )
        tell = self.plane.tell
        tell.panned.connect(
            lambda dx, dy, done: self.edited.emit(framing.panned(self._view, dx, dy), not done)
        )
        tell.zoomed.connect(self.zoom)
        tell.clicked.connect(lambda x, y: self.edited.emit({"view.probe": (x, y)}, False))
        self.canvas.scene().sigMouseMoved.connect(self._hover)

    def _hover(self, pos: QPointF) -> None:
        inside = self.plane.sceneBoundingRect().contains(pos)
        at = self.plane.mapSceneToView(pos) if inside else None
        self.hovered.emit((at.x(), at.y()) if at else None)

    def _read(self) -> None:
        """What the map says at the pointer."""
        image, said = self._image, ""
        if image is not None and self._at is not None:
            value = float(values_at(image.values, _edges(image), np.array([self._at]))[0])
            if not np.isnan(value):
                number = places.reading(value, image.low, image.high, places.SHADES)
                said = f"{image.bar} = {number}"
        self.title.write_aside(said, said.rpartition(" = ")[2])


def _edges(image: Image) -> tuple[float, ...]:
    """Of the cells, whose centres an image has."""
    rows, columns = image.values.shape
    (left, right), (bottom, top) = image.x, image.y
    dx, dy = (right - left) / max(1, columns - 1) / 2, (top - bottom) / max(1, rows - 1) / 2
    return left - dx, right + dx, bottom - dy, top + dy


class _Pointer(Handle):
    """A ring where the mouse is on another map; it takes no mouse itself."""

    def __init__(self) -> None:
        super().__init__(1)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(999)
        self.hide()

    def grip(self, _pos: QPointF) -> int | None:
        return None

    def hoverEvent(self, _ev: Any) -> None:
        """It is nothing to be taken."""

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        (x, y) = self.in_pixels(painter)[0]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QPen(theme.tint("text"), theme.thick(1.6))
        for pen in (halo(1.6, theme.current()), ring):
            pen.setCosmetic(False)
            painter.setPen(pen)
            painter.drawEllipse(QPointF(x, y), theme.px(_RING), theme.px(_RING))
