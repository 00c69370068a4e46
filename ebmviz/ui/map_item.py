"""The heat map on the screen."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ebmviz.core import palette
from ebmviz.core.plot import Image
from ebmviz.core.snapshot import Array


class MapItem(pg.GraphicsObject):
    """Draws an Image layer cell by cell.

    Opaque 32-bit pixels: Qt scales those several times faster than the indexed image of
    pyqtgraph's own item.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pixels = np.zeros((1, 1), np.uint32)
        self._image = QImage()
        self._rect = QRectF(0, 0, 1, 1)

    def show_image(self, layer: Image) -> None:
        """Colour the values and keep the extent, cell edges included."""
        self._pixels = coloured(layer)
        rows, columns = self._pixels.shape
        self._image = QImage(
            self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32
        )
        (x0, x1), (y0, y1) = layer.x, layer.y
        dx = (x1 - x0) / (columns - 1) if columns > 1 else 1.0
        dy = (y1 - y0) / (rows - 1) if rows > 1 else 1.0
        rect = QRectF(x0 - dx / 2, y0 - dy / 2, x1 - x0 + dx, y1 - y0 + dy)
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The view's y axis points up, so row 0 of the image lands at the bottom."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self._rect, self._image)


def coloured(layer: Image) -> Array:
    """values (H, W) -> 0xffRRGGBB (H, W), clipped to the ends of the colour map."""
    scale = 256.0 / (layer.high - layer.low)
    index = (layer.values - np.float32(layer.low)) * np.float32(scale)
    np.clip(index, 0, 255, out=index)
    table = palette.colormap(layer.colormap).astype(np.uint32)
    packed = (0xFF << 24) | (table[:, 0] << 16) | (table[:, 1] << 8) | table[:, 2]
    return np.ascontiguousarray(packed.astype(np.uint32)[index.astype(np.uint8)])
