"""The mark that the mouse rests on, and the symbol that it shows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QTimer, Signal

from ebmviz.core.plot import Bars, Curve, Layer, Points, Rule, Segments
from ebmviz.core.snapshot import Array
from ebmviz.core.symbols.drawn import shown
from ebmviz.ui.plots.canvas import Canvas
from ebmviz.ui.pointing.pointing import NOTHING, Pointed

_NEAR = 5.0  # pixels from a line, and from the edge of a mark
_PAUSE_MS = 100


class Under(QObject):
    """Of one canvas. told(Pointed): texts and legends light up, the picture stays as it is. Nothing
    is looked for while the mouse moves.
    """

    told = Signal(object)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._at: QPointF | None = None
        self._on = NOTHING
        self._rests = QTimer(self)
        self._rests.setSingleShot(True)
        self._rests.setInterval(_PAUSE_MS)
        self._rests.timeout.connect(self._look)
        canvas.scene().sigMouseMoved.connect(self._moved)
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Leave, QEvent.Type.Hide):
            self._moved(None)
        return super().eventFilter(watched, event)

    def _moved(self, at: QPointF | None) -> None:
        self._at = at
        self._rests.start()

    def _look(self) -> None:
        found = self._found(self._at) if self._at is not None else NOTHING
        if found != self._on:
            self._on = found
            self.told.emit(found)

    def _found(self, at: QPointF) -> Pointed:
        view = self._canvas.view
        if not view.sceneBoundingRect().contains(at):
            return NOTHING
        place, pixel = view.mapSceneToView(at), view.viewPixelSize()
        for layer in reversed(self._canvas.layers):
            if (names := shown(layer)) and far(layer, (place.x(), place.y()), pixel) <= _NEAR:
                return Pointed(names, by_control=True)
        return NOTHING


def far(layer: Layer, at: tuple[float, float], pixel: tuple[float, float]) -> float:
    """Pixels from a place to the nearest mark of a layer."""
    x, y = at
    match layer:
        case Curve():
            line = _pixels(np.column_stack([layer.x, layer.y]), at, pixel)
            return _to_lines(line[:-1], line[1:])
        case Segments():
            return _to_lines(*(_pixels(e, at, pixel) for e in (layer.start, layer.end)))
        case Points():
            places = _pixels(np.column_stack([layer.x, layer.y]), at, pixel)
            return _least(np.hypot(*places.T)) - layer.size / 2
        case Bars():
            beside = np.abs(np.asarray(layer.x, float) - x) <= layer.width / 2
            within = beside & (y >= 0) & (y <= np.asarray(layer.height, float))
            return 0.0 if within.any() else np.inf
        case Rule():
            return abs(layer.at - (x if layer.axis == "x" else y)) / pixel[layer.axis == "y"]
    return np.inf


def _pixels(places: Array, at: tuple[float, float], pixel: tuple[float, float]) -> Array:
    """Places (N, 2) as pixels from a place."""
    return np.asarray((np.asarray(places, float) - at) / pixel)


def _to_lines(start: Array, end: Array) -> float:
    """From the origin to the nearest of some lines (N, 2) to (N, 2)."""
    along = end - start
    length = np.einsum("ij,ij->i", along, along)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(-np.einsum("ij,ij->i", start, along) / length, 0.0, 1.0)
    foot = start + np.where(length > 0, share, 0.0)[:, None] * along
    return _least(np.hypot(*foot.T))


def _least(far: Array) -> float:
    known = far[np.isfinite(far)]
    return float(known.min()) if known.size else np.inf
