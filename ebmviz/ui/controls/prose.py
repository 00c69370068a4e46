"""A text to read: Markdown with formulas between dollars, typeset. Nothing in it is loaded,
followed or run: words from a file are words.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from ebmviz.core.lesson.latex import FORMULA, pieces
from ebmviz.core.markup import Html
from ebmviz.ui.controls import explained, tips
from ebmviz.ui.formulas import formula, inline
from ebmviz.ui.formulas.symbols_in import SymbolsIn
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import NOTHING, Pointed
from ebmviz.ui.pointing.subject import GROUND

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
_BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_WAIT_MS = 100
_WAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
Piece = tuple[str, str, str]
"""A formula between the punctuation that stands at it."""


class Prose(QTextBrowser):
    """As high as its text at its width, so that what it stands in can scroll.

    pointed(Pointed): the mouse is on a symbol of a formula; or, once Tab has come here, the one
    that Left and Right have gone to. Symbols of what is pointed at anywhere have a ground.
    """

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("prose", "true")
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._inline = inline.Inline(self.document())
        self._symbols = SymbolsIn(self._inline)
        self._learns = QTimer(self)
        self._learns.setSingleShot(True)
        self._learns.timeout.connect(self._learn)
        self._on = self._at = NOTHING
        self._step: int | None = None  # of the walk through its symbols
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

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._step = None
        self._point(Pointed(self._symbols.at(self._in_text(event.position()))))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(NOTHING)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._step = None
        self._point(NOTHING)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_TAB:
            self._walk(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._step is not None:
            self._step = None
            self._point(NOTHING)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._step is not None and event.key() in _WAYS:
            self._walk(self._step + _WAYS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        override = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if override and self._step is not None and event.key() in _WAYS:  # type: ignore[attr-defined]
            event.accept()  # the arrows would go to another stop
            return True
        return super().event(event)

    def light(self, at: Pointed) -> None:
        """The ground of symbols, and of no others."""
        if at != self._at:
            self._at = at
            self._light()

    def _learn(self) -> None:
        """One formula at a time, and none while something is dragged."""
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._learns.start(_WAIT_MS)
        elif (name := self._symbols.unknown(self._at.names)) is not None:
            self._symbols.learn(name)
            self._light()

    def _light(self) -> None:
        if self._symbols.unknown(self._at.names) is not None:
            self._learns.start(0)
        areas = self._symbols.of(self._at.names)
        if areas or self._inline.lit:
            self._inline.light(areas, theme.tint("accent", GROUND))
            self.viewport().update()

    def _walk(self, step: int) -> None:
        every = self._symbols.every
        if every:
            self._step = step % len(every)
            self._point(Pointed(every[self._step]))

    def _point(self, at: Pointed) -> None:
        if at != self._on:
            self._on = at
            self.pointed.emit(at)

    def _in_text(self, at: QPointF) -> QPointF:
        return at + QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

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
        self._symbols.forget()
        document.setDefaultFont(theme.font("body"))
        self._inline.fit(theme.font("body"), theme.px(_LINE))
        document.setMarkdown(marked, _FEATURES)
        self._space(document)
        self._typeset(document, found)
        explained.mark(document, theme.tint("muted"))
        self._light()
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
            parts = self._parts(latex, formula.drawn(latex, size, color, ratio))
            if not parts:
                plain = QTextCharFormat(cursor.charFormat())
                plain.setFontItalic(True)
                cursor.insertText(f"{opening}{latex}{closing}", plain)
                continue
            for piece, (said, image) in enumerate(parts):
                before = opening if piece == 0 else ""
                after = closing if piece == len(parts) - 1 else ""
                self._insert(cursor, f"formula:{number}/{piece}", said, image, before, after)

    def _insert(
        self, cursor: QTextCursor, name: str, latex: str, image: QImage, before: str, after: str
    ) -> None:
        """In the line, made smaller where not even a piece has room. Qt may end a line on either
        side of a picture: the punctuation at it is in it.
        """
        base = formula.MIDDLE * self._size
        if before or after:
            image = inline.flanked(image, base, before, after)
        inked, middle = formula.cropped(image)
        document, kind = self.document(), QTextDocument.ResourceType.ImageResource
        document.addResource(kind, QUrl(name), inked)
        share = min(1.0, self._room * inked.devicePixelRatio() / inked.width())
        form = QTextImageFormat()
        form.setName(name)
        form.setWidth(share * inked.width() / inked.devicePixelRatio())
        form.setHeight(share * inked.height() / inked.devicePixelRatio())
        self._inline.insert(cursor, form, share * (middle + base))
        start = QPointF(inline.width_of(before), middle)
        self._symbols.add(name, latex, self._size, start, share)

    def _parts(self, latex: str, whole: QImage | None) -> list[tuple[str, QImage]]:
        """The formula, in pieces where it is wider than the text."""
        if whole is None or whole.width() <= self._room * whole.devicePixelRatio():
            return [(latex, whole)] if whole else []
        self._broken = True
        size, color = self._size, theme.tint("text").name()
        ratio = whole.devicePixelRatio()
        cut = [(p, formula.drawn(p, size, color, ratio)) for p in pieces(latex)]
        parts = [(said, image) for said, image in cut if image]
        return parts if len(parts) == len(cut) else [(latex, whole)]

    def _fit(self) -> None:
        document = self.document()
        document.setTextWidth(self.viewport().width())
        high = round(document.size().height() + self._inline.fall + 0.499)
        if high != self._high:
            self._high = high
            self.setFixedHeight(max(1, high))
