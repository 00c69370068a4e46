"""Going to a stop: the scene at once or on its way, the step by the engine, exactly."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from ebmviz.core import protocol
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.lesson import way
from ebmviz.core.lesson.prose import named
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.lesson.states import scene_of, step_of, under
from ebmviz.core.scene import Scene
from ebmviz.figures.words.text import grouped
from ebmviz.files.runs import NAME
from ebmviz.ui.lesson.ground import Ground
from ebmviz.ui.lesson.touch import Touch
from ebmviz.ui.views.stage import Stage

_BEAT_MS = 25


@dataclass
class _Journey:
    """From a scene and a step to others, in so many seconds. since: frames of earlier generations
    tell nothing of it. last: the newest step that the engine had, None until it has said so; asked:
    what it will have once it has done all it was asked for; sought: it has been told where to end.
    """

    old: Scene
    new: Scene
    first: int
    step: int
    seconds: float
    began: float
    since: int
    last: int | None = None
    asked: int = 0
    share: float = 0.0
    sought: bool = False


class Travel(QObject):
    """changed: a journey has begun or ended. arrived: the picture is that of the stop. refused(
    sentence): it cannot be gone to, and nothing has changed, or its step is not there any more.

    Whatever a person does ends a journey where it is.
    """

    changed = Signal()
    arrived = Signal()
    refused = Signal(str)

    def __init__(self, stage: Stage, now: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(stage)
        self._stage, self._store, self._client = stage, stage.store, stage.client
        self._branching, self._now = stage.branching, now
        self.ground = Ground(stage.store, stage.branching, lambda: self._progress)
        self._journey: _Journey | None = None
        self._frame: protocol.Frame | None = None  # the newest
        self._own = False  # what changes the store
        self._before = self._store.lesson
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self.beat)
        self._touch = Touch(self.halt, self)
        stage.drawn.connect(lambda _, frame: self._drawn(frame))
        self._client.failed.connect(lambda *_: self.halt())
        self._client.lost.connect(lambda *_: self.halt())
        self._client.started.connect(self._ask)
        self._store.changed.connect(lambda *_: None if self._own else self.halt())
        self._store.lessonChanged.connect(self._taught)

    @property
    def moving(self) -> bool:
        """Whether a journey is under way."""
        return self._journey is not None

    @property
    def step(self) -> int:
        """The one on the screen; of the lab, where that is shown."""
        shot, frame = self._stage.shot, self._frame
        if shot and frame and shot.scene.in_lab:
            return frame.progress.lab
        return shot.snapshot.step if shot else 0

    def go(self, index: int, revealed: bool = False, cut: bool = False) -> None:
        """To a stop, its answer shown if wanted; at once, if it is to be cut short."""
        self.halt()
        state = self._store.lesson
        stop = state.lesson.stops[index]
        try:
            scene = scene_of(stop, self._store.catalogue, revealed)
        except UserError as error:
            self.refused.emit(f"“{named(stop.name)}” cannot be shown: {error}.")
            return
        seconds = 0.0 if cut or stop.way == "cut" else stop.seconds
        step = 0 if "still" in scene.facts else step_of(stop, revealed)
        name = f"revealed “{named(stop.name)}”" if revealed else f"to the stop “{named(stop.name)}”"
        there = state.there(index, revealed, state.begun)
        if stop.run is not None and self.ground.has(stop, scene, step):
            self._to_run(stop.run, scene, step, seconds, name, there)
        elif self.ground.leads_to(scene, step):
            self._to_run(self._store.runs.current, scene, step, seconds, name, there)
        else:
            self._to_weights(scene, step, seconds, name, there)

    def show(self, scene: Scene, name: str) -> None:
        """Another scene of the same session, from its initial weights."""
        self.halt()
        state = msgspec.structs.replace(self._store.lesson, at=None, revealed=False)
        self._to_weights(scene, 0, 0.0, name, state)

    def arrive(self) -> None:
        """The document has just been begun at its stop, with initial weights: they are trained."""
        stop, scene = self._store.lesson.stop, self._store.scene
        if stop and stop.step and "still" not in scene.facts:
            self._begin(self._made(scene, scene, (0, stop.step), 0.0, last=0))

    def halt(self) -> None:
        """End the journey where it is."""
        journey = self._journey
        if journey is None:
            return
        trains = journey.last is not None and self._trained < journey.asked
        self._end()
        if trains:
            self._client.play(False)

    # ways -------------------------------------------------------------------------------

    def _to_run(
        self, number: int, scene: Scene, step: int, seconds: float, name: str, there: LessonState
    ) -> None:
        """To a step that a run has, or comes to when it goes on."""
        now, first = self._store.scene, self.step
        own = number == self._store.runs.current
        scene = under(self._called(scene), now if own else self._branching.scene(number))
        begins = self._start(now, scene, seconds)
        if own and self._client.playing:
            self._client.play(False)
        with self._acting():
            if not own:
                there = msgspec.structs.replace(there, begun=None)
                self._branching.take_for(number, begins, name, there)
            elif (begins, there) != (now, self._store.lesson):
                self._store.take(begins, there, name, anew=False)
        journey = self._made(now, scene, (first if own else step, step), seconds)
        self._begin(journey)
        self._ask()

    def _to_weights(
        self, scene: Scene, step: int, seconds: float, name: str, there: LessonState
    ) -> None:
        """To a step of a training that begins for it. Work that no stop brings back stays beside,
        as a run of its own, where there is room; undo has it in any case.
        """
        now = self._store.scene
        scene = under(self._called(scene), now, anew=True)
        begins = self._start(now, scene, seconds)
        runs = self._store.runs
        beside = self.ground.work and not runs.full and self._client.alive
        begun = self.ground.begun(scene, runs.free if beside else runs.current)
        there = msgspec.structs.replace(there, begun=begun)
        title = scene.title.partition(" · ")[0][:NAME]

        def change() -> None:
            if beside:
                self._branching.begin_beside(begins, title, name, lesson=there)
            else:
                self._store.take(begins, there, name, anew=True)

        with self._acting():
            self._stage.begin(change)
        self._begin(self._made(now, scene, (0, step), seconds, last=0))

    def _called(self, scene: Scene) -> Scene:
        """As the document calls it, where it is the same scene."""
        now = self._store.scene
        if now.name != scene.name:
            return scene
        return msgspec.structs.replace(scene, title=now.title, figures=now.figures)

    def _start(self, now: Scene, scene: Scene, seconds: float) -> Scene:
        return way.between(now, scene, 0.0, self._store.catalogue) if seconds else scene

    def _made(
        self,
        old: Scene,
        new: Scene,
        steps: tuple[int, int],
        seconds: float,
        last: int | None = None,
    ) -> _Journey:
        since = self._client.generation
        return _Journey(old, new, *steps, seconds, self._now(), since, last)

    # under way --------------------------------------------------------------------------

    def _begin(self, journey: _Journey) -> None:
        self._journey = journey
        self._touch.watch(True)
        self._timer.start()
        self.changed.emit()
        self.beat()

    def _end(self) -> None:
        self._journey = None
        self._touch.watch(False)
        self._timer.stop()
        self.changed.emit()

    def beat(self) -> None:
        """As far as it should be by now."""
        journey = self._journey
        if journey is None:
            return
        past = self._now() - journey.began
        journey.share = min(1.0, past / journey.seconds) if journey.seconds else 1.0
        share = way.eased(journey.share)
        with self._acting():
            self._store.travel(way.between(journey.old, journey.new, share, self._store.catalogue))
        if journey.last is not None:
            self._train(journey, journey.last)
        if journey.share >= 1:
            self._timer.stop()
            self._look()

    def _ask(self) -> None:
        """How far the engine has come: one that takes the place of a busy one has other steps to
        do.
        """
        if journey := self._journey:
            journey.last = None
            self._client.fetch(functools.partial(self._told, journey), lambda _: self.halt())

    def _told(self, journey: _Journey, kept: Checkpoint) -> None:
        """The engine has said how far it has come."""
        if self._journey is journey:
            journey.last = journey.asked = kept.step
            self.beat()

    def _train(self, journey: _Journey, last: int) -> None:
        """To the step that it is time for: among those behind, or by more of them."""
        step = way.step_between(journey.first, journey.step, journey.share)
        if step > last:
            if self._branching.looked is not None:
                self._branching.seek(None)
            if step > journey.asked and (journey.share >= 1 or self._trained >= journey.asked):
                more, journey.asked = step - journey.asked, step
                self._client.advance(more)
            return
        looked = None if step == last else step
        last_beat, drawn = journey.share >= 1, self._branching.looked in (None, self.step)
        # At the end in any case: the engine may have left what the window thinks it looks at.
        if (last_beat and not journey.sought) or (looked != self._branching.looked and drawn):
            journey.sought = last_beat
            self._branching.seek(looked)

    @property
    def _progress(self) -> int:
        """Steps of the model, not of the lab."""
        return self._frame.progress.model if self._frame else 0

    @property
    def _trained(self) -> int:
        """What the engine has done since the journey began, as far as the screen knows."""
        shot, journey = self._stage.shot, self._journey
        known = shot and journey and shot.snapshot.generation >= journey.since
        return int(shot.snapshot.metrics["last_step"]) if shot and known else -1

    def _drawn(self, frame: protocol.Frame) -> None:
        self._frame = frame
        self._look()

    def _look(self) -> None:
        """Whether the picture is the last of the journey."""
        journey, shot, frame = self._journey, self._stage.shot, self._frame
        if journey is None or shot is None or frame is None or journey.share < 1:
            return
        newest = shot.snapshot.generation >= self._client.generation
        told = journey.last is not None
        if not (told and newest) or frame.playing:
            return
        if self.step == journey.step:
            self._end()
            self.arrived.emit()
        elif journey.sought and frame.sought == journey.step:
            self._end()
            said = f"Step {grouped(journey.step)} of this run is not on record: step"
            self.refused.emit(f"{said} {grouped(self.step)} is the nearest that is.")

    # the store --------------------------------------------------------------------------

    @contextmanager
    def _acting(self) -> Iterator[None]:
        self._own = True
        try:
            yield
        finally:
            self._own = False

    def _taught(self, state: LessonState) -> None:
        """Undo has led back to another stop, of the same weights: its step is shown."""
        before, self._before = self._before, state
        if self._own or before.lesson != state.lesson:
            return
        self.halt()
        stop = state.stop
        if stop and state.begun and state.begun == before.begun:
            step = step_of(stop, state.revealed)
            looked = step if step < self.ground.last else None
            if looked != self._branching.looked:
                self._branching.seek(looked)
