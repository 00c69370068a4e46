"""The one-way street: store → engine → frame → views."""

from __future__ import annotations

import time

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from ebmviz.core import protocol
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures import cross_section, loss_curve
from ebmviz.figures.figure import Shot
from ebmviz.ui.engine_client import EngineClient
from ebmviz.ui.landscape_view import LandscapeView
from ebmviz.ui.lens_card import LensCard
from ebmviz.ui.plot_card import PlotCard
from ebmviz.ui.store import Store

_SIDE_EVERY = 4  # while training, each side card is redrawn with every fourth frame

_PATIENCE_MS = 200
_STALE_EVERY_S = 0.04  # a drag that outruns the engine still shows where it has been


class Stage(QObject):
    """Sends every scene to the engine, and draws every frame that comes back.

    drawn(Shot, Frame) follows each frame that was put on the screen. slow is sent when the
    engine takes so long over a scene that a person would wonder.
    """

    drawn = Signal(object, object)
    slow = Signal()

    def __init__(self, store: Store, client: EngineClient, landscape: LandscapeView) -> None:
        super().__init__()
        self.store, self.client, self.landscape = store, client, landscape
        self.section = PlotCard(cross_section.FIGURE, lines=2)
        self.lens = LensCard()
        self.loss = PlotCard(loss_curve.FIGURE)
        self.side = (self.section, self.lens, self.loss)
        self.shot: Shot | None = None
        self.accepted: Scene | None = None  # the last that the engine has shown
        self._sent: dict[int, Scene] = {}
        self._asked: dict[int, Scene] = {}
        self._count = 0
        self._next_stale = 0.0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._wonder)
        store.changed.connect(self._scene_changed)
        client.framed.connect(self._frame_came)
        landscape.reframed.connect(self.send)

    def send(self) -> None:
        """The scene as the window shows it: its window fills the drawing area."""
        scene, needs = self._shown()
        generation = self.client.set_scene(scene, needs)
        self._sent[generation] = scene
        self._asked[generation] = self.store.scene
        if self.client.ready and not self._patience.isActive():
            self._patience.start()

    def adopt(self, kept: object) -> None:
        """Tell the engine of another document."""
        scene, needs = self._shown()
        self.client.adopt(scene, needs, kept)  # type: ignore[arg-type]
        self.accepted = None
        self._sent = {self.client.generation: scene}
        self._asked = {self.client.generation: self.store.scene}

    def _shown(self) -> tuple[Scene, tuple[str, ...]]:
        scene, view = self.store.scene, self.store.scene.view
        values = {**scene.values, "view.window": self.landscape.framed(view)}
        needs = dict.fromkeys(self.landscape.needs(view))
        for card in self.side:
            needs |= dict.fromkeys(card.figure.needs)
        return msgspec.structs.replace(scene, values=values), tuple(needs)

    def _scene_changed(self, old: Scene, new: Scene, affects: int) -> None:
        self.landscape.show_view(new.view)
        self.lens.show_view(new.view)
        if affects == Affects.BUILD:
            self.client.forget()
        if affects > Affects.NOTHING:
            self.send()

    def _frame_came(self, snapshot: Snapshot, frame: protocol.Frame) -> None:
        # The engine measures the next frame while this one is painted.
        self.client.grant()
        scene = self._sent.get(snapshot.generation)
        now = time.perf_counter()
        stale = snapshot.generation < self.client.generation and now < self._next_stale
        if scene is None or stale:
            return  # of a document that is gone, or soon replaced by the answer
        self._next_stale = now + _STALE_EVERY_S
        if snapshot.generation == self.client.generation:
            self._patience.stop()
        for old in [g for g in self._sent if g < snapshot.generation]:
            del self._sent[old]
            self._asked.pop(old, None)
        self.accepted = self._asked.get(snapshot.generation, self.accepted)
        self.shot = Shot(scene, snapshot)
        self.landscape.show_shot(self.shot)
        self.drawn.emit(self.shot, frame)
        # The side comes after the map has been painted: two short pauses, not one long one.
        QTimer.singleShot(0, lambda: self._show_side(frame.playing))

    def _wonder(self) -> None:
        if self.client.alive:  # a lost engine is not slow, and a closed window does not wait
            self.slow.emit()

    def _show_side(self, playing: bool) -> None:
        if not self.client.alive:
            return
        self._count += 1
        for i, card in enumerate(self.side):
            if self.shot and (not playing or self._count % _SIDE_EVERY == i):
                card.show_shot(self.shot)
