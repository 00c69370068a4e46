"""Marks on a plot, stamped from pictures that are drawn once."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import shiboken6
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform

from ebmviz.core import palette
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Points
from ebmviz.core.snapshot import Array
from ebmviz.ui.look.theme import dried, growth
from ebmviz.ui.plots.strokes import Paint, beneath, mapped, rim

_ARM = 0.15  # half the thickness of the arms of a cross, in its size
_RIM = 200  # opacity of a rim, of 255
_FAR = 1e6  # pixels: Qt cannot draw at infinity


def points(layer: Points, theme: Theme) -> Paint:
    """Marks where all numbers are known; their size is in pixels, and grows with the text."""
    at = np.stack([layer.x, layer.y], 1).astype(float)
    finite = np.isfinite(at).all(1)
    if layer.values is not None:
        finite &= ~np.isnan(layer.values)
    at = at[finite]
    colors, which = [layer.color], np.zeros(len(at), int)
    if layer.values is not None:
        share = (layer.values[finite].astype(float) - layer.low) / (layer.high - layer.low)
        used, which = np.unique(np.clip(share * 255, 0, 255).astype(int), return_inverse=True)
        table = palette.colormap(layer.colormap, theme)[used]
        colors = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in table]
    groups = [(color, at[which == i]) for i, color in enumerate(colors)]
    edge = _RIM if layer.halo else 0

    def paint(painter: QPainter, _visible: QRectF) -> None:
        ratio = painter.device().devicePixelRatioF()
        transform = painter.transform()
        painter.resetTransform()
        strength = painter.opacity()
        painter.setOpacity(strength * layer.opacity)
        for color, some in groups:
            sprite = _sprite(layer.marker, layer.size, color, edge, theme, ratio * growth())
            places = np.clip(mapped(transform, some), -_FAR, _FAR)
            stamp(painter, sprite, places, ratio)
        painter.setOpacity(strength)
        painter.setTransform(transform)

    return paint


def stamp(painter: QPainter, sprite: QPixmap, places: Array, ratio: float) -> None:
    """The picture, centred at each of the places (M, 2)."""
    if not len(places):
        return
    side = sprite.width()
    # The fields of a PixmapFragment: place, part of the picture, scale, angle, opacity.
    fragments = np.empty((len(places), 10))
    fragments[:, :2] = places
    fragments[:, 2:] = (0, 0, side, side, 1 / ratio, 1 / ratio, 0, 1)
    first: Any = shiboken6.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
    painter.drawPixmapFragments(first, len(fragments), sprite)


@functools.cache
def _symbol(marker: str) -> QPainterPath:
    """The outline of a mark of size 1."""
    path = QPainterPath()
    if marker in ("disc", "ring"):
        path.addEllipse(QPointF(0, 0), 0.5, 0.5)
        return path
    if marker == "star":
        inner = 0.5 * math.cos(math.tau / 5) / math.cos(math.tau / 10)
        turns = [(i * math.pi / 5, inner if i % 2 else 0.5) for i in range(10)]
        corners = [(r * math.sin(turn), -r * math.cos(turn)) for turn, r in turns]
    else:  # a cross, its arms broad enough that a rim leaves its colour visible
        a, e = _ARM, 0.6
        quarter = [(a, e), (a, a), (e, a), (e, -a), (a, -a), (a, -e)]
        corners = quarter + [(-x, -y) for x, y in quarter]
    path.moveTo(*corners[0])
    for x, y in corners[1:]:
        path.lineTo(x, y)
    path.closeSubpath()
    return QTransform().rotate(45).map(path) if marker == "cross" else path


@functools.lru_cache(1024)
def _sprite(
    marker: str, size: float, color: str, opacity: int, theme: Theme, ratio: float
) -> QPixmap:
    """A mark as a picture, drawn once; `opacity` is that of its rim."""
    ring = marker == "ring"
    ink = QColor(palette.color(color, theme))
    edge = QPen(ink, 2) if ring else QPen(rim(beneath(color, theme), opacity), 1)
    edge.setCosmetic(True)
    outline = _symbol(marker)
    reach = outline.boundingRect()  # the arms of a cross are longer than its size
    span = max(1.0, reach.width(), reach.height())
    side = math.ceil(ratio * (size * span + math.ceil(edge.widthF()) + 1))
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    painter.scale(ratio * size, ratio * size)
    edge.setWidthF(ratio * edge.widthF())
    painter.setPen(edge)
    painter.setBrush(Qt.BrushStyle.NoBrush if ring else ink)
    painter.drawPath(outline)
    painter.end()
    return dried(drawn)
