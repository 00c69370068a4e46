"""Formulas in a line of text: on its base line, and in the gaps between the lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextImageFormat,
)

from ebmviz.core.symbols.written import Names
from ebmviz.ui.formulas.drawn import Drawn
from ebmviz.ui.look import theme

_ABOVE, _BELOW = (QTextFormat.Property.UserProperty.value + i for i in range(2))
_STRUT, OBJECT = QTextFormat.ObjectTypes.UserObject.value + 1, "\ufffc"
_FALL = 0.28  # of the gap between lines: no letter goes deeper, powers and accents go higher
_OUT, _ROUND = 2, 4  # of the ground of what is lit, around it


class Piece(NamedTuple):
    """A formula or a piece of one between punctuation, which keeps to it: Qt may end a line on
    either side. said: what it is in a text without formulas, once of all pieces.
    """

    drawn: Drawn
    size: float
    opening: str
    closing: str
    said: str

    def fitted(self, room: float) -> Piece:
        """No wider than that, where punctuation leaves any room."""
        flanks = _wide(self.opening) + _wide(self.closing)
        wide = self.around.width()
        share = min(1.0, max(0.1, (room - flanks) / wide)) if wide else 1.0
        return self._replace(size=share * self.size)

    @property
    def around(self) -> QRectF:
        """The ink of the formula, from its left end on the base line."""
        return self.drawn.around(self.size)

    def extent(self) -> tuple[float, float, float]:
        """How wide it is, and how far it goes above the base line and below."""
        ink, letters = self.around, QFontMetricsF(theme.font("body"))
        flanks = [letters.tightBoundingRect(each) for each in (self.opening, self.closing) if each]
        above = max(-ink.top(), *(-each.top() for each in flanks), 0.0)
        below = max(ink.bottom(), *(each.bottom() for each in flanks), 0.0)
        return _wide(self.opening) + ink.width() + _wide(self.closing), above, below

    def symbols(self) -> list[tuple[Names, QRectF]]:
        """Where each is, from the piece's left end on the base line."""
        left = _wide(self.opening)
        return [(names, box.translated(left, 0)) for names, box in self.drawn.places(self.size)]

    def paint(self, painter: QPainter, at: QPointF, color: QColor) -> None:
        """From there on the base line."""
        painter.setFont(theme.font("body"))
        painter.setPen(color)
        painter.drawText(at, self.opening)
        at += QPointF(_wide(self.opening), 0)
        self.drawn.paint(painter, at, self.size, color)
        painter.drawText(at + QPointF(self.around.width(), 0), self.closing)


def underlay(painter: QPainter, areas: Sequence[QRectF], color: QColor) -> None:
    """The ground of what is lit."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    out, round_ = theme.px(_OUT), theme.px(_ROUND)
    for each in areas:
        painter.drawRoundedRect(each.adjusted(-out, -out, out, out), round_, round_)
    painter.restore()


def _fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    part = block.begin()
    while not part.atEnd():
        yield part.fragment()
        part += 1


def _cut(text: str, start: int, end: int) -> str:
    """As Qt counts letters."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "ignore")


def _wide(words: str) -> float:
    return QFontMetricsF(theme.font("body")).horizontalAdvance(words) if words else 0.0


