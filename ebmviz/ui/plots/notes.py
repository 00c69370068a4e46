"""Texts in a plot, each whole, and none over another."""

from __future__ import annotations

import functools

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QStaticText, QTextOption, QTransform

from ebmviz.core import markup, palette
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Note
from ebmviz.ui.look import theme

_CLOSE = 1.0
"""Pixels by which two texts may overlap: their boxes are higher than their letters."""


class Words:
    """Paints a text in the middle of its place. Near an edge it moves inwards, and has more lines
    where one is too long; a number on a mark stays there.
    """

    def __init__(self, layer: Note, look: Theme) -> None:
        self._layer, self._look = layer, look
        self._text = _laid(layer.text, theme.scale(), -1.0)
        self._free = layer.color != "panel"  # that stands on a mark

    def __call__(self, painter: QPainter, visible: QRectF) -> None:
        transform = painter.transform()
        box = self._place(transform, visible)
        painter.resetTransform()
        painter.setFont(theme.font("body"))
        painter.setPen(QColor(palette.color(self._layer.color, self._look)))
        painter.drawStaticText(box.topLeft(), self._text)
        painter.setTransform(transform)

    def has_room(self, transform: QTransform, visible: QRectF, taken: list[QRectF]) -> bool:
        """Whether it lies over none of these boxes, in pixels; then its own is added."""
        if not self._free:
            return True
        box = self._place(transform, visible)
        inner = box.adjusted(_CLOSE, _CLOSE, -_CLOSE, -_CLOSE)
        if any(inner.intersects(other) for other in taken):
            return False
        taken.append(box)
        return True

    def _place(self, transform: QTransform, visible: QRectF) -> QRectF:
        room, middle = (
            transform.mapRect(visible),
            transform.map(QPointF(self._layer.x, self._layer.y)),
        )
        self._text = _laid(self._layer.text, theme.scale(), -1.0)
        if self._text.size().width() > room.width() > 0:
            self._text = _laid(self._layer.text, theme.scale(), room.width())
        box = QRectF(QPointF(), self._text.size())
        box.moveCenter(middle)
        return _within(box, room) if self._free and room.contains(middle) else box


@functools.lru_cache(256)
def _laid(text: str, _scale: float, width: float) -> QStaticText:
    """A text at a size of type, in one line, or in lines of a width: laid out once, and drawn in
    every frame.
    """
    made = QStaticText(markup.to_html(text))
    made.setTextFormat(Qt.TextFormat.RichText)
    lines = QTextOption(Qt.AlignmentFlag.AlignHCenter)
    if width < 0:
        lines.setWrapMode(QTextOption.WrapMode.NoWrap)
    made.setTextOption(lines)
    made.setTextWidth(width)
    made.prepare(font=theme.font("body"))
    return made


def _within(box: QRectF, room: QRectF) -> QRectF:
    """Moved no further than it takes, and by its left upper corner where it does not fit."""
    left = max(room.left(), min(box.left(), room.right() - box.width()))
    top = max(room.top(), min(box.top(), room.bottom() - box.height()))
    return QRectF(QPointF(left, top), box.size())
