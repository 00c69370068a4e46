"""The hero: the landscape with its colour bar, handles and legend."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from ebmviz.core.plot import Image, Plot
from ebmviz.core.view import View
from ebmviz.figures import landscape, stack
from ebmviz.figures.figure import Shot
from ebmviz.figures.text import fixed
from ebmviz.ui.buttons import segment
from ebmviz.ui.canvas import Canvas
from ebmviz.ui.card import Card
from ebmviz.ui.colorbar import ColorBar
from ebmviz.ui.handles import CutHandle, ProbeHandle
from ebmviz.ui.legend import Legend
from ebmviz.ui.plane import Plane

_HANDLED = ("cut", "probe")
_DEGREES_PER_PIXEL = 0.4
_SMALLEST, _LARGEST = 1e-3, 1e5


class LandscapeView(Card):
    """Shows a Shot in 2-D or 3-D; tells edited(changes, live).

    reframed is sent when the visible part of the plane changes with the size.
    """

    edited = Signal(dict, bool)
    reframed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Free energy", parent=parent)
        self.plane = Plane()
        self.canvas = Canvas(view_box=self.plane)
        self.bar = ColorBar()
        self.canvas.area.layout.addItem(self.bar, 2, 3)
        self.probe, self.cut = ProbeHandle(), CutHandle()
        for handle in (self.cut, self.probe):
            self.canvas.area.addItem(handle, ignoreBounds=True)
        self.legend = Legend()
        self._modes = QButtonGroup(self)
        for name in ("2-D", "3-D"):
            button = segment(name)
            button.setObjectName(f"view.dimension.{name}")
            self._modes.addButton(button)
            self.add_action(button)
            button.clicked.connect(
                lambda _=False, name=name: self.edited.emit({"view.dimension": name}, False)
            )
        column = QVBoxLayout()
        column.addWidget(self.canvas, 1)
        column.addWidget(self.legend)
        self.body.addLayout(column)
        self._shot: Shot | None = None
        self._view = View()
        self._connect()

    def needs(self, view: View) -> tuple[str, ...]:
        """What the engine must measure."""
        return (stack if view.dimension == "3-D" else landscape).FIGURE.needs

    def framed(self, view: View) -> tuple[float, ...]:
        """view.window widened to the shape of the drawing area, so that the map fills it."""
        left, right, bottom, top = view.window
        box = self.plane.rect()
        if view.dimension == "3-D" or box.width() < 2 or box.height() < 2:
            return view.window
        wide, high = right - left, top - bottom
        shape = box.width() / box.height()
        grow_x = max(0.0, high * shape - wide) / 2
        grow_y = max(0.0, wide / shape - high) / 2
        return (left - grow_x, right + grow_x, bottom - grow_y, top + grow_y)

    def show_view(self, view: View) -> None:
        """Handles and switches follow the scene at once, before its frame comes."""
        self._view = view
        self.probe.place(view.probe)
        self.cut.place(view.cut)
        flat = view.dimension == "2-D"
        self.probe.setVisible(flat)
        self.cut.setVisible(flat)
        for button in self._modes.buttons():
            button.setChecked(button.text() == view.dimension)

    def show_shot(self, shot: Shot) -> None:
        """Draw a frame."""
        flat = shot.scene.view.dimension == "2-D"
        figure = landscape if flat else stack
        if not shot.snapshot.has("map", "contours", "data"):
            return
        self._shot = shot
        plot = figure.draw(shot)
        self.canvas.show_plot(plot, _HANDLED)
        self.legend.show_plot(plot)
        title, _, detail = plot.title.partition(" · ")
        self.set_title(title, detail)
        low, high = landscape.colour_range(shot)
        self.bar.show_scale(shot.scene.view.colormap, low, high, _bar_label(plot))

    def value_at(self, x: float, y: float) -> float | None:
        """F at a point of the map shown, None outside it."""
        if self._shot is None:
            return None
        values = self._shot.snapshot.arrays["map"]
        left, right, bottom, top = self._shot.scene.view.window
        column = int(np.floor((x - left) / (right - left) * values.shape[1]))
        row = int(np.floor((y - bottom) / (top - bottom) * values.shape[0]))
        if 0 <= row < values.shape[0] and 0 <= column < values.shape[1]:
            return float(values[row, column])
        return None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "bar"):
            self.bar.fit()

    def _connect(self) -> None:
        self.canvas.resized.connect(self.reframed)
        self.probe.tell.moved.connect(
            lambda at, done: self.edited.emit({"view.probe": at}, not done)
        )
        self.cut.tell.moved.connect(lambda at, done: self.edited.emit({"view.cut": at}, not done))
        tell = self.plane.tell
        tell.panned.connect(self._pan)
        tell.turned.connect(self._turn)
        tell.zoomed.connect(self._zoom)
        tell.clicked.connect(self._click)
        self.canvas.scene().sigMouseMoved.connect(self._hover)

    def _pan(self, dx: float, dy: float, done: bool) -> None:
        if self._view.dimension == "2-D":
            left, right, bottom, top = self._view.window
            moved = (left + dx, right + dx, bottom + dy, top + dy)
            self.edited.emit({"view.window": moved}, not done)

    def _turn(self, dx: float, dy: float, done: bool) -> None:
        if self._view.dimension == "3-D":
            azimuth = (self._view.azimuth - _DEGREES_PER_PIXEL * dx + 180) % 360 - 180
            elevation = min(90.0, max(0.0, self._view.elevation + _DEGREES_PER_PIXEL * dy))
            changes = {"view.azimuth": azimuth, "view.elevation": elevation}
            self.edited.emit(changes, not done)

    def _zoom(self, factor: float, x: float, y: float) -> None:
        if self._view.dimension == "3-D":
            return
        left, right, bottom, top = self._view.window
        wide = (right - left) * factor
        if (factor < 1 and wide <= _SMALLEST) or (factor > 1 and wide >= _LARGEST):
            return
        zoomed = (
            x + (left - x) * factor,
            x + (right - x) * factor,
            y + (bottom - y) * factor,
            y + (top - y) * factor,
        )
        self.edited.emit({"view.window": zoomed}, True)

    def _click(self, x: float, y: float) -> None:
        if self._view.dimension == "2-D":
            self.edited.emit({"view.probe": (x, y)}, False)

    def _hover(self, pos: object) -> None:
        if self._view.dimension == "3-D":
            self.detail.write_aside("")
            return
        at = self.plane.mapSceneToView(pos)
        value = self.value_at(at.x(), at.y())
        inside = value is not None and self.plane.sceneBoundingRect().contains(pos)
        self.detail.write_aside(
            f"({fixed(at.x(), 2)}, {fixed(at.y(), 2)})  F = {fixed(value)}"
            if inside and value is not None
            else ""
        )


def _bar_label(plot: Plot) -> str:
    return next((layer.bar for layer in plot.layers if isinstance(layer, Image)), "F_β")