class Inline(QPyTextObject):
    """Draws the formulas of a document. Qt stands them on the base line, and has a height alone: it
    is told the least at which the line and the gap above it hold the formula. Behind a deep one a
    strut, of no width, makes the line as deep: of that Qt has half above and half below the middle.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._document = document
        self._line = self._fall = self._ascent = self._descent = 0.0
        self._pieces: dict[str, Piece] = {}
        self._places: dict[str, QRectF] = {}
        self._grounds: Mapping[str, Sequence[QRectF]] = {}
        self._ground = QColor()
        layout = document.documentLayout()
        layout.registerHandler(QTextFormat.ObjectTypes.ImageObject.value, self)
        layout.registerHandler(_STRUT, self)

    def fit(self, font: QFont, line: float) -> None:
        """To lines of such letters, so high."""
        letters = QFontMetricsF(font)
        self._line, self._ascent, self._descent = line, letters.ascent(), letters.descent()
        self._fall = _FALL * max(0.0, line - letters.height())

    @property
    def fall(self) -> float:
        """How far a formula may go below its line."""
        return self._fall

    @property
    def pieces(self) -> Mapping[str, Piece]:
        """By name, in the order of the text."""
        return self._pieces

    @property
    def places(self) -> Mapping[str, QRectF]:
        """Where pieces are, by name, as far as they were drawn: a left end, and a base line."""
        return self._places

    @property
    def lit(self) -> bool:
        """Whether anything has a ground."""
        return bool(self._grounds)

    def forget(self) -> None:
        """Another text comes."""
        self._pieces.clear()
        self._places.clear()

    def light(self, grounds: Mapping[str, Sequence[QRectF]], color: QColor) -> None:
        """Areas of pieces that are drawn on a ground of this colour."""
        self._grounds, self._ground = grounds, color

    def insert(self, cursor: QTextCursor, piece: Piece) -> None:
        """A piece, where the cursor is."""
        name = str(len(self._pieces))
        self._pieces[name] = piece
        wide, above, below = piece.extent()
        form = QTextImageFormat()
        form.setName(name)
        form.setWidth(wide)
        form.setHeight(above + below)
        form.setProperty(_ABOVE, above)
        form.setProperty(_BELOW, below - self._fall)
        cursor.insertImage(form)
        if below - self._fall > self._descent:
            strut = QTextCharFormat()
            strut.setObjectType(_STRUT)
            strut.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
            strut.setProperty(_BELOW, below - self._fall)
            cursor.insertText(OBJECT, strut)

    def widest(self, block: QTextBlock) -> float:
        """How wide the widest piece in it is."""
        forms = (each.charFormat() for each in _fragments(block))
        return max((f.toImageFormat().width() for f in forms if f.isImageFormat()), default=0.0)

    def said(self, start: int, end: int) -> str:
        """A part of the text without pictures, as one would write it there."""
        return "".join(text for _, _, text in self.spoken(start, end))

    def spoken(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """The same by parts: from where, to where."""
        block = self._document.findBlock(start)
        while block.isValid() and block.position() < end:
            if block.position() > start:
                yield block.position() - 1, block.position(), "\n"
            for here in _fragments(block):
                first, last = max(start, here.position()), min(end, here.position() + here.length())
                if first < last:
                    yield first, last, self._in(here, first, last)
            block = block.next()

    def _in(self, fragment: QTextFragment, first: int, last: int) -> str:
        form = fragment.charFormat()
        if form.objectType() == _STRUT:
            return ""
        piece = self._pieces.get(form.toImageFormat().name()) if form.isImageFormat() else None
        at = fragment.position()
        return (
            piece.said
            if piece
            else _cut(fragment.text(), first - at, last - at).replace("\N{WORD JOINER}", "")
        )

    def intrinsicSize(self, _document: QTextDocument, _at: int, form: QTextFormat) -> QSizeF:
        above, below = form.doubleProperty(_ABOVE), form.doubleProperty(_BELOW)
        if form.objectType() == _STRUT:
            small = QFontMetrics(form.toCharFormat().font()).xHeight() / 2
            return QSizeF(0.0, 2 * below + small)
        gap = self._line - max(below, self._descent) - self._fall
        high = above + self._fall if above > gap else min(above, self._ascent)
        return QSizeF(form.toImageFormat().width(), max(1.0, high))

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        _document: QTextDocument,
        _at: int,
        form: QTextFormat,
    ) -> None:
        name = form.toImageFormat().name()
        piece = self._pieces.get(name)
        if piece is None:
            return
        wide, above, below = piece.extent()
        corner = QRectF(rect).bottomLeft()
        self._places[name] = QRectF(corner - QPointF(0, above), QSizeF(wide, above + below))
        lit = self._grounds.get(name, ())
        if lit:
            underlay(painter, [each.translated(corner) for each in lit], self._ground)
        piece.paint(painter, corner, theme.tint("text"))
