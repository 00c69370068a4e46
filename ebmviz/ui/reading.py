"""A line of text that changes all the time.

A QLabel asks the whole window for a new layout with every new text, which takes longer than
to paint a frame. This one is painted in the room it has, and never asks for another.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QStaticText, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from ebmviz.core import markup
from ebmviz.ui import theme

_GAP = 8


class Reading(QWidget):
    """One muted line in core.markup's notation, and a second one at the right end of its room.

    The first is cut off where the second begins. It may be broken into several (`set_lines`).
    """

    def __init__(self, kind: theme.Type = "number", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._texts = ["", ""]
        self._drawn = [QStaticText(), QStaticText()]
        self._lines = 1
        for drawn in self._drawn:
            drawn.setTextOption(_wrapping(False))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._dress()

    def text(self) -> str:
        """The first line, as it was written."""
        return self._texts[0]

    def write(self, text: str) -> None:
        """Shows `text`, scripts and all."""
        self._write(0, text)

    def write_aside(self, text: str) -> None:
        """Shows `text` at the right end."""
        self._write(1, text)

    def lines_for(self, width: int) -> int:
        """Lines that the text takes in a width, when it may be broken."""
        room, wrap = QRect(0, 0, max(1, width), 1 << 16), Qt.TextFlag.TextWordWrap
        metrics = self.fontMetrics()
        high = metrics.boundingRect(room, wrap, markup.to_plain(self._texts[0])).height()
        return max(1, round(high / metrics.lineSpacing()))

    def set_lines(self, lines: int) -> None:
        """Room for so many lines; more than one are broken between words."""
        if lines != self._lines:
            self._lines = lines
            self._drawn[0].setTextOption(_wrapping(lines > 1))
            self._drawn[0].setTextWidth(self.width() if lines > 1 else -1)
            self._dress()

    def sizeHint(self) -> QSize:
        return QSize(1, (self.fontMetrics().height() + 1) * self._lines)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._lines > 1:
            self._drawn[0].setTextWidth(self.width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.tint("muted"))
        first, second = self._drawn
        top = (self.height() - self.sizeHint().height()) // 2
        room = float(self.width())
        if self._texts[1]:
            start = max(0.0, room - second.size().width())
            painter.drawStaticText(QPointF(start, top), second)
            room = start - theme.px(_GAP)
        painter.setClipRect(QRectF(0, 0, room, self.height()))
        painter.drawStaticText(QPointF(0, top), first)

    def _write(self, which: int, text: str) -> None:
        if text != self._texts[which]:
            self._texts[which] = text
            drawn, html = self._drawn[which], markup.to_html(text)
            # Plain text is laid out ten times faster.
            form = Qt.TextFormat.PlainText if html == text else Qt.TextFormat.RichText
            drawn.setTextFormat(form)
            drawn.setText(html)
            drawn.prepare(font=self.font())
            self.setAccessibleName(markup.to_plain("  ".join(filter(None, self._texts))))
            self.update()

    def _dress(self) -> None:
        self.setFont(theme.font(self._kind))
        for drawn in self._drawn:
            drawn.prepare(font=self.font())
        self.updateGeometry()
        self.update()


def _wrapping(on: bool) -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap if on else QTextOption.WrapMode.NoWrap)
    return option
