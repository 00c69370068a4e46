"""A shaded surface on the screen: coarse while it changes, pixel by pixel once it rests."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from ebmviz.core.palette import Theme
from ebmviz.core.plot import Surface
from ebmviz.core.relief import Frame, render
from ebmviz.core.snapshot import Array

_MOVING = 200_000
"""Pixels of a picture that is soon replaced by another: a quarter of a frame's time."""
_STEPS = 128  # and of each of its columns
_CELLS = 256  # along a side of what is drawn meanwhile
_RESTING = 900_000
"""Pixels of a picture that stays: up to four for each of the screen, so that edges are smooth."""


class Relief:
    """Paints a surface. `fine` asks for every pixel of the screen."""

    def __init__(self, layer: Surface, theme: Theme) -> None:
        self._layer, self._theme = layer, theme
        self.fine = False
        self._made: tuple[object, QImage] | None = None

    def __call__(self, painter: QPainter, visible: QRectF) -> None:
        left, right, bottom, top = self._layer.camera.extent
        whole = QRectF(QPointF(left, bottom), QPointF(right, top))
        part = whole.intersected(visible)
        shown = painter.transform().mapRect(part)
        ratio = painter.device().devicePixelRatioF()
        wide, high = shown.width() * ratio, shown.height() * ratio
        if part.isEmpty() or not (wide >= 1 and high >= 1 and math.isfinite(wide * high)):
            return
        scale = self._scale(wide * high)
        size = max(1, round(wide * scale)), max(1, round(high * scale))
        frame = part.left(), part.right(), part.top(), part.bottom()
        key = size, frame, self.fine
        if self._made is None or self._made[0] != key:
            self._made = key, self._image(size, frame)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(part, self._made[1])

    def _scale(self, pixels: float) -> float:
        if self.fine:
            return min(2.0, max(1.0, math.sqrt(_RESTING / pixels)), math.sqrt(8e6 / pixels))
        return min(1.0, math.sqrt(_MOVING / pixels))

    def _image(self, size: tuple[int, int], frame: Frame) -> QImage:
        layer, theme = self._layer, self._theme
        heights, paint = layer.heights, layer.paint
        steps = 0
        if not self.fine:
            step = max(1, max(heights.shape) // _CELLS)
            heights, paint = heights[::step, ::step], paint[::step, ::step]
            steps = _STEPS
        pixels = render(heights, paint, layer.colormap, layer.camera, size, theme, steps, frame)
        return _image(pixels)


def _image(pixels: Array) -> QImage:
    rows, columns = pixels.shape
    kind = QImage.Format.Format_RGBA8888_Premultiplied  # opaque, or empty
    made = QImage(pixels.data, columns, rows, 4 * columns, kind)
    return made.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # a copy, and faster
