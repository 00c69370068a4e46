"""Where one of two views of the same figure has what the other has at a place."""

from __future__ import annotations

from collections.abc import Sequence

from pyqtgraph import ViewBox
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QGraphicsView, QWidget

Pairs = Sequence[tuple[QWidget, QWidget]]


def found(at: QPoint, pairs: Pairs, within: QWidget) -> QPointF | None:
    """A place on the screen, in the second widget of the pair that it is over, seen from `within`:
    the same of the axes, where it is between them.
    """
    for here, there in pairs:
        if here.isVisible() and there.isVisible():
            place = here.mapFromGlobal(at)
            if here.rect().contains(place):
                return QPointF(there.mapTo(within, _in(place, here, there)))
    return None


def _in(place: QPoint, here: QWidget, there: QWidget) -> QPoint:
    for plot, same in zip(_plots(here), _plots(there), strict=False):
        inside = plot.mapFrom(here, place)
        if plot.rect().contains(inside):
            return same.mapTo(there, _on_plot(inside, plot, same))
    return _scaled(place, here, there)


def _on_plot(place: QPoint, plot: QGraphicsView, same: QGraphicsView) -> QPoint:
    scene = plot.mapToScene(place)
    for box, other in zip(_boxes(plot), _boxes(same), strict=False):
        if box.sceneBoundingRect().contains(scene):
            return same.mapFromScene(other.mapViewToScene(box.mapSceneToView(scene)))
    return _scaled(place, plot, same)


def _plots(widget: QWidget) -> list[QGraphicsView]:
    return [view for view in widget.findChildren(QGraphicsView) if view.isVisible()]


def _boxes(view: QGraphicsView) -> list[ViewBox]:
    return [item for item in view.items() if isinstance(item, ViewBox)]


def _scaled(place: QPoint, here: QWidget, there: QWidget) -> QPoint:
    x = place.x() * there.width() / max(1, here.width())
    y = place.y() * there.height() / max(1, here.height())
    return QPoint(round(x), round(y))
