"""A Plot on the screen."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from ebmviz.core import palette
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Axis, Layer, Plot
from ebmviz.core.symbols.drawn import showing
from ebmviz.core.symbols.written import NONE, Names
from ebmviz.ui.look import theme
from ebmviz.ui.loop.turns import Turns
from ebmviz.ui.plots.area import Area
from ebmviz.ui.plots.axis import LEFT
from ebmviz.ui.plots.items import bounds, paint_of, same
from ebmviz.ui.plots.logarithmic import laid
from ebmviz.ui.plots.notes import Words
from ebmviz.ui.plots.strokes import Paint
from ebmviz.ui.plots.surface import Relief

BOTTOM, BARE_BOTTOM = 40, 22
"""Heights of the lower axis with and without its label."""
FADED = 0.15
"""The opacity of layers while another is pointed out."""
_ROOM = 0.03  # around the data on an axis without limits
_REST_MS = 120  # after the last change of a surface


class Picture(pg.GraphicsObject):
    """All layers of a plot, as one item that fills the view."""

    def __init__(self) -> None:
        super().__init__()
        self._turns = Turns(self)
        self._rect = QRectF()
        self._drawn: list[tuple[Layer, Paint]] = []
        self._look: tuple[Theme, float] | None = None
        self._pointed = ""
        self._lit: frozenset[str] = frozenset()

    def point_out(self, name: str) -> None:
        """Fade all layers but those of a name; none where it is empty."""
        if name != self._pointed:
            self._pointed = name
            self.update()

    def light(self, names: frozenset[str]) -> None:
        """Fade all layers but those of these names, while none is pointed out; none for none."""
        if names != self._lit:
            self._lit = names
            self.update()

    def show_layers(self, layers: list[Layer]) -> None:
        """Paint these layers, the first at the bottom; what stays the same is not made anew."""
        look = (theme.current(), theme.scale())
        old = self._drawn if look == self._look else []
        self._look = look
        self._drawn = [
            old[i] if i < len(old) and same(old[i][0], layer) else (layer, paint_of(layer, look[0]))
            for i, layer in enumerate(layers)
        ]
        if len(old) != len(layers) or any(
            a is not b for a, b in zip(old, self._drawn, strict=True)
        ):
            self._turns.put("paint", self.update)  # what made them has had its turn

    @property
    def layers(self) -> list[Layer]:
        """What is painted."""
        return [layer for layer, _ in self._drawn]

    @property
    def coarse(self) -> bool:
        """Whether it has a surface that is not drawn as finely as it can be."""
        return any(isinstance(paint, Relief) and not paint.fine for _, paint in self._drawn)

    def refine(self) -> None:
        """Draw surfaces pixel by pixel."""
        for _, paint in self._drawn:
            if isinstance(paint, Relief):
                paint.fine = True
        self.update()

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self._fit()

    def viewRangeChanged(self) -> None:
        super().viewRangeChanged()
        self._fit()

    def _fit(self) -> None:
        box = self.getViewBox()
        rect = box.viewRect() if box else QRectF()
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if not painter.transform().isInvertible():
            return  # squeezed to a line: a data unit has no pixels, and there is nothing to see
        taken: list[QRectF] = []
        for layer, paint in self._drawn:
            over = painter.transform(), self._rect, taken
            if not isinstance(paint, Words) or paint.has_room(*over):
                painter.setOpacity(self._strength(layer))
                paint(painter, self._rect)
        painter.setOpacity(1.0)

    def _strength(self, layer: Layer) -> float:
        name = getattr(layer, "layer", "")  # what has none stays: the map, a frame
        kept = frozenset({self._pointed}) if self._pointed else self._lit
        return 1.0 if not name or not kept or name in kept else FADED


class Canvas(pg.GraphicsView):
    """Draws a Plot: the axes are pyqtgraph's, the layers one Picture.

    resized is sent when the drawing area changes its size, painted after each paint.
    """

    resized = Signal()
    painted = Signal()

    def __init__(self, view_box: pg.ViewBox | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._plot: Plot | None = None
        self._skip: tuple[str, ...] = ()
        self._labels: dict[str, str] = {}
        self._bare = self._tight = False
        self._lit: Names = NONE
        self.area = Area(view_box)
        self.setCentralItem(self.area)
        self.view.setMouseEnabled(False, False)
        self.view.disableAutoRange()
        self._picture = Picture()
        self.area.addItem(self._picture)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._picture.refine)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # Axes are not painted anew with every frame, nor the card beneath.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
        self._own_pixels()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.sigResized.connect(lambda *_: self.resized.emit())
        for side in ("left", "bottom"):
            axis = self.area.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
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
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_picture"):
            self._dress()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.Show):
            self._own_pixels()
        return bool(super().event(event))

    def _own_pixels(self) -> None:
        """At a scale that is no whole number the last row of pixels is only partly its own: the
        card has to be painted beneath, or nobody paints that row.
        """
        whole = self.devicePixelRatioF().is_integer() and not self.window().graphicsProxyWidget()
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, whole)

    def _dress(self) -> None:
        """Colours and type sizes of the current theme."""
        self.setBackground(theme.tint("panel"))
        for side in ("left", "bottom"):
            axis = self.area.getAxis(side)
            axis.setPen(pg.mkPen(palette.color("muted", theme.current()), width=0.8))
            axis.setTextPen(pg.mkPen(palette.color("muted", theme.current())))
            axis.dress()
            axis.setStyle(tickLength=-4, tickTextOffset=5, maxTickLevel=0)
        self.area.getAxis("bottom").setStyle(hideOverlappingLabels=theme.px(LEFT))
        self._set_margins()
        self._set_bottom()
        self._labels.clear()
        if self._plot:
            self.show_plot(self._plot, self._skip)

    def set_bare(self, bare: bool) -> None:
        """Leave the label of the lower axis out, for want of room."""
        if bare != self._bare:
            self._bare = bare
            self._set_bottom()

    def set_tight(self, tight: bool) -> None:
        """Leave no room around the plot, for one without numbers on its axes."""
        if tight != self._tight:
            self._tight = tight
            self._set_margins()

    def _set_margins(self) -> None:
        # Room for the upper half of the top label and the right half of the last one.
        room = (0, 0, 0, 0) if self._tight else (0, theme.px(7), theme.px(12), 2)
        self.area.layout.setContentsMargins(*room)

    def _set_bottom(self) -> None:
        axis = self.area.getAxis("bottom")
        axis.setHeight(theme.px(BARE_BOTTOM if self._bare else BOTTOM))
        axis.showLabel(not self._bare)

    def point_out(self, name: str) -> None:
        """Fade all layers but those of a name, none for ""; nothing is measured for that."""
        there = self._plot and any(getattr(x, "layer", "") == name for x in self._plot.layers)
        self._picture.point_out(name if there else "")

    def light(self, lit: Names) -> None:
        """Fade all layers but those that show a symbol of these names; none where none does."""
        if lit != self._lit:
            self._lit = lit
            self._light()

    def _light(self) -> None:
        layers = self._plot.layers if self._plot and self._lit else ()
        self._picture.light(showing(layers, self._lit))

    @property
    def layers(self) -> list[Layer]:
        """What is drawn, the first at the bottom, in the units of the axes as they are laid."""
        return self._picture.layers

    def show_plot(self, plot: Plot, skip: tuple[str, ...] = ()) -> None:
        """Draw `plot`, leaving out layers whose key is in `skip` (handles stand for them)."""
        self._plot, self._skip = plot, skip
        layers = [
            layer for layer in plot.layers if getattr(layer, "key", "") not in skip or not skip
        ]
        layers = laid(plot, layers)
        self._axes(plot, layers)
        self._picture.show_layers(layers)
        if self._lit:
            self._light()
        if self._picture.coarse:
            self._rest.start()

    def _axes(self, plot: Plot, layers: list[Layer]) -> None:
        for side, axis in (("bottom", plot.x), ("left", plot.y)):
            if self.area.getAxis(side).logMode != axis.log:
                self.area.getAxis(side).setLogMode(x=axis.log, y=axis.log)
            self.area.getAxis(side).whole = axis.whole
            self.area.getAxis(side).blank = False
            self._label(side, axis)
        locked = bool(self.view.state["aspectLocked"])
        if locked != plot.equal:
            self.view.setAspectLocked(plot.equal, 1.0)
        self._range(plot, layers)

    def _label(self, side: str, axis: Axis) -> None:
        shown = self.area.getAxis(side)
        if shown.isVisible() != axis.visible:
            shown.setVisible(axis.visible)
        if axis.visible and self._labels.get(side) != axis.label:
            self._labels[side] = axis.label
            shown.entitle(axis.label)
            self._set_bottom()

    def _range(self, plot: Plot, layers: list[Layer]) -> None:
        wanted = {}
        for i, (name, axis) in enumerate((("xRange", plot.x), ("yRange", plot.y))):
            if ends := _given(axis) or _around(bounds(layers, i)):
                wanted[name] = ends
        now = dict(zip(("xRange", "yRange"), self.view.state["targetRange"], strict=True))
        if any(tuple(now[name]) != ends for name, ends in wanted.items()):
            self.view.setRange(**wanted, padding=0)
            self.view.updateMatrix()  # left to the paint event, it would ask for another one


def _given(axis: Axis) -> tuple[float, float] | None:
    """The limits of an axis as the view takes them, if it has any that can be drawn."""
    low, high = axis.low, axis.high
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return None
    if not axis.log:
        return low, high
    return (math.log10(low), math.log10(high)) if min(low, high) > 0 else None


def _around(found: tuple[float, float] | None) -> tuple[float, float] | None:
    """Some room around the data, where their span is a number."""
    if found is None or not math.isfinite(room := _ROOM * (found[1] - found[0])):
        return None
    return found[0] - room, found[1] + room
