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
from ebmviz.ui.engine_client import EngineClient, Needs
from ebmviz.ui.landscape_view import LandscapeView
from ebmviz.ui.lens_card import LensCard
from ebmviz.ui.plot_card import PlotCard
from ebmviz.ui.store import Store

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
        self.side: tuple[PlotCard, ...] = (self.section, self.lens, self.loss)
        self.shot: Shot | None = None  # on the screen; without some of the side while training
        self.whole: Shot | None = None  # the last that holds everything
        self._turns = True
        self.accepted: Scene | None = None  # the last that the engine has shown
        self._sent: dict[int, Scene] = {}
        self._asked: dict[int, Scene] = {}
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
        scene, needs, beside = self._shown()
        generation = self.client.set_scene(scene, needs, beside)
        self._sent[generation] = scene
        self._asked[generation] = self.store.scene
        if self.client.ready and not self._patience.isActive():
            self._patience.start()

    def adopt(self, kept: object) -> None:
        """Tell the engine of another document."""
        scene, needs, beside = self._shown()
        self.client.adopt(scene, needs, beside, kept)  # type: ignore[arg-type]
        self.accepted = self.whole = None
        self._sent = {self.client.generation: scene}
        self._asked = {self.client.generation: self.store.scene}

    def take_turns(self, on: bool) -> None:
        """While training, whether the side cards may take turns, or each frame is whole."""
        self._turns = on
        self.send()

    def _shown(self) -> tuple[Scene, Needs, tuple[Needs, ...]]:
        scene, view = self.store.scene, self.store.scene.view
        values = {**scene.values, "view.window": self.landscape.framed(view)}
        shown = msgspec.structs.replace(scene, values=values)
        needs = self.landscape.needs(view)
        # The last turn is the map's alone: fifteen pictures a second are plenty for the side.
        beside = (*(card.figure.needs for card in self.side if card.figure.fits(scene)), ())
        if self._turns:
            return shown, needs, beside
        return shown, tuple(dict.fromkeys(sum(beside, needs))), ()

    def _scene_changed(self, old: Scene, new: Scene, affects: int) -> None:
        for card in self.side:
            card.setVisible(card.figure.fits(new))
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
        # Another picture of what is on the screen would delay the answer that is awaited.
        old = self.shot is not None and snapshot.generation <= self.shot.snapshot.generation
        stale = old and snapshot.generation < self.client.generation and now < self._next_stale
        if scene is None or stale:
            return  # of a document that is gone, or soon replaced by the answer
        self._next_stale = now + _STALE_EVERY_S
        if snapshot.generation == self.client.generation:
            self._patience.stop()
        for sent in [g for g in self._sent if g < snapshot.generation]:
            del self._sent[sent]
            self._asked.pop(sent, None)
        self.accepted = self._asked.get(snapshot.generation, self.accepted)
        shot = self.shot = Shot(scene, snapshot)
        fitting = [card for card in self.side if card.figure.fits(scene)]
        cards = [card for card in fitting if set(card.figure.needs) <= set(frame.needs)]
        if len(cards) == len(fitting):
            self.whole = shot
        self.landscape.show_shot(shot)
        self.drawn.emit(shot, frame)
        # The side comes after the map has been painted: two short pauses, not one long one.
        QTimer.singleShot(0, lambda: self._show_side(shot, cards))

    def _wonder(self) -> None:
        if self.client.alive:  # a lost engine is not slow, and a closed window does not wait
            self.slow.emit()

    def _show_side(self, shot: Shot, cards: list[PlotCard]) -> None:
        if self.client.alive:
            for card in cards:
                card.show_shot(shot)
