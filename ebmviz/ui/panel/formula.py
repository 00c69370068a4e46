"""The formula of a card, typeset in as many lines as it takes; words where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ebmviz.core import markup
from ebmviz.core.formulas.laid import holds, laid
from ebmviz.core.language.said import said
from ebmviz.core.symbols.to_latex import to_latex
from ebmviz.core.symbols.written import Names
from ebmviz.ui.controls.text import Text
from ebmviz.ui.formulas.broken import lines
from ebmviz.ui.formulas.drawn import Drawn
from ebmviz.ui.formulas.inline import underlay
from ebmviz.ui.formulas.symbols_in import nearest
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import NOTHING, Pointed
from ebmviz.ui.pointing.subject import GROUND

_LARGER = 1.16  # than words of this kind
_INDENT, _APART, _ABOVE, _BELOW = 14, 4, 13, 5
"""Of lines that go on; between lines; and the least that a line takes above and below its base."""
_BRACKET = re.compile(
    r"‖[^‖]{1,28}‖|[(\[‖|][^()\[\]‖|]{1,24}[)\]‖|]|\([^()]{0,12}\([^()]{1,8}\)[^()]{0,12}\)"
)
_OPERATOR = re.compile(r" ([+−=←]) ")
_RELATION = re.compile(r" ([~∈|]) ")


class Placed(NamedTuple):
    """A line, and where it begins on its base."""

    drawn: Drawn
    at: QPointF
    size: float


class Formula(Text):
    """In our notation. pointed(Pointed): the mouse is on a symbol, or no more."""

    pointed = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__(kind="math", tone="muted")
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._latex = ""  # empty where it cannot be typeset
        self._on = self._at = NOTHING

    def show_formula(self, formula: str) -> None:
        """Another formula."""
        self.write(breakable(formula))
        self.setAccessibleName(markup.to_plain(formula))
        spoken = said(formula)
        found = laid(to_latex(spoken)) if formula else None
        self._latex = to_latex(spoken) if found and holds(found, spoken) else ""
        self._point(NOTHING)
        self.updateGeometry()
        self.update()

    @property
    def typeset(self) -> bool:
        """Whether it is."""
        return bool(self._latex)

    def symbols(self) -> list[tuple[Names, QRectF]]:
        """Each, and where it is."""
        return [
            (names, box.translated(line.at))
            for line in self._lines(self.width())
            for names, box in line.drawn.places(line.size)
        ]

    def shown(self) -> list[Placed]:
        """Its lines."""
        return list(self._lines(self.width()))

    def size_of_letters(self) -> float:
        """Where there is room."""
        return _LARGER * theme.px(theme.SIZES["math"])

    def lit_areas(self) -> list[QRectF]:
        """Of what is lit."""
        return [box for names, box in self.symbols() if names & self._at.names]

    def light(self, at: Pointed) -> None:
        super().light(at)
        if at != self._at:
            self._at = at
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._high(width) if self._latex else super().heightForWidth(width)

    def sizeHint(self) -> QSize:
        return QSize(1, self._high(self.width())) if self._latex else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(1, self._high(1 << 15)) if self._latex else super().minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._latex:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        underlay(painter, self.lit_areas(), theme.tint("accent", GROUND))
        for line in self._lines(self.width()):
            line.drawn.paint(painter, line.at, line.size, theme.tint("muted"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(Pointed(nearest(self.symbols(), event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(NOTHING)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._point(NOTHING)

    def _point(self, at: Pointed) -> None:
        if at != self._on:
            self._on = at
            self.pointed.emit(at)

    def _high(self, width: int) -> int:
        *_, last = self._lines(width)
        return round(last.at.y() + _deep(last) + 0.499)

    def _lines(self, width: int) -> Iterator[Placed]:
        """Made smaller where a piece alone has no room."""
        size, top = self.size_of_letters(), 0.0
        for line in lines(self._latex, size, width, theme.px(_INDENT)):
            indent = 0 if line.begins else theme.px(_INDENT)
            wide = line.drawn.around(size).width()
            fits = size * min(1.0, max(1.0, width - indent) / wide)
            high = max(float(theme.px(_ABOVE)), -line.drawn.around(fits).top())
            placed = Placed(line.drawn, QPointF(indent, round(top + high)), fits)
            yield placed
            top = placed.at.y() + _deep(placed) + theme.px(_APART)


def _deep(line: Placed) -> float:
    return max(float(theme.px(_BELOW)), line.drawn.around(line.size).bottom())


def breakable(formula: str) -> str:
    """The formula as words, with line breaks left only where a reader would make them.

    That is outside short brackets, before an operator rather than after it, and nowhere in a ratio.
    """
    closed = _BRACKET.sub(lambda m: m[0].replace(" ", "\u00a0"), formula)
    closed = closed.replace("/", "/\N{WORD JOINER}")
    closed = _RELATION.sub(lambda m: f"\u00a0{m[1]}\u00a0", closed)
    return _OPERATOR.sub(lambda m: f" {m[1]}\u00a0", closed)
