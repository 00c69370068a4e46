"""A heat map's values as the colours on the screen."""

from __future__ import annotations

import functools
import math

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from ebmviz.core import palette
from ebmviz.core.plot import Image
from ebmviz.core.snapshot import Array
from ebmviz.ui.look import theme


def coloured(layer: Image) -> QImage:
    """Opaque 32-bit pixels, clipped to the ends of the colour map; transparent where there is no
    number.

    Qt scales those several times faster than the indexed image they are made from.
    """
    rows, columns = layer.values.shape
    at, index = _room(rows, columns)
    # The ends are apart in single precision; what lies beyond it is clipped like any other.
    with np.errstate(over="ignore", invalid="ignore"):
        np.subtract(layer.values, np.float32(layer.low), out=at)
        np.multiply(at, np.float32(256.0 / (layer.high - layer.low)), out=at)
    np.clip(at, 0, 255, out=at)
    missing = np.isnan(at) if math.isnan(at.sum()) else None
    if missing is not None:
        at[missing] = 0
    np.copyto(index, at, casting="unsafe")
    image = QImage(index.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    image.setColorTable(_table(layer.colormap, theme.current()))
    if missing is None:
        return image.convertToFormat(QImage.Format.Format_RGB32)  # a copy, of its own memory
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    pixels = np.frombuffer(image.bits(), np.uint32).reshape(rows, columns)
    pixels[missing] = 0
    return image


def extent(layer: Image) -> QRectF:
    """The rectangle of the cells, their edges included."""
    rows, columns = layer.values.shape
    (x0, x1), (y0, y1) = layer.x, layer.y
    dx = (x1 - x0) / (columns - 1) if columns > 1 else 1.0
    dy = (y1 - y0) / (rows - 1) if rows > 1 else 1.0
    return QRectF(x0 - dx / 2, y0 - dy / 2, x1 - x0 + dx, y1 - y0 + dy)


@functools.lru_cache(1)
def _room(rows: int, columns: int) -> tuple[Array, Array]:
    # Fresh memory for every frame would cost more than the arithmetic.
    return np.empty((rows, columns), np.float32), np.empty((rows, columns), np.uint8)


@functools.cache
def _table(name: str, look: palette.Theme) -> list[int]:
    table = palette.colormap(name, look)
    return [0xFF << 24 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in table]
