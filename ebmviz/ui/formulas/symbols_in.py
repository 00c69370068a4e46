"""The symbols in the formulas of a text: which there are, and where they were drawn."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSizeF

from ebmviz.core.symbols import latex as symbols
from ebmviz.core.symbols.written import NONE, Names
from ebmviz.ui.formulas.formula import symbol_boxes
from ebmviz.ui.formulas.inline import Inline

_NEAR = 2.0  # around a symbol, in pixels


class _Drawn(NamedTuple):
    latex: str
    size: float
    start: QPointF  # of its middle's left end, in its picture
    share: float

    def boxes(self) -> list[tuple[Names, QRectF]]:
        """Of its picture."""
        return [
            (names, self._scaled(box.translated(self.start)))
            for names, box in symbol_boxes(self.latex, self.size)
        ]

    def _scaled(self, box: QRectF) -> QRectF:
        return QRectF(box.topLeft() * self.share, QSizeF(box.size() * self.share))


class SymbolsIn:
    """Where symbols are is learned formula by formula: to typeset one again takes milliseconds."""

    def __init__(self, pictures: Inline) -> None:
        self._pictures = pictures
        self._drawn: dict[str, _Drawn] = {}
        self._boxes: dict[str, list[tuple[Names, QRectF]]] = {}

    def forget(self) -> None:
        """Another text comes."""
        self._drawn.clear()
        self._boxes.clear()
        self._pictures.forget()

    def add(self, name: str, latex: str, size: float, start: QPointF, share: float) -> None:
        """A formula, or a piece of one, in a picture."""
        self._drawn[name] = _Drawn(latex, size, start, share)

    @property
    def every(self) -> list[Names]:
        """Each symbol once, in the order of the text."""
        found = (s.names for each in self._drawn.values() for s in symbols.symbols(each.latex))
        return list(dict.fromkeys(found))

    def at(self, place: QPointF) -> Names:
        """The one at a place of the text, the nearest where two are."""
        for name, area in self._pictures.places.items():
            if name in self._drawn and _wider(area).contains(place):
                here = place - area.topLeft()
                self.learn(name)
                near = [
                    (_far(box, here), n)
                    for n, box in self._boxes[name]
                    if _wider(box).contains(here)
                ]
                return min(near, key=lambda each: each[0], default=(0.0, NONE))[1]
        return NONE

    def of(self, lit: Names) -> dict[str, list[QRectF]]:
        """Where those are that share a name, by picture, as far as that was learned."""
        return {
            name: [box for names, box in self._boxes[name] if names & lit]
            for name in self._having(lit)
            if name in self._boxes
        }

    def unknown(self, lit: Names) -> str | None:
        """A picture that has such a symbol, of which it was not learned where."""
        return next((name for name in self._having(lit) if name not in self._boxes), None)

    def learn(self, name: str) -> None:
        """Where the symbols of a picture are."""
        if name not in self._boxes:
            self._boxes[name] = self._drawn[name].boxes()

    def _having(self, lit: Names) -> list[str]:
        return [
            name
            for name, drawn in self._drawn.items()
            if any(each.names & lit for each in symbols.symbols(drawn.latex))
        ]


def _wider(box: QRectF) -> QRectF:
    return box.adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR)


def _far(box: QRectF, at: QPointF) -> float:
    away = box.center() - at
    return float(QPointF.dotProduct(away, away))
