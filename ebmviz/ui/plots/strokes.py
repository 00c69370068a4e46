"""Lines on a plot: their pens, and how Qt is made to stroke them fast."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from ebmviz.core import palette
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Curve, Segments
from ebmviz.core.snapshot import Array
from ebmviz.ui.look.theme import growth, thick

Paint = Callable[[QPainter, QRectF], None]
"""Paints in data coordinates; the rectangle is what is visible of them."""

_DASHES = {
    "solid": Qt.PenStyle.SolidLine,
    "dash": Qt.PenStyle.DashLine,
    "dot": Qt.PenStyle.DotLine,
}
_HEAD_ANGLE = 0.42
_PIECE, _LONG = 16, 256  # points of a long broad line that are stroked together


def pen(color: str, theme: Theme, width: float, opacity: float = 1.0, dash: str = "solid") -> QPen:
    """A cosmetic pen in a role's colour."""
    ink = QColor(palette.color(color, theme))
    ink.setAlphaF(opacity)
    made = QPen(ink, thick(width))
    made.setCosmetic(True)
    made.setStyle(_DASHES[dash])
    made.setCapStyle(Qt.PenCapStyle.FlatCap)  # round caps and joins cost a third of a frame
    return made


def halo(width: float, theme: Theme) -> QPen:
    """A thin rim, dark under the light colours of the dark theme and light under the dark
    ones of the light theme: it keeps a line visible on every colour of a map.

    Opaque, since Qt takes three times as long to stroke with a translucent pen.
    """
    made = QPen(rim(theme, 255), thick(width) + 1.5)
    made.setCosmetic(True)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


def rim(theme: Theme, alpha: int) -> QColor:
    """The colour that sets a mark off from every map."""
    return QColor(8, 12, 18, alpha) if theme == "dark" else QColor(255, 255, 255, alpha)


def beneath(color: str, theme: Theme) -> Theme:
    """The theme whose rim sets a role off: white is the same in both, and needs a dark one."""
    return "dark" if color in ("pull", "contour") else theme


def heads(start: Array, end: Array, pixel: tuple[float, float], length: float) -> Array:
    """The two strokes of each arrow head as segments (4A, 2), `length` in pixels."""
    scale = np.asarray(pixel)
    direction = (end - start) / scale
    norm = np.hypot(direction[:, 0], direction[:, 1])[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(norm > 0, direction / norm, 0.0)
    size = np.minimum(length, 0.6 * norm)
    strokes = []
    for angle in (_HEAD_ANGLE, -_HEAD_ANGLE):
        c, s = np.cos(angle), np.sin(angle)
        turned = np.stack([c * unit[:, 0] - s * unit[:, 1], s * unit[:, 0] + c * unit[:, 1]], 1)
        strokes.append(np.stack([end, end - size * turned * scale], 1).reshape(-1, 2))
    return np.concatenate(strokes)


def curve(layer: Curve, theme: Theme) -> Paint:
    """A line, broken where its numbers are not finite."""
    line = pen(layer.color, theme, layer.width, layer.opacity, layer.dash)
    pens = [halo(layer.width, beneath(layer.color, theme)), line] if layer.halo else [line]
    x, y = np.asarray(layer.x, float), np.asarray(layer.y, float)
    # Qt strokes a broad line as one area, which takes the square of its length; pieces of it
    # overlap by a segment, for the sake of the corners, which would show on a translucent line.
    broad = layer.width > 1 and layer.opacity == 1 and layer.dash == "solid"
    step = _PIECE if broad and len(x) > _LONG else max(1, len(x))
    paths = [
        pg.arrayToQPath(x[at : at + step + 2], y[at : at + step + 2], connect="finite")
        for at in range(0, len(x), step)
    ]

    def paint(painter: QPainter, _visible: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink in pens:
            painter.setPen(ink)
            for path in paths:
                painter.drawPath(path)

    return paint


def segments(layer: Segments, theme: Theme) -> Paint:
    """Straight pieces, with heads where they have a length."""
    line = pen(layer.color, theme, layer.width, layer.opacity)
    pens = [halo(layer.width, beneath(layer.color, theme)), line] if layer.halo else [line]
    length = layer.head * growth()
    shafts = np.stack([layer.start, layer.end], 1).reshape(-1, 2).astype(float)
    made: list[tuple[QTransform, QPainterPath]] = []  # the last

    def pieces(to: QTransform) -> QPainterPath:
        pairs = mapped(to, shafts)
        if layer.head:
            ends = pairs.reshape(-1, 2, 2)
            pairs = np.concatenate([pairs, heads(ends[:, 0], ends[:, 1], (1.0, 1.0), length)])
        return pg.arrayToQPath(pairs[:, 0], pairs[:, 1], connect="pairs")

    def paint(painter: QPainter, _visible: QRectF) -> None:
        to = painter.transform()
        if not made or made[0][0] != to:
            made[:] = [(to, pieces(to))]
        # In pixels Qt strokes each piece by itself; under a transform, all of them as one area,
        # which takes ten times as long.
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink in pens:
            painter.setPen(ink)
            painter.drawPath(made[0][1])
        painter.setTransform(to)

    return paint


def mapped(to: QTransform, points: Array) -> Array:
    """Points (M, 2) in pixels."""
    turn = np.array([[to.m11(), to.m12()], [to.m21(), to.m22()]])
    return points @ turn + [to.dx(), to.dy()]
