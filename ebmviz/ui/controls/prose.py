"""A text to read: Markdown with formulas between dollars, typeset. Nothing in it is loaded,
followed or run: words from a file are words.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from ebmviz.core.latex import FORMULA, pieces
from ebmviz.core.markup import Html
from ebmviz.ui.controls import explained, formula, inline, tips
from ebmviz.ui.look import theme

_MARK = 0xF0000  # private letters, one for each formula while the text is laid out
_MOST = 4000
_PICTURES = re.compile(r"!(?=\[)")
_FEATURES = (
    QTextDocument.MarkdownFeature.MarkdownDialectCommonMark
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_LINE = 21  # high, where no formula is higher
_AT_LEAST = QTextBlockFormat.LineHeightTypes.MinimumHeight.value
_SPACE = "\u2004"
Piece = tuple[str, str, str]
"""A formula between the punctuation that stands at it."""


class Prose(QTextBrowser):
    """As high as its text at its width, so that what it stands in can scroll."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("prose", "true")
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._inline = inline.Inline(self.document())
        self._said = ""
        self._high, self._room = 0, 1 << 16
        self._size, self._broken = 1.0, False  # of formulas; whether one had no room

    def say(self, text: str) -> None:
        """Show a text in Markdown."""
        if text != self._said:
            self._said = text
            self._write()

    def said(self) -> str:
        """The text as it was given."""
        return self._said

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        return None

    def sizeHint(self) -> QSize:
        return QSize(1, self._high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width()
        if room != self._room and (self._broken or room < self._room):
            self._write()
        self._fit()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            said = explained.at(self.cursorForPosition(event.pos()))
            tips.show(event.globalPos(), said or Html(""), self)
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_said"):
            self._write()

    def _write(self) -> None:
        found: list[Piece] = []
        self._room, self._broken = self.viewport().width(), False

        def mark(match: re.Match[str]) -> str:
            if len(found) == _MOST:
                return match[0]
            found.append((match[1], match[2], match[3]))
            return chr(_MARK + len(found) - 1)

        words = "".join(each for each in self._said if not _MARK <= ord(each) < _MARK + _MOST)
        marked = FORMULA.sub(mark, _PICTURES.sub(r"\\!", words))
        document = self.document()
        document.setDefaultFont(theme.font("body"))
        self._inline.fit(theme.font("body"), theme.px(_LINE))
        document.setMarkdown(marked, _FEATURES)
        self._space(document)
        self._typeset(document, found)
        explained.mark(document, theme.tint("muted"))
        self._high = 0
        self._fit()

    def _space(self, document: QTextDocument) -> None:
        cursor, block = QTextCursor(document), document.begin()
        while block.isValid():
            cursor.setPosition(block.position())
            form = block.blockFormat()
            form.setLineHeight(theme.px(_LINE), _AT_LEAST)
            form.setTopMargin(0)
            form.setBottomMargin(theme.px(8 if block.next().isValid() else 0))
            cursor.setBlockFormat(form)
            block = block.next()

    def _typeset(self, document: QTextDocument, found: list[Piece]) -> None:
        size = self._size = 1.16 * theme.px(theme.SIZES["body"])
        ratio = self.devicePixelRatioF()
        color = theme.tint("text").name()
        for number, (opening, latex, closing) in enumerate(found):
            cursor = document.find(chr(_MARK + number))
            if cursor.isNull():
                continue
            images = self._images(latex, formula.drawn(latex, size, color, ratio))
            if not images:
                plain = QTextCharFormat(cursor.charFormat())
                plain.setFontItalic(True)
                cursor.insertText(f"{opening}{latex}{closing}", plain)
                continue
            images[0] = self._with(images[0], opening, "")
            images[-1] = self._with(images[-1], "", closing)
            for piece, image in enumerate(images):
                cursor.insertText(_SPACE if piece else "")
                self._insert(cursor, f"formula:{number}/{piece}", image)

    def _insert(self, cursor: QTextCursor, name: str, image: QImage) -> None:
        """In the line, made smaller where not even a piece has room."""
        inked, middle = formula.cropped(image)
        document, kind = self.document(), QTextDocument.ResourceType.ImageResource
        document.addResource(kind, QUrl(name), inked)
        share = min(1.0, self._room * inked.devicePixelRatio() / inked.width())
        form = QTextImageFormat()
        form.setName(name)
        form.setWidth(share * inked.width() / inked.devicePixelRatio())
        form.setHeight(share * inked.height() / inked.devicePixelRatio())
        self._inline.insert(cursor, form, share * (middle + formula.MIDDLE * self._size))

    def _with(self, image: QImage, opening: str, closing: str) -> QImage:
        """Qt may end a line on either side of a picture: the punctuation at it is in it."""
        base = formula.MIDDLE * self._size
        return inline.flanked(image, base, opening, closing) if opening or closing else image

    def _images(self, latex: str, whole: QImage | None) -> list[QImage]:
        """The formula, in pieces where it is wider than the text."""
        if whole is None or whole.width() <= self._room * whole.devicePixelRatio():
            return [whole] if whole else []
        self._broken = True
        size, color = self._size, theme.tint("text").name()
        ratio = whole.devicePixelRatio()
        parts = [formula.drawn(p, size, color, ratio) for p in pieces(latex)]
        return [part for part in parts if part] if all(parts) else [whole]

    def _fit(self) -> None:
        document = self.document()
        document.setTextWidth(self.viewport().width())
        high = round(document.size().height() + self._inline.fall + 0.499)
        if high != self._high:
            self._high = high
            self.setFixedHeight(max(1, high))
