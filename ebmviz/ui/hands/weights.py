"""Weights that have a place on the map, to be taken and moved."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QTimer
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ebmviz.core.scene import Scene
from ebmviz.core.view import hidden
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers.manifold import GROUP
from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import FADED
from ebmviz.ui.plots.handles import Handle
from ebmviz.ui.plots.strokes import rim
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.store import Store

NEED = "placed"
_TICK_MS = 33
_CATCH = 13.0  # pixels on either side
_DID = "moved a weight"


class WeightHandle(Handle):
    """A square at each of them; `grip` is the number of the one that is being dragged."""

    def __init__(self) -> None:
        super().__init__(0)
        self.setZValue(999)  # the probe and the cut lie above
        tips.give(self, "Weight: drag it to see F change; undo brings it back")

    @property
    def gripped(self) -> int | None:
        """Which is being dragged."""
        return self._grip

    def boundingRect(self) -> QRectF:
        return super().boundingRect() if len(self.at) else QRectF()

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        wide, high = (_CATCH * size for size in self.pixel())
        for x, y in self.at.tolist():
            path.addRect(x - wide, y - high, 2 * wide, 2 * high)
        return path

    def grip(self, pos: QPointF) -> int | None:
        return super().grip(pos) if len(self.at) else None

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        places = self.in_pixels(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = theme.px(8 if self._hover else 7)
        width = theme.thick(1.6)
        for pen in (
            QPen(rim(theme.current(), 255), width + 2),
            QPen(theme.tint("manifold"), width),
        ):
            painter.setPen(pen)
            for x, y in places.tolist():
                painter.drawRect(QRectF(x - half, y - half, 2 * half, 2 * half))


class Weights(QObject):
    """Drags them: one entry of undo each, which brings the weights back."""

    def __init__(self, store: Store, client: EngineClient, shown: Callable[[Scene], bool]) -> None:
        """shown(scene): whether there is a map to drag them on."""
        super().__init__()
        self._store, self._client, self._shown = store, client, shown
        self.handle = WeightHandle()
        self._to: tuple[int, tuple[float, float]] | None = None  # on its way
        self._drags = False
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._send)
        self.handle.tell.moved.connect(self._moved)
        store.changed.connect(lambda _, new, __: self.show_scene(new))
        self.show_scene(store.scene)

    def show_scene(self, scene: Scene) -> None:
        """Only where there are some, and their layer is not hidden."""
        away = GROUP.name in hidden.names(scene.view.hidden)
        self.handle.setVisible(NEED in scene.facts and self._shown(scene) and not away)

    def point_out(self, name: str) -> None:
        """They fade while another layer is pointed out."""
        self.handle.setOpacity(1.0 if name in ("", GROUP.name) else FADED)

    def show_shot(self, shot: Shot) -> None:
        """Where they are; nowhere while a past step is looked at, whose weights are not moved."""
        arrays, metrics = shot.snapshot.arrays, shot.snapshot.metrics
        if self._drags or NEED not in arrays:
            return
        now = shot.snapshot.step == metrics.get("last_step")
        places = np.asarray(arrays[NEED], float) if now else np.empty((0, 2))
        self.handle.place(tuple(places.ravel().tolist()))

    def _moved(self, at: tuple[float, ...], done: bool) -> None:
        number = self.handle.gripped
        if number is None:
            return
        if not self._drags:
            self._drags = True
            self._store.mark(name=_DID, by_hand=True)
            self._client.grip()
        self._to = number, (at[2 * number], at[2 * number + 1])
        if done:
            self._tick.stop()
            self._send()
            self._drags = False
            self._client.fetch()
        elif not self._tick.isActive():
            self._tick.start()

    def _send(self) -> None:
        if self._to:
            self._client.move_weight(*self._to)
            self._to = None
