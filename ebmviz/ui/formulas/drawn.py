"""A formula in LaTeX as outlines: sharp in every size, on every screen and in every colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QRawFont, QTransform

from ebmviz.core.formulas.laid import SHAPED, UNIT, Glyph, Laid, font, laid
from ebmviz.core.symbols import latex as symbols
from ebmviz.core.symbols.written import Names

_PART = re.compile(r"([MLQCZ])([^MLQCZ]*)")


class Drawn(NamedTuple):
    """A formula or a piece of one. ink: around it, from the beginning of the base line to the right
    and down, for letters of UNIT; symbols: the names of each, and where it is.
    """

    outline: QPainterPath
    ink: QRectF
    symbols: tuple[tuple[Names, QRectF], ...]

    def paint(self, painter: QPainter, at: QPointF, size: float, color: QColor) -> None:
        """With letters of this size, its ink beginning at a place of the base line."""
        share = size / UNIT
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(at)
        painter.scale(share, share)
        painter.translate(-self.ink.left(), 0)
        painter.fillPath(self.outline, color)
        painter.restore()

    def around(self, size: float) -> QRectF:
        """The ink, from the place that it begins at."""
        return _scaled(self.ink.translated(-self.ink.left(), 0), size)

    def places(self, size: float) -> list[tuple[Names, QRectF]]:
        """Of its symbols, from there."""
        left = -self.ink.left()
        return [(names, _scaled(box.translated(left, 0), size)) for names, box in self.symbols]


def drawn(latex: str) -> Drawn | None:
    """The whole; None where it cannot be read."""
    return part(latex, 0, len(levels(latex)))


def levels(latex: str) -> tuple[int, ...]:
    """Of the breaks that its pieces begin with; none where it cannot be read."""
    found = _laid(latex)
    return found.levels if found else ()


@lru_cache(1024)
def part(latex: str, start: int, end: int) -> Drawn | None:
    """Some pieces of it; None where nothing is of them."""
    formula = _laid(latex)
    if formula is None:
        return None
    whole = QPainterPath()
    whole.setFillRule(Qt.FillRule.WindingFill)
    boxes: dict[int, QRectF] = {}
    for each in formula.glyphs:
        if start <= each.piece < end:
            path = _placed(each, formula.shapes)
            whole.addPath(path)
            boxes[each.symbol] = boxes.get(each.symbol, QRectF()).united(path.boundingRect())
    for bar in formula.bars:
        if start <= bar.piece < end:
            rect = QRectF(bar.x, bar.y, bar.width, bar.height)
            whole.addRect(rect)
            boxes[bar.symbol] = boxes.get(bar.symbol, QRectF()).united(rect)
    if whole.isEmpty():
        return None
    found = symbols.symbols(latex)
    told = ((found[n].names, box) for n, box in sorted(boxes.items(), key=_first) if n >= 0)
    return Drawn(whole, whole.boundingRect(), tuple(told))


@lru_cache(1024)
def _laid(latex: str) -> Laid | None:
    return laid(latex)


def _placed(glyph: Glyph, shapes: Mapping[int, str]) -> QPainterPath:
    shape = shapes.get(glyph.number)
    share = glyph.scale / (UNIT if shape is None else SHAPED)
    path = _glyph(glyph.number) if shape is None else _shaped(shape)
    return QTransform(share, 0, 0, share, glyph.x, glyph.y).map(path)


def _shaped(shape: str) -> QPainterPath:
    path = QPainterPath()
    for kind, numbers in _PART.findall(shape):
        x = [float(n) for n in numbers.split()]
        match kind:
            case "M":
                path.moveTo(*x)
            case "L":
                path.lineTo(*x)
            case "Q":
                path.quadTo(*x)
            case "C":
                path.cubicTo(*x)
            case _:
                path.closeSubpath()
    return path


def _first(numbered: tuple[int, QRectF]) -> int:
    return numbered[0]


@lru_cache(1024)
def _glyph(number: int) -> QPainterPath:
    return _font().pathForGlyph(number)


@cache
def _font() -> QRawFont:
    unhinted = QFont.HintingPreference.PreferNoHinting
    return QRawFont(QByteArray(font()), float(UNIT), unhinted)


def _scaled(box: QRectF, size: float) -> QRectF:
    share = size / UNIT
    return QRectF(box.left() * share, box.top() * share, box.width() * share, box.height() * share)
