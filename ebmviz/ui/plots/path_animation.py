"""Paths of descents grow from their starts when they are new, and stand while training."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ebmviz.core.plot import Curve, Layer, Plot
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers.descents import END, PATH

SECONDS = 0.8
_TICK_MS = 16


class Growth(QObject):
    """Says how much of the paths is shown; `ticked` when that has changed."""

    ticked = Signal()

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._shot: Shot | None = None
        self._began = self._changed = -1e9
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def share(self) -> float:
        """The part of the paths that is shown, 0 to 1."""
        return min(1.0, max(0.0, (self._clock() - self._began) / SECONDS))

    def follow(self, shot: Shot) -> None:
        """A new frame: its paths grow if they start elsewhere than the last frame's, of the same
        step. Starts that move on and on, under a drag, are shown with whole paths.
        """
        old, self._shot = self._shot, shot
        if old is None or _same_starts(old, shot):
            return
        now = self._clock()
        calm = now - self._changed > SECONDS
        self._changed = now
        still = old.snapshot.step == shot.snapshot.step
        if calm and still and shot.snapshot.has("descent_path"):
            self._began = now
            self._timer.start()
        else:
            self._began = -1e9

    def of(self, plot: Plot) -> Plot:
        """The plot with its paths as far as they have grown."""
        share = self.share
        if share >= 1:
            return plot
        layers = [_grown(layer, share) for layer in plot.layers if _key(layer) != END]
        return msgspec.structs.replace(plot, layers=tuple(layers))

    def _tick(self) -> None:
        if self.share >= 1:
            self._timer.stop()
        self.ticked.emit()


def _key(layer: Layer) -> str:
    return str(getattr(layer, "key", ""))


def _same_starts(old: Shot, new: Shot) -> bool:
    a, b = old.snapshot.arrays.get("descent_start"), new.snapshot.arrays.get("descent_start")
    if a is None or b is None:
        return a is b
    return old.scene.view.inference == new.scene.view.inference and np.array_equal(a, b)


def _grown(layer: Layer, share: float) -> Layer:
    if not isinstance(layer, Curve) or layer.key != PATH:
        return layer
    x, y = grown(np.stack([layer.x, layer.y], 1), share).T
    return msgspec.structs.replace(layer, x=x, y=y)


def grown(line: Array, share: float) -> Array:
    """The first `share` of the length of each piece of a line (M, 2) that NaN breaks."""
    pieces = []
    for piece in np.split(line, np.isnan(line[:, 0]).nonzero()[0] + 1):
        places = piece[~np.isnan(piece[:, 0])]
        if not len(places):
            continue
        along = np.append(0.0, np.hypot(*np.diff(places, axis=0).T).cumsum())
        here = share * along[-1]
        tip = [np.interp(here, along, places[:, axis]) for axis in (0, 1)]
        pieces += [places[along < here], [tip], [[np.nan, np.nan]]]
    return np.concatenate(pieces) if pieces else line
