"""Pictures of formulas in a line of text: on its base line, and in the gaps between the lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QImage,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextImageFormat,
)

from ebmviz.ui.look import theme

_ABOVE, _BELOW = (QTextFormat.Property.UserProperty.value + i for i in range(2))
_STRUT, _OBJECT = QTextFormat.ObjectTypes.UserObject.value + 1, "\ufffc"
_FALL = 0.28  # of the gap between lines: no letter goes deeper, powers and accents go higher
_OUT, _ROUND = 2, 4  # of the ground of what is lit, around it
_PICTURE = QTextDocument.ResourceType.ImageResource


def width_of(words: str) -> float:
    """Of words that stand at a picture."""
    return QFontMetricsF(theme.font("body")).horizontalAdvance(words)


def flanked(image: QImage, base: float, opening: str, closing: str) -> QImage:
    """The picture between letters of the text, which stand so far below its middle."""
    font, ratio = theme.font("body"), image.devicePixelRatio()
    letters = QFontMetricsF(font)
    before, after = width_of(opening), width_of(closing)
    wide, high = image.width() / ratio, image.height() / ratio
    half = max(high / 2, letters.height())
    made = QImage(
        math.ceil((before + wide + after) * ratio),
        math.ceil(2 * half * ratio),
        QImage.Format.Format_ARGB32,
    )
    made.fill(Qt.GlobalColor.transparent)
    made.setDevicePixelRatio(ratio)
    painter = QPainter(made)
    painter.setFont(font)
    painter.setPen(theme.tint("text"))
    middle = made.height() / ratio / 2
    painter.drawText(QPointF(0, middle + base), opening)
    painter.drawImage(QPointF(before, middle - high / 2), image)
    painter.drawText(QPointF(before + wide, middle + base), closing)
    painter.end()
    return made


class Inline(QPyTextObject):
    """Draws the pictures of a document. Qt stands them on the base line, and has a height alone: it
    is told the least at which the line and the gap above it hold the picture. Behind a deep one a
    strut, of no width, makes the line as deep: of that Qt has half above and half below the middle.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._line = self._fall = self._ascent = self._descent = 0.0
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
        """How far a picture may go below its line."""
        return self._fall

    @property
    def places(self) -> Mapping[str, QRectF]:
        """Where pictures are, by name, as far as they were drawn."""
        return self._places

    @property
    def lit(self) -> bool:
        """Whether anything has a ground."""
        return bool(self._grounds)

    def forget(self) -> None:
        """Another text comes."""
        self._places.clear()

    def light(self, grounds: Mapping[str, Sequence[QRectF]], color: QColor) -> None:
        """Areas of pictures that are drawn on a ground of this colour."""
        self._grounds, self._ground = grounds, color

    def insert(self, cursor: QTextCursor, form: QTextImageFormat, above: float) -> None:
        """A picture that goes so far above the base line."""
        below = form.height() - above - self._fall
        form.setProperty(_ABOVE, above)
        form.setProperty(_BELOW, below)
        cursor.insertImage(form)
        if below > self._descent:
            strut = QTextCharFormat()
            strut.setObjectType(_STRUT)
            strut.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
            strut.setProperty(_BELOW, below)
            cursor.insertText(_OBJECT, strut)

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
        document: QTextDocument,
        _at: int,
        form: QTextFormat,
    ) -> None:
        picture, rect = form.toImageFormat(), QRectF(rect)
        image = document.resource(_PICTURE, QUrl(picture.name()))
        if isinstance(image, QImage):
            corner = QPointF(rect.left(), rect.bottom() - form.doubleProperty(_ABOVE))
            place = QRectF(corner, QSizeF(picture.width(), picture.height()))
            self._places[picture.name()] = place
            self._underlay(painter, picture.name(), corner)
            painter.drawImage(place, image)

    def _underlay(self, painter: QPainter, name: str, corner: QPointF) -> None:
        lit = self._grounds.get(name, ())
        if not lit:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        out, round_ = theme.px(_OUT), theme.px(_ROUND)
        for each in lit:
            around = each.translated(corner).adjusted(-out, -out, out, out)
            painter.drawRoundedRect(around, round_, round_)
        painter.restore()
