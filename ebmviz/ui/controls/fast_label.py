"""A line of text that changes all the time.

A QLabel asks the whole window for a new layout with every new text, which takes longer than
to paint a frame. This one is painted in the room it has, and never asks for another.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QStaticText, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from ebmviz.core import markup
from ebmviz.core.symbols.written import NONE
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.ellipsis import DOTS, first_that_fits
from ebmviz.ui.look import theme
from ebmviz.ui.pointing import lit
from ebmviz.ui.pointing.pointing import Pointed

_GAP = 8
_NOTHING = ("",)


class Reading(QWidget):
    """One muted line in core.markup's notation, and a second one at the right end of its room.

    The first ends where the second begins. It may be broken into several (`set_lines`). What
    there is no room for gives way to an ellipsis, and is in the tooltip. With `named` the first is
    a name, for which the second is said in a shorter way.
    """

    def __init__(
        self, kind: theme.Type = "number", parent: QWidget | None = None, named: bool = False
    ) -> None:
        super().__init__(parent)
        self._kind, self._named = kind, named
        self._ways: list[tuple[str, ...]] = [_NOTHING, _NOTHING]
        self._texts = ["", ""]
        self._drawn = [QStaticText(), QStaticText()]
        self._lines, self._tip = 1, ""
        self._lit = NONE
        for drawn in self._drawn:
            drawn.setTextOption(_wrapping(False))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._dress()

    def text(self) -> str:
        """The first line, as it is shown."""
        return self._texts[0]

    def aside(self) -> str:
        """The line at the right end, as it is shown."""
        return self._texts[1]

    def write(self, text: str, *shorter: str) -> None:
        """Shows `text`, scripts and all; where it has no room, the first of `shorter` that has."""
        self._write(0, (text, *shorter))

    def write_aside(self, text: str, *shorter: str) -> None:
        """Shows `text` at the right end."""
        self._write(1, (text, *shorter))

    def light(self, at: Pointed) -> None:
        """The ground of a symbol, wherever it is shown."""
        if at.names != self._lit:
            both, self._lit = at.names | self._lit, at.names
            for which, shown in enumerate(self._texts):
                if lit.there(shown, both):
                    self._show(which, shown)

    def wanted(self) -> int:
        """The width of the first line as it was written."""
        return self._wide(self._ways[0][0])

    def lines_for(self, width: int) -> int:
        """Lines that the text takes in a width, when it may be broken."""
        return self._lines_of(self._ways[0][0], width)

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
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.tint("muted"))
        first, second = self._drawn
        top = (self.height() - self.sizeHint().height()) // 2
        if self._texts[1]:
            start = max(0.0, self.width() - second.size().width())
            painter.drawStaticText(QPointF(start, top), second)
        painter.drawStaticText(QPointF(0, top), first)

    def _write(self, which: int, ways: tuple[str, ...]) -> None:
        if ways != self._ways[which]:
            self._ways[which] = ways
            self.setAccessibleName(markup.to_plain("  ".join(w[0] for w in self._ways if w[0])))
            self._fill()

    def _fill(self) -> None:
        """Fit both lines into the room."""
        room = self.width()
        asides = self._beside_name(room) if self._named else self._ways[1]
        aside = first_that_fits(asides, lambda text: self._wide(text) <= room)
        if aside:
            room -= self._wide(aside) + theme.px(_GAP)

        def fits(text: str) -> bool:
            if self._lines > 1:
                return self._lines_of(text, room) <= self._lines
            return self._wide(text) <= room

        first = first_that_fits(self._ways[0], fits)
        if self._named and first == DOTS:  # no name at all is worse than nothing beside it
            aside, room = "", self.width()
            first = first_that_fits(self._ways[0], fits)
        for which, shown in enumerate((first, aside)):
            if shown != self._texts[which]:
                self._show(which, shown)
        whole = [ways[0] for ways in self._ways]
        tip = "" if whole == self._texts else "<br>".join(map(markup.to_html, filter(None, whole)))
        if tip != self._tip:
            self._tip = tip
            tips.give(self, markup.Html(tip))

    def _beside_name(self, room: int) -> tuple[str, ...]:
        """The longest way to say the second line that leaves room for the first; none if none does:
        two names cut short may read alike.
        """
        for name in self._ways[0]:
            left = room - self._wide(name) - theme.px(_GAP)
            if fitting := tuple(way for way in self._ways[1] if self._wide(way) <= left):
                return fitting
        return ("",)

    def _show(self, which: int, text: str) -> None:
        self._texts[which] = text
        drawn, html = self._drawn[which], lit.html(text, self._lit)
        # Plain text is laid out ten times faster.
        form = Qt.TextFormat.PlainText if html == text else Qt.TextFormat.RichText
        drawn.setTextFormat(form)
        drawn.setText(html)
        drawn.prepare(font=self.font())
        self.update()

    def _wide(self, text: str) -> int:
        # Scripts are narrower than this.
        return self.fontMetrics().horizontalAdvance(markup.to_plain(text)) if text else 0

    def _lines_of(self, text: str, width: int) -> int:
        room, wrap = QRect(0, 0, max(1, width), 1 << 16), Qt.TextFlag.TextWordWrap
        metrics = self.fontMetrics()
        high = metrics.boundingRect(room, wrap, markup.to_plain(text)).height()
        return max(1, round(high / metrics.lineSpacing()))

    def _dress(self) -> None:
        self.setFont(theme.font(self._kind))
        for drawn in self._drawn:
            drawn.prepare(font=self.font())
        self._fill()
        self.updateGeometry()
        self.update()


def _wrapping(on: bool) -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap if on else QTextOption.WrapMode.NoWrap)
    return option
