"""The label of a form's row: the word muted, the symbol bright, cut short with an ellipsis."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument
from PySide6.QtWidgets import QLabel, QWidget

from ebmviz.core import markup
from ebmviz.core.language.said import said
from ebmviz.ui.look import theme


class RowLabel(QLabel):
    """Only the word is ever shortened; the symbol stays whole, the unit goes first."""

    def __init__(
        self, word: str, symbol: str = "", unit: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        word = said(word)
        self._word = word.removesuffix(symbol).strip() if symbol else word
        self._symbol, self._unit, self._lit = symbol, unit, False
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setProperty("tone", "muted")
        self._write()

    def write(self, word: str) -> None:
        """Another word, in core.markup's notation."""
        if word != self._word:
            self._word = word
            self._write()

    def light(self, on: bool) -> None:
        """Its symbol in the accent's colour, or not."""
        if on != self._lit:
            self._lit = on
            self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._write()

    def _write(self) -> None:
        bright = theme.tint("accent" if self._lit else "text").name()
        space = "&nbsp;" if self._word else ""
        symbol = f"{space}<span style='color:{bright}'>{markup.to_html(self._symbol)}</span>"
        tail = symbol if self._symbol else ""
        with_unit = f"{tail}&nbsp; {markup.escaped(self._unit)}" if self._unit else tail
        metrics = self.fontMetrics()
        room = self.width() - self._wide(tail)
        if (
            metrics.horizontalAdvance(markup.to_plain(self._word)) + self._wide(with_unit)
            <= self.width()
        ):
            tail = with_unit
        plain = markup.to_plain(self._word)
        word = metrics.elidedText(plain, Qt.TextElideMode.ElideRight, int(room))
        shown = markup.to_html(self._word) if word == plain else html.escape(word)
        self.setText(f"<span style='white-space:nowrap'>{shown}{tail}</span>")

    def _wide(self, rich: str) -> float:
        if not rich:
            return 0.0
        font = self.font()
        known = (rich, font.key())
        if known not in _widths:
            document = QTextDocument()
            document.setDocumentMargin(0)
            document.setDefaultFont(font)
            document.setHtml(rich)
            _widths[known] = document.idealWidth()
        return _widths[known]


_widths: dict[tuple[str, str], float] = {}
"""Of the symbols of all rows, in the fonts that were worn: they are asked for at every layout."""
