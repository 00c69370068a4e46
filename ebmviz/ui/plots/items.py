"""How each layer of a Plot is painted.

A layer is prepared once, as a function that paints it: pyqtgraph's own items spend several
times longer on themselves than on what they draw.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from ebmviz.core import palette
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Bars, Curve, Image, Layer, Note, Points, Rule, Segments, Surface
from ebmviz.ui.plots import image_colours, marks, strokes
from ebmviz.ui.plots.logarithmic import Boxes
from ebmviz.ui.plots.notes import Words
from ebmviz.ui.plots.strokes import Paint
from ebmviz.ui.plots.surface import Relief

_FAR, _THIN = 1e6, 1e-3
"""Pixels: where an image reaches further, or is no thicker, Qt may crash instead of painting it."""


def paint_of(layer: Layer, theme: Theme) -> Paint:
    """The function that paints `layer`."""
    return _PREPARE[type(layer)](layer, theme)


def same(old: Layer | None, new: Layer) -> bool:
    """Whether both would be painted alike. Large arrays that are not one count as different."""
    if type(old) is not type(new):
        return False
    for name in new.__struct_fields__:
        a, b = getattr(old, name), getattr(new, name)
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            if a is not b and not (a.shape == b.shape and a.size < 20_000 and (a == b).all()):
                return False
        elif a is not b and (isinstance(a, np.ndarray) or isinstance(b, np.ndarray) or a != b):
            return False
    return True


def bounds(layers: list[Layer], axis: int) -> tuple[float, float] | None:
    """The span of lines, marks and notes along x (0) or y (1), None when there are none."""
    ends: list[float] = []
    for layer in layers:
        if isinstance(layer, Curve | Points | Note):
            values = np.atleast_1d((layer.x, layer.y)[axis])
            values = values[np.isfinite(values)]
            ends += [float(values.min()), float(values.max())] if len(values) else []
    return (min(ends), max(ends)) if ends else None


def _image(layer: Image, _theme: Theme) -> Paint:
    image, extent = image_colours.coloured(layer), image_colours.extent(layer)

    def paint(painter: QPainter, _visible: QRectF) -> None:
        # The view's y axis points up, so row 0 of the image lands at the bottom.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        shown = painter.transform().mapRect(extent)
        ends = (shown.left(), shown.right(), shown.top(), shown.bottom())
        if all(abs(end) < _FAR for end in ends) and min(shown.width(), shown.height()) > _THIN:
            painter.drawImage(extent, image)

    return paint


def _bars(layer: Bars, theme: Theme) -> Paint:
    half, zero = layer.width / 2, np.zeros(len(layer.x))
    left, right = layer.x - half, layer.x + half
    return _boxes(Boxes(left, right, zero, layer.height, layer.color, layer.opacity), theme)


def _boxes(layer: Boxes, theme: Theme) -> Paint:
    ink = QColor(palette.color(layer.color, theme))
    ink.setAlphaF(layer.opacity)
    edges = np.stack([layer.left, layer.bottom, layer.right, layer.top], 1).astype(float)
    bars = [QRectF(QPointF(x, y), QPointF(to_x, to_y)) for x, y, to_x, to_y in edges.tolist()]

    def paint(painter: QPainter, _visible: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRects(bars)

    return paint


def _rule(layer: Rule, theme: Theme) -> Paint:
    line = strokes.pen(layer.color, theme, layer.width, dash=layer.dash)

    def paint(painter: QPainter, visible: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(line)
        if layer.axis == "x":
            ends = QPointF(layer.at, visible.top()), QPointF(layer.at, visible.bottom())
        else:
            ends = QPointF(visible.left(), layer.at), QPointF(visible.right(), layer.at)
        painter.drawLine(*ends)

    return paint


_PREPARE: dict[type, Callable[[Any, Theme], Paint]] = {
    Image: _image,
    Surface: Relief,
    Curve: strokes.curve,
    Segments: strokes.segments,
    Points: marks.points,
    Bars: _bars,
    Boxes: _boxes,
    Note: Words,
    Rule: _rule,
}
