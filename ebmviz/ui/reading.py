"""A line of text that changes all the time.

A QLabel asks the whole window for a new layout with every new text, which takes longer than
to paint a frame. This one is painted in the room it has, and never asks for another.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QStaticText, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from ebmviz.core import markup
from ebmviz.ui import theme

_GAP = 8


class Reading(QWidget):
    """One muted line in core.markup's notation, and a second one at the right end of its room.

    The first is cut off where the second begins.
    """

    def __init__(self, kind: theme.Type = "number", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._texts = ["", ""]
        self._drawn = [QStaticText(), QStaticText()]
        one_line = QTextOption()
        one_line.setWrapMode(QTextOption.WrapMode.NoWrap)
        for drawn in self._drawn:
            drawn.setTextOption(one_line)
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

    def sizeHint(self) -> QSize:
        return QSize(1, self.fontMetrics().height() + 1)

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
