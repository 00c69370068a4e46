"""The runs of the document, joined to the engine: one is gone on with, others stay beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from ebmviz.core.checkpoint import Checkpoint, Mark
from ebmviz.core.lesson.state import LessonState, forgetting
from ebmviz.core.making.seen import seen_as
from ebmviz.core.scene import Scene, replace
from ebmviz.core.view import bookmarks, compare
from ebmviz.core.view.compare import Other
from ebmviz.files.session import Session
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.keepsake import Keepsake
from ebmviz.ui.session.runs import FULL, Runs
from ebmviz.ui.session.store import Store

_SEEN = ("view.", "sampler.")  # whose values stay as they are when another run is gone to
_MARKED = "view.bookmarks"  # which are of the steps of a run
_COMPARED = "view.compare"


class Branching(QObject):
    """Looks at past steps, trains from there, and goes from run to run.

    looked: the step looked at, None for the present. last: the newest step of each run, as far as
    it is known; marks: what has happened to each. changed: something of all this has.
    """

    changed = Signal()
    refused = Signal(str)  # a sentence
    released = Signal()  # the engine has all that the scene needs: it may be sent

    def __init__(self, store: Store, client: EngineClient) -> None:
        super().__init__()
        self._store, self._client = store, client
        self.looked: int | None = None
        self.last: dict[int, int] = {}
        self.marks: dict[int, tuple[Mark, ...]] = {}
        self._before: Scene | None = None  # the scene when the past was sought
        self._there = {0}  # numbers that the engine knows
        self._awaited = 0  # checkpoints without which it cannot be told of a run
        self._orders: list[Callable[[], object]] = []  # for when it has been
        self._told = 0  # counts engines and documents: what comes for one before is of no use
        store.switching.connect(self._switching)
        store.switched.connect(self._switched)
        client.started.connect(self._begin_again)
        client.marked.connect(self._marked)

    @property
    def runs(self) -> Runs:
        """Which there are."""
        return self._store.runs

    @property
    def waits(self) -> bool:
        """Whether the scene must not be sent yet."""
        return self._awaited > 0

    def standing(self, pending: Keepsake | None) -> Keepsake | None:
        """Where the run that is gone on with is, as long as the engine has not been told of it: at
        what is pending, or as it was left.
        """
        return (pending or self.runs[self.runs.current].training) if self.waits else None

    def then(self, order: Callable[[], object]) -> None:
        """Give an order to the run that is gone on with: once the engine has been told of it."""
        self._orders.append(order) if self.waits else order()

    # the past ---------------------------------------------------------------------------

    def seek(self, step: int | None) -> None:
        """Look at a past step; None is the present."""
        if step is None:
            self._before = None
        elif self.looked is None:
            self._before = self._store.scene
        self.looked = step
        self._client.seek(step)
        self.changed.emit()

    def forget_look(self) -> None:
        """The engine is at its newest step, whatever was looked at."""
        if self.looked is not None:
            self.looked = self._before = None
            self.changed.emit()

    def reached(self, last: int) -> None:
        """The newest step of the run that is gone on with."""
        number = self.runs.current
        if self.last.get(number) != last:
            self.last[number] = last
            self.changed.emit()

    def go_on(self) -> bool:
        """Make ready to train: from the step looked at, as a new run, if that is a past one of the
        model and no lab trains in its place. False: it cannot be.
        """
        step, runs, lab = self.looked, self.runs, self._store.scene.in_lab
        if step is None or self._before is None or lab or not self._client.alive:
            self.forget_look()
            return True
        if runs.full:
            self.refused.emit(FULL)
            return False
        number = runs.free
        self.marks[number] = tuple(m for m in self.marks.get(runs.current, ()) if m.step <= step)
        left = self._leave(number, self._before)
        self.last[number] = step
        now, catalogue = self._store.scene, self._store.catalogue
        scene = replace(now, {_MARKED: bookmarks.until(now.view.bookmarks, step)}, catalogue)
        name = f"trained on from step {step}"
        self._store.go_to(left.branched(number, step), scene, name, left)
        return True

    def begin_beside(
        self,
        scene: Scene,
        title: str,
        name: str,
        order: Callable[[], None] = lambda: None,
        lesson: LessonState | None = None,
    ) -> bool:
        """A run that begins by itself, under another scene, by an `order` to the engine; the one so
        far stays. lesson: where that is for a stop. False where there are too many.
        """
        runs, now = self.runs, self._store.scene
        if runs.full or not self._client.alive:
            return False
        number = runs.free
        left = self._leave(number, self._before or now)
        order()
        self._store.go_to(left.begun(number, title), scene, name, left, lesson)
        return True

    def _leave(self, number: int, scene: Scene) -> Runs:
        """The engine goes on as another run; those that there were, as the one so far is left."""
        spare, keepsakes = self._client.kept, self._store.keepsakes
        self._client.begin_branch(number, self.looked)
        self._there.add(number)
        training = keepsakes.hold(self.runs.current, spare) if keepsakes else None
        self.looked = self._before = None
        return self.runs.left(scene, training)

    # the runs ---------------------------------------------------------------------------

    def take_for(self, number: int, scene: Scene, name: str, lesson: LessonState) -> None:
        """Go on with another run for a stop, under its scene."""
        self.forget_look()
        self._store.go_to(self.runs.taken(number), scene, name, lesson=lesson)

    def take(self, number: int) -> None:
        """Go on with another run. What is seen of it, and how, stays as it is."""
        runs = self.runs
        if number == runs.current or number not in runs.numbers:
            return
        scene = self._comparing_with_left(self.scene(number), number)
        self.forget_look()
        self._store.go_to(runs.taken(number), scene, f"to {self.name(number)}")

    def _comparing_with_left(self, scene: Scene, number: int) -> Scene:
        """Where a run that is gone to was compared with, the one that is left is from now on."""
        other = compare.read(scene.view.compare)
        if other is None or other.number != number:
            return scene
        return self._with_other(scene, Other(self.runs.current, self.looked))

    def _with_other(self, scene: Scene, other: Other | None) -> Scene:
        line = other.written() if other else ""
        return replace(scene, {_COMPARED: line}, self._store.catalogue)

    def join(self, session: Session, name: str) -> None:
        """The run of another session as one beside this, which is compared with it."""
        runs = self.runs
        if runs.full:
            self.refused.emit(FULL)
            return
        number = runs.free
        changes = {_COMPARED: Other(number).written(), "view.lab": False}
        scene = replace(self._store.scene, changes, self._store.catalogue)
        joined = runs.joined(number, name, session.scene, session.checkpoint)
        self.last[number], self.marks[number] = session.checkpoint.step, session.checkpoint.marks
        self._store.go_to(joined, scene, f"opened “{name}” to compare")

    def scene(self, number: int) -> Scene:
        """That of a run, under the present view."""
        now, row = self._store.scene, self.runs[number]
        if number == self.runs.current or row.scene is None:
            return now
        return seen_as(row.scene, now, self._store.catalogue, _SEEN)

    def name(self, number: int) -> str:
        """What a run is called."""
        return compare.called(number, self.names)

    @property
    def names(self) -> dict[int, str]:
        """Those that were given, by number; empty ones of the others."""
        return {row.number: row.name for row in self.runs.rows}

    def rename(self, number: int, name: str) -> None:
        """An empty name is none."""
        if name != self.runs[number].name:
            runs = self.runs.named(number, name)
            said = f"named a branch “{name}”" if name else "removed the name of a branch"
            self._store.go_to(runs, self._store.scene, said)

    def delete(self, number: int) -> None:
        """A run, but not the only one; from the one gone on with to that which it left."""
        runs = self.runs
        others = runs.numbers - {number}
        if number not in runs.numbers or not others:
            return
        name, scene = f"deleted {self.name(number)}", self._store.scene
        if number == runs.current:
            self.forget_look()
            parent = runs[number].parent
            there = parent if parent in others else min(others)
            runs, scene = runs.taken(there), self.scene(there)
        other = compare.read(scene.view.compare)
        if other and other in (Other(number, other.step), Other(runs.current)):
            scene = self._with_other(scene, None)  # it is gone, or the run itself
        lesson = forgetting(self._store.lesson, number)
        self._store.go_to(runs.without(number), scene, name, lesson=lesson)

    # the engine -------------------------------------------------------------------------

    def begin(self, runs: Runs, kept: Checkpoint | None) -> None:
        """Another document has been given to the engine, with the checkpoint of the run that is
        gone on with; its other runs follow.
        """
        for number in self._there - {runs.current}:
            self._client.drop_branch(number)
        self.looked = self._before = None
        self.last, self.marks = {}, {runs.current: kept.marks} if kept else {}
        self._there, self._awaited, self._told = {runs.current}, 0, self._told + 1
        self._orders = []
        for row in runs.rows:
            kept = row.training.kept if row.training else None
            if kept and row.number != runs.current:
                self.last[row.number], self.marks[row.number] = kept.step, kept.marks
        self._add_missing(runs)
        self.changed.emit()

    def _begin_again(self) -> None:
        """A fresh engine knows no run but the one that it is given to go on with."""
        self.forget_look()
        waited = self.waits
        self._there, self._awaited, self._told = {self.runs.current}, 0, self._told + 1
        self._add_missing(self.runs)
        if waited and not self.waits:
            self._release()

    def _switching(self, old: Runs, new: Runs) -> None:
        self._add_missing(new)
        if new.current != old.current:
            self.looked = self._before = None
            if self._client.branch != new.current:  # else it has just been begun
                training = new[new.current].training
                self._client.go_to_branch(new.current, training.kept if training else None)

    def _switched(self, old: Runs, new: Runs) -> None:
        for number in (old.numbers & self._there) - new.numbers:
            self._client.drop_branch(number)
            self._there.discard(number)
        self.changed.emit()

    def _add_missing(self, runs: Runs) -> None:
        for row in runs.rows:
            if row.number in self._there or row.training is None or row.scene is None:
                continue
            self._there.add(row.number)
            self._awaited += 1
            came = partial(self._came, self._told, row.number, row.scene)
            row.training.then(came, partial(came, None))

    def _came(self, told: int, number: int, scene: Scene, kept: Checkpoint | None) -> None:
        """What there is of a run, or nothing."""
        if told != self._told:
            return
        if kept:
            self._client.add_branch(number, scene, kept)
        self._awaited -= 1
        if not self._awaited:
            self._release()

    def _release(self) -> None:
        self.released.emit()
        orders, self._orders = self._orders, []
        for order in orders:
            order()

    def _marked(self, branch: int, marks: tuple[Mark, ...]) -> None:
        self.marks[branch] = marks
        self.changed.emit()
