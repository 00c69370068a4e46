"""A Plot on the screen."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from ebmviz.core import markup, palette
from ebmviz.core.plot import Axis, Layer, Plot
from ebmviz.ui import theme
from ebmviz.ui.axis import Ticks
from ebmviz.ui.items import Item, on_log_axis

BOTTOM, BARE_BOTTOM = 40, 22
"""Heights of the lower axis with and without its label."""


class Canvas(pg.PlotWidget):
    """Draws a Plot with pyqtgraph, reusing its items from frame to frame.

    resized is sent when the drawing area changes its size, painted after each paint.
    """

    resized = Signal()
    painted = Signal()

    def __init__(self, view_box: pg.ViewBox | None = None, parent: QWidget | None = None) -> None:
        axes = {side: Ticks(side) for side in ("left", "bottom")}
        super().__init__(parent, background=None, viewBox=view_box, axisItems=axes)
        self._items: list[Item] = []
        self._plot: Plot | None = None
        self._skip: tuple[str, ...] = ()
        self._labels: dict[str, str] = {}
        self._auto: tuple[bool, bool] | None = None
        self._bare = False
        self.area = self.getPlotItem()
        self.area.hideButtons()
        self.area.setMenuEnabled(False)
        self.area.setMouseEnabled(False, False)
        self.view.setDefaultPadding(0.03)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.sigResized.connect(lambda *_: self.resized.emit())
        for side in ("left", "bottom"):
            self.area.getAxis(side).enableAutoSIPrefix(False)
        self.area.getAxis("bottom").setStyle(hideOverlappingLabels=12)
        self._dress()

    @property
    def view(self) -> Any:
        """pyqtgraph's ViewBox."""
        return self.area.getViewBox()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_items"):
            self._dress()

    def _dress(self) -> None:
        """Colours and type sizes of the current theme."""
        self.setBackground(theme.tint("panel"))
        for side in ("left", "bottom"):
            axis = self.area.getAxis(side)
            axis.setPen(pg.mkPen(palette.color("muted", theme.current()), width=0.8))
            axis.setTextPen(pg.mkPen(palette.color("muted", theme.current())))
            axis.dress()
            axis.setStyle(tickLength=-4, tickTextOffset=5, maxTickLevel=0)
        # Room for the upper half of the top label and the right half of the last one.
        self.area.layout.setContentsMargins(0, theme.px(7), theme.px(12), 2)
        self._set_bottom()
        self._labels.clear()
        if self._plot:
            self.show_plot(self._plot, self._skip)

    def set_bare(self, bare: bool) -> None:
        """Leave the label of the lower axis out, for want of room."""
        if bare != self._bare:
            self._bare = bare
            self._set_bottom()

    def _set_bottom(self) -> None:
        axis = self.area.getAxis("bottom")
        axis.setHeight(theme.px(BARE_BOTTOM if self._bare else BOTTOM))
        axis.showLabel(not self._bare)

    def show_plot(self, plot: Plot, skip: tuple[str, ...] = ()) -> None:
        """Draw `plot`, leaving out layers whose key is in `skip` (handles stand for them)."""
        self._plot, self._skip = plot, skip
        self._axes(plot)
        layers = [
            layer for layer in plot.layers if getattr(layer, "key", "") not in skip or not skip
        ]
        if [type(layer) for layer in layers] != [item.kind for item in self._items]:
            self._match(layers)
        for item, layer in zip(self._items, layers, strict=True):
            item.show(on_log_axis(layer) if plot.y.log else layer, theme.current())

    def _match(self, layers: list[Layer]) -> None:
        # Items of the same kind are reused in order; only the difference is made or removed.
        spare: dict[type, list[Item]] = {}
        for item in self._items:
            spare.setdefault(item.kind, []).append(item)
        self._items = []
        for z, layer in enumerate(layers):
            pool = spare.get(type(layer), [])
            if pool:
                item = pool.pop(0)
            else:
                item = Item(layer)
                self.area.addItem(item.graphics, ignoreBounds=self._auto == (False, False))
            item.graphics.setZValue(z)
            self._items.append(item)
        for pool in spare.values():
            for item in pool:
                self.area.removeItem(item.graphics)

    def _axes(self, plot: Plot) -> None:
        for side, axis in (("bottom", plot.x), ("left", plot.y)):
            if self.area.getAxis(side).logMode != axis.log:
                self.area.getAxis(side).setLogMode(x=axis.log, y=axis.log)
            self.area.getAxis(side).whole = axis.whole
            self._label(side, axis)
        locked = bool(self.view.state["aspectLocked"])
        if locked != plot.equal:
            self.view.setAspectLocked(plot.equal, 1.0)
        self._range(plot)

    def _label(self, side: str, axis: Axis) -> None:
        shown = self.area.getAxis(side)
        if shown.isVisible() != axis.visible:
            self.area.showAxis(side, axis.visible)
        html = markup.to_html(axis.label)
        if axis.visible and self._labels.get(side) != html:
            self._labels[side] = html
            size = f"{theme.px(12)}px"
            color = palette.color("muted", theme.current())
            self.area.setLabel(side, html, color=color, **{"font-size": size})
            self._set_bottom()
            shown.resizeEvent(None)  # pyqtgraph does not centre a new text

    def _range(self, plot: Plot) -> None:
        fixed: dict[str, tuple[float, float]] = {}
        for name, axis in (("xRange", plot.x), ("yRange", plot.y)):
            if axis.low is not None and axis.high is not None:
                ends = (axis.low, axis.high)
                fixed[name] = (math.log10(ends[0]), math.log10(ends[1])) if axis.log else ends
        now = dict(zip(("xRange", "yRange"), self.view.state["targetRange"], strict=True))
        if any(tuple(now[name]) != ends for name, ends in fixed.items()):
            self.view.setRange(**fixed, padding=0)
        auto = ("xRange" not in fixed, "yRange" not in fixed)
        if auto != self._auto:
            self._auto = auto
            self.view.enableAutoRange(x=auto[0], y=auto[1])
