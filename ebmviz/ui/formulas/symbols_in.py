"""The symbols in the formulas of a text: which there are, and where they were drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from ebmviz.core.symbols.written import NONE, Names
from ebmviz.ui.formulas.inline import Inline

NEAR = 2.0  # around a symbol, in pixels


def every(pictures: Inline) -> list[Names]:
    """Each symbol once, in the order of the text."""
    found = (names for each in pictures.pieces.values() for names, _ in each.symbols())
    return list(dict.fromkeys(found))


def at(pictures: Inline, place: QPointF) -> Names:
    """The one at a place of the text."""
    for name, area in pictures.places.items():
        piece = pictures.pieces.get(name)
        if piece and _wider(area).contains(place):
            base = area.topLeft() + QPointF(0, piece.extent()[1])
            return nearest(piece.symbols(), place - base)
    return NONE


def nearest(symbols: list[tuple[Names, QRectF]], here: QPointF) -> Names:
    """The one there, the nearest where two are."""
    near = [(_far(box, here), names) for names, box in symbols if _wider(box).contains(here)]
    return min(near, key=_distance, default=(0.0, NONE))[1]


def of(pictures: Inline, lit: Names) -> dict[str, list[QRectF]]:
    """Where those are that share a name, by piece."""
    return {
        name: [box for names, box in piece.symbols() if names & lit]
        for name, piece in pictures.pieces.items()
        if any(names & lit for names, _ in piece.drawn.symbols)
    }


def _wider(box: QRectF) -> QRectF:
    return box.adjusted(-NEAR, -NEAR, NEAR, NEAR)


def _distance(found: tuple[float, Names]) -> float:
    return found[0]


def _far(box: QRectF, place: QPointF) -> float:
    away = box.center() - place
    return float(QPointF.dotProduct(away, away))
