"""The one-way street: store → engine → frame → views."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from ebmviz.core import protocol
from ebmviz.core.lanes.of_lab import lab_lanes
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.core.view import compare
from ebmviz.figures import cross_section
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.slots import SLOTS, cards
from ebmviz.ui.controls.card import Card
from ebmviz.ui.loop.turns import Turns
from ebmviz.ui.session.branching import Branching
from ebmviz.ui.session.engine import EngineClient, Needs
from ebmviz.ui.session.keepsake import Keepsake, Keepsakes
from ebmviz.ui.session.store import Store
from ebmviz.ui.views import orbit
from ebmviz.ui.views.landscape_view import LandscapeView
from ebmviz.ui.views.mains import Mains
from ebmviz.ui.views.side_card import SideCard

_PATIENCE_MS = 200
_STALE_EVERY_S = 0.04  # a drag that outruns the engine still shows where it has been


class Stage(QObject):
    """Sends every scene to the engine, and draws every frame that comes back.

    drawn(Shot, Frame) follows each frame that was put on the screen. slow is sent when the
    engine takes so long over a scene that a person would wonder, forgotten when undo has brought a
    scene back without its training.
    """

    drawn = Signal(object, object)
    slow = Signal()
    forgotten = Signal()

    def __init__(self, store: Store, client: EngineClient, landscape: LandscapeView) -> None:
        super().__init__()
        self.store, self.client, self.landscape = store, client, landscape
        self.mains = Mains(landscape)
        self.lab, self.picture = self.mains.lab, self.mains.picture
        self.side = tuple(
            SideCard(slot, cross_section.FIGURE, lambda: self.store.scene) for slot in range(SLOTS)
        )
        self._extra: Needs = ()  # of a figure to be exported, which no card shows
        self._awaited: tuple[Figure, Callable[[Shot], None]] | None = None
        self.shot: Shot | None = None  # on the screen; without some of the side while training
        self.whole: Shot | None = None  # the last that holds everything
        self._turns = True
        self._beside = Turns(self)
        self.accepted: Scene | None = None  # the last that the engine has shown
        self._between = False  # two documents
        self._anew = False  # what changes the scene begins with initial weights
        self._sent: dict[int, Scene] = {}
        self.asked: dict[int, Scene] = {}  # by generation, since the last one shown
        self._next_stale = 0.0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._wonder)
        self._returning: Keepsake | None = None  # what the scene that comes had been trained to
        self._pending: Keepsake | None = None  # the same of the scene that is here, on its way
        store.keepsakes = Keepsakes(client, standing=lambda: self.branching.standing(self._pending))
        self.branching = Branching(store, client)
        self.branching.released.connect(self.send)
        store.returning.connect(self._return)
        store.changed.connect(self._scene_changed)
        client.framed.connect(self._frame_came)
        landscape.reframed.connect(self.send)
        self.mains.compare.reframed.connect(self.send)

    def send(self) -> None:
        """The scene as the window shows it: its window fills the drawing area."""
        if self._between or self.branching.waits:
            return
        scene, needs, rotating = self._shown()
        awaiting = self._pending is not None
        generation = self.client.set_scene(scene, needs, rotating, awaiting)
        self._sent[generation] = scene
        self.asked[generation] = self.store.scene
        self._wait()

    def leave(self) -> None:
        """Another document comes: the engine hears of it once, from `adopt`."""
        self._between, self._pending = True, None

    def adopt(self, kept: object) -> None:
        """Tell the engine of another document."""
        self._between = False
        self.client.branch = self.store.runs.current
        self._tell(kept)
        self.branching.begin(self.store.runs, self.client.kept)
        self.accepted = None

    def begin(self, change: Callable[[], object]) -> None:
        """Make a change to a scene that begins with its initial weights, seen with no others."""
        self._anew = True
        change()
        self._anew = False

    def _tell(self, kept: object) -> None:
        scene, needs, rotating = self._shown()
        self.client.adopt(scene, needs, rotating, kept)  # type: ignore[arg-type]
        self.whole = self._awaited = None
        self._sent = {self.client.generation: scene}
        self.asked = {self.client.generation: self.store.scene}
        self._wait()

    @property
    def returns(self) -> bool:
        """Whether there is a scene of this document to go back to, shown before the newest."""
        waits = not self.shot or self.shot.snapshot.generation < self.client.generation
        return waits and self.accepted is not None

    def give_up(self) -> None:
        """Back to the last scene that was shown, if the newest has not been."""
        if self.returns and self.accepted is not None:
            self.store.withdraw(self.accepted)

    def take_turns(self, on: bool) -> None:
        """While training, whether the side cards may take turns, or each frame is whole."""
        self._turns = on
        if on:
            self._extra, self._awaited = (), None
        self.send()

    def fetch(self, figure: Figure, then: Callable[[Shot], None]) -> None:
        """then(shot) with a frame of now that holds what a figure needs, once there is one.

        Without an engine, the last that does, if there is one.
        """
        now = self.whole is self.shot or not self.client.answers
        if self.whole and now and figure.ready(self.whole):
            then(self.whole)
            return
        self._extra, self._awaited = figure.asks(self.store.scene), (figure, then)
        self.send()

    @property
    def main(self) -> Card:
        """The large view that is shown."""
        return self.mains.shown

    def figures(self, scene: Scene) -> tuple[Figure, ...]:
        """What stands beside the map."""
        return () if self.mains.alone(scene) else cards(scene)

    def _framed(self) -> Scene:
        """The scene as the window shows it."""
        scene = self.store.scene
        values = {**scene.values, "view.window": self.mains.framed(scene)}
        return msgspec.structs.replace(scene, values=values)

    def _shown(self) -> tuple[Scene, Needs, tuple[Needs, ...]]:
        scene, shown = self.store.scene, self._framed()
        needs = tuple(dict.fromkeys((*self.mains.needs(scene), *self._extra)))
        # The last turn is the map's alone: fifteen pictures a second are plenty for the side.
        every = (figure.asks(scene) for figure in self.figures(scene))
        rotating = (*(tuple(n for n in own if n not in needs) for own in every), ())
        if self._turns:
            return shown, needs, rotating
        return shown, tuple(dict.fromkeys(sum(rotating, needs))), ()

    def _hide(self, hidden: str) -> None:
        """What is hidden goes at once, what is shown again comes with the next frame."""
        if self.whole:
            self.whole = self.whole.hiding(hidden)
        if self.shot and hidden != self.shot.scene.view.hidden:
            self.shot = self.shot.hiding(hidden)
            self.draw_again()

    def draw_again(self) -> None:
        """What was measured last, in views that have lost what they showed, or hide other parts."""
        if self.shot is None:
            return
        self.mains.draw_again(self.shot)
        for card in self._showing(self.whole or self.shot, self.side):
            card.show_shot(self.whole or self.shot)

    def _scene_changed(self, old: Scene, new: Scene, affects: int) -> None:
        if old.view.hidden != new.view.hidden:
            self._hide(new.view.hidden)
        keepsake, self._returning = self._returning, None
        if self._anew or affects == Affects.BUILD:
            self.client.forget()
            self.branching.forget_look()
            self._pending = None  # weights of the scene before
        if self._anew:
            self._tell(None)
            return
        if keepsake and not (keepsake.given_up or keepsake.gathered):
            self._pending = keepsake
            self.send()
            go_on = functools.partial(self.branching.then, lambda: self._go_on(keepsake))
            keepsake.then(lambda _: go_on(), go_on)
            return
        if affects > Affects.NOTHING and not self._turned():
            self.send()
        if keepsake and keepsake.gathered:
            self._resume(keepsake)
        elif keepsake:
            self.forgotten.emit()

    def _resume(self, keepsake: Keepsake) -> None:
        """Once the weights that are on their way are there."""
        then, resume = self.branching.then, self.client.resume

        def go_on(*_: object) -> None:
            keepsake.then(lambda kept: then(lambda: resume(kept)), lambda: None)

        self._pending.then(go_on, go_on) if self._pending else go_on()

    def _turned(self) -> bool:
        """Whether the camera alone has changed since the engine was told: it need not know."""
        last, scene = self.client.generation, self._framed()
        sent = self._sent.get(last)
        if sent is None or self.client.told != self.client.branch or not orbit.beside(sent, scene):
            return False
        self._sent[last], self.asked[last] = scene, self.store.scene
        if self.shot:
            turned = Shot(orbit.seen_from(self.shot.scene, scene), self.shot.snapshot)
            self.whole = turned if self.whole is self.shot else self.whole
            self.shot = turned
            if turned.snapshot.generation == last:
                self.accepted = self.store.scene
        return True

    def _go_on(self, keepsake: Keepsake) -> None:
        if self._pending is not keepsake:
            return  # another change was faster, and begins anew
        self._pending = None
        self.branching.forget_look()
        if keepsake.kept:
            self.client.go_on_from(keepsake.kept)
        else:
            self.client.reset()
            self.forgotten.emit()

    def _return(self, keepsake: Keepsake) -> None:
        self._returning = keepsake

    def play(self, on: bool) -> bool:
        """Train, from the step looked at, or pause; whether that is done."""
        done = not on or self.branching.go_on()
        if done:
            self.client.play(on)
        return done

    def advance(self) -> None:
        """One step, from the one looked at."""
        if self.branching.go_on():
            self.client.advance(1)

    def reset(self) -> None:
        """The initial weights, of the model or of the lab; which can be undone."""
        step = self.shot.snapshot.metrics["last_step"] if self.shot else 0
        marked = self.branching.marks.get(self.store.runs.current)  # at step 0 too: by other data
        if self.client.playing or step > 0 or marked:
            self.store.mark(name=f"reset at step {int(step)}")
        self.branching.forget_look()
        self.client.reset()

    def adopt_lane(self, key: str) -> None:
        """Go on with the scene and the model of a lane of the lab, as a branch where there is room
        for one; undo goes back into the lab, to the model that was there.
        """
        lanes = lab_lanes(self.store.scene, self.store.catalogue)
        lane = next(each for each in lanes if each.key == key)
        changes: dict[str, object] = {**lane.changes, "view.lab": False, "view.lane": ""}
        name = f"went on with the run “{lane.title}”"
        scene = replace(self.store.scene, changes, self.store.catalogue)
        adopt = functools.partial(self.client.adopt_lane, key)
        if not self.branching.begin_beside(scene, lane.title, name, adopt):
            self.store.mark(*changes, name=name)
            self.branching.forget_look()
            adopt()
            self.store.update(changes)
        self.client.fetch()

    def place(self, scene: Scene) -> None:
        """Each view as the scene asks for it."""
        self.mains.place(scene, self.store.catalogue)
        figures = self.figures(scene)
        for i, card in enumerate(self.side):
            if i < len(figures):
                card.set_figure(figures[i])
            card.setVisible(i < len(figures))
            card.show_scene(scene)

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
            self.asked.pop(sent, None)
        self.accepted = self.asked.get(snapshot.generation, self.accepted)
        runs, line = self.store.runs, scene.view.compare
        snapshot = snapshot.calling(compare.of_other(line, runs.current, self.branching.names))
        shot = self.shot = Shot(scene, snapshot).hiding(self.store.scene.view.hidden)
        if all(figure.ready(shot) for figure in self.figures(scene)):
            self.whole = shot
        self.mains.show_shot(shot)
        self.branching.reached(int(snapshot.metrics["last_step"]))
        self.drawn.emit(shot, frame)
        for card in self._showing(shot, self.side):  # short pauses, not one long one
            self._beside.put(card, functools.partial(self._show_beside, shot, card))
        if self._awaited and self._awaited[0].ready(shot):
            (_, then), self._awaited = self._awaited, None
            then(shot)

    def _wait(self) -> None:
        if self.client.ready and not self._patience.isActive():
            self._patience.start()

    def _wonder(self) -> None:
        if self.client.answers:  # a lost engine is not slow, and a closed window does not wait
            self.slow.emit()

    def _show_beside(self, shot: Shot, card: SideCard) -> None:
        """A card, as long as it is there and of that figure."""
        if self._showing(shot, (card,)):
            card.show_shot(shot.hiding(self.store.scene.view.hidden))

    def _showing(self, shot: Shot, cards: Sequence[SideCard]) -> list[SideCard]:
        """Those that draw a shot."""
        if not self.client.alive:
            return []
        # A slot may have been given another figure, whose numbers are on their way.
        return [card for card in cards if card.figure.ready(shot) and not card.isHidden()]
