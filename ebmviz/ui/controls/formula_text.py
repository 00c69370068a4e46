"""A text to read whose formulas are typeset: its symbols can be pointed at, and light up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from ebmviz.core import markup
from ebmviz.core.lesson.latex import FORMULA
from ebmviz.core.markup import Html
from ebmviz.core.pages import unbarred
from ebmviz.core.symbols.to_latex import to_latex
from ebmviz.ui.controls import explained, tips
from ebmviz.ui.formulas import symbols_in
from ebmviz.ui.formulas.broken import parts
from ebmviz.ui.formulas.drawn import Drawn, drawn
from ebmviz.ui.formulas.inline import Inline, Piece
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import NOTHING, Pointed
from ebmviz.ui.pointing.subject import GROUND

LINE = 21  # high, where no formula is higher
_AT_LEAST = QTextBlockFormat.LineHeightTypes.MinimumHeight.value
_LARGER = 1.16  # than the letters around are those of a formula
_MARK = 0xF0000  # private letters, one for each formula while the text is laid out
_MOST = 4000
_NOTHING = "\N{WORD JOINER}"  # a letter, so that a formula alone stands where words would
_BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_WAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class _Found(NamedTuple):
    """A formula between the punctuation that stands at it, and what it is in plain text."""

    opening: str
    latex: str
    closing: str
    said: str


class FormulaText(QTextBrowser):
    """own: formulas are in our own notation, and in LaTeX otherwise.

    pointed(Pointed): the mouse is on a symbol of a formula; or, once Tab has come here, the one
    that Left and Right have gone to. Symbols of what is pointed at anywhere have a ground. Nothing
    is loaded, followed or run.
    """

    pointed = Signal(object)

    def __init__(self, own: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own = own
        self.setOpenLinks(False)
        self._inline = Inline(self.document())
        self._found: list[_Found] = []
        self._on = self._at = NOTHING
        self._step: int | None = None  # of the walk through its symbols
        self.broken = False  # whether a formula had no room for the whole of it
        self.widest = 0.0  # of those that had
        self.setUndoRedoEnabled(False)

    @property
    def inline(self) -> Inline:
        """Its formulas."""
        return self._inline

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        return None

    def spoken(self) -> str:
        """The text without pictures: as it is copied, and as a screen reader has it."""
        return self._inline.said(0, self.document().characterCount())

    def createMimeDataFromSelection(self) -> QMimeData:
        cursor, data = self.textCursor(), QMimeData()
        data.setText(self._inline.said(cursor.selectionStart(), cursor.selectionEnd()))
        return data

    def spoken_parts(self) -> Iterator[tuple[int, int, str]]:
        """The same by parts: from where, to where."""
        return self._inline.spoken(0, self.document().characterCount())

    def room(self, _cursor: QTextCursor) -> float:
        """For a formula, where it is to stand."""
        return float(self.viewport().width())

    def space(self, above: int | None = None, below: int | None = None) -> None:
        """Lines that formulas have room between; and so much around blocks."""
        cursor, form = QTextCursor(self.document()), QTextBlockFormat()
        form.setLineHeight(theme.px(LINE), _AT_LEAST)
        if above is not None:
            form.setTopMargin(above)
        if below is not None:
            form.setBottomMargin(below)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)

    def marked(self, text: str) -> str:
        """The text with a private letter for each formula."""
        self._found.clear()
        words = "".join(each for each in text if not _MARK <= ord(each) < _MARK + _MOST)
        return FORMULA.sub(self._mark, words)

    def typeset(self) -> None:
        """The formulas in the place of their letters."""
        self._inline.forget()
        self._inline.fit(theme.font("body"), theme.px(LINE))
        self.broken, self.widest = False, 0.0
        edit = QTextCursor(self.document())
        edit.beginEditBlock()
        cursor = QTextCursor(self.document())
        for number, each in enumerate(self._found):
            there = self.document().find(chr(_MARK + number), cursor)
            if not there.isNull():
                if there.block().text() == there.selectedText():
                    QTextCursor(there.block()).insertText(_NOTHING)
                self._insert(there, each)
                cursor = there
        edit.endEditBlock()
        self.setAccessibleDescription(self.spoken())
        self._light()

    def _mark(self, match: re.Match[str]) -> str:
        if len(self._found) == _MOST:
            return match[0]
        raw = unbarred(match[2]) if self._own else match[2]
        said = markup.to_plain(raw) if self._own else f"${raw}$"
        latex = to_latex(raw) if self._own else raw
        self._found.append(_Found(match[1], latex, match[3], f"{match[1]}{said}{match[3]}"))
        return chr(_MARK + len(self._found) - 1)

    def _insert(self, cursor: QTextCursor, found: _Found) -> None:
        """Made smaller where not even a piece has room."""
        size, room = _LARGER * theme.px(theme.SIZES["body"]), self.room(cursor)
        cut = self._parts(found.latex, size, room)
        if not cut:
            plain = QTextCharFormat(cursor.charFormat())
            plain.setFontItalic(True)
            cursor.insertText(found.said.replace("$", ""), plain)
        for number, part in enumerate(cut):
            first, last = number == 0, number == len(cut) - 1
            opening, closing = found.opening if first else "", found.closing if last else ""
            piece = Piece(part, size, opening, closing, found.said if first else "")
            piece = piece.fitted(room)
            self._inline.insert(cursor, piece)
            self.widest = max(self.widest, piece.extent()[0])

    def _parts(self, latex: str, size: float, room: float) -> tuple[Drawn, ...]:
        whole = drawn(latex)
        if whole is None:
            return ()
        if whole.around(size).width() <= room:
            return (whole,)
        self.broken = True
        return parts(latex, size, room)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            said = explained.at(self.cursorForPosition(event.pos()))
            tips.show(event.globalPos(), said or Html(""), self)
            return True
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._step = None
        self._point(Pointed(symbols_in.at(self._inline, self._in_text(event.position()))))

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

    def _light(self) -> None:
        areas = symbols_in.of(self._inline, self._at.names) if self._at.names else {}
        if areas or self._inline.lit:
            self._inline.light(areas, theme.tint("accent", GROUND))
            self.viewport().update()

    def _walk(self, step: int) -> None:
        every = symbols_in.every(self._inline)
        if every:
            self._step = step % len(every)
            self._point(Pointed(every[self._step]))

    def _point(self, at: Pointed) -> None:
        if at != self._on:
            self._on = at
            self.pointed.emit(at)

    def _in_text(self, at: QPointF) -> QPointF:
        return at + QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
