"""A text to read: Markdown with formulas between dollars, typeset. Words from a file are words, and
where a link would lead is said.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QFrame, QWidget

from ebmviz.core.outside import clean
from ebmviz.ui.controls import explained
from ebmviz.ui.controls.formula_text import FormulaText
from ebmviz.ui.look import theme

_PICTURES = re.compile(r"!(?=\[)")
_FEATURES = (
    QTextDocument.MarkdownFeature.MarkdownDialectCommonMark
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_OF_A_LINK = (
    QTextFormat.Property.IsAnchor,
    QTextFormat.Property.AnchorHref,
    QTextFormat.Property.AnchorName,
    QTextFormat.Property.TextToolTip,
    QTextFormat.Property.ForegroundBrush,
    QTextFormat.Property.TextUnderlineStyle,
    QTextFormat.Property.FontUnderline,
)
_ADDRESS = 200  # letters


class Prose(FormulaText):
    """As high as its text at its width, so that what it stands in can scroll."""

    def __init__(self, own: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(own, parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("prose", "true")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._said = ""
        self._high, self._room = 0, 1 << 16

    def say(self, text: str) -> None:
        """Show a text in Markdown."""
        if text != self._said:
            self._said = text
            self._write()

    def said(self) -> str:
        """The text as it was given."""
        return self._said

    def sizeHint(self) -> QSize:
        return QSize(1, self._high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width()
        if room != self._room and (self.broken or room < self.widest):
            self._write()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_said"):
            self._write()

    def _write(self) -> None:
        self._room = self.viewport().width()
        document = self.document()
        document.setDefaultFont(theme.font("body"))
        document.setMarkdown(self.marked(_PICTURES.sub(r"\\!", self._said)), _FEATURES)
        _spell_out(document)
        self.space(above=0, below=theme.px(8))
        last = QTextCursor(document.lastBlock())
        form = last.blockFormat()
        form.setBottomMargin(0)
        last.setBlockFormat(form)
        self.typeset()
        explained.mark(document, theme.tint("muted"))
        self._high = 0
        self._fit()

    def _fit(self) -> None:
        document = self.document()
        document.setTextWidth(self.viewport().width())
        high = round(document.size().height() + self.inline.fall + 0.499)
        if high != self._high:
            self._high = high
            self.setFixedHeight(max(1, high))


def _spell_out(document: QTextDocument) -> None:
    """Links lead nowhere here: they are words, and their addresses stand behind them."""
    links: list[tuple[int, int, str]] = []
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            piece = pieces.fragment()
            if piece.charFormat().isAnchor():
                links.append((piece.position(), piece.length(), piece.charFormat().anchorHref()))
            pieces += 1
        block = block.next()
    cursor, behind = QTextCursor(document), (0, "")
    for start, length, address in reversed(links):  # so that those before stay where they are
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        words, form = cursor.selectedText(), cursor.charFormat()
        for each in _OF_A_LINK:
            form.clearProperty(each.value)
        cursor.setCharFormat(form)
        if behind != (start + length, address) and words != address:
            cursor.setPosition(start + length)
            cursor.insertText(f" ({clean(address, _ADDRESS)})", form)
        behind = start, address
