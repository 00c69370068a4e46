"""The one mutable place: the current scene, with undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from ebmviz.core.catalogue import MODELS, Catalogue
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.making import words
from ebmviz.core.making.refitted import refitted
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, diff, replace
from ebmviz.ui.session.keepsake import Keepsake, Keepsakes
from ebmviz.ui.session.runs import Runs

_DEPTH = 500
_BETAS = ("view.beta", "objective.beta")
_TRAVEL = frozenset({"travel"})  # what is open on the way to a stop


class Entry(NamedTuple):
    """A state to go back to, or on to: a scene, the training it had where a change has replaced
    it, the runs and the lesson that there were. name: what was done between it and the next, where
    that is more than the change of the scene. document: which one it is of, by number. by_hand:
    weights were moved then.
    """

    scene: Scene
    training: Keepsake | None
    runs: Runs
    lesson: LessonState
    name: str = ""
    document: int = 0
    by_hand: bool = False


class Store(QObject):
    """Holds the scene. Every change passes through here and is announced once.

    changed(old, new, affects): affects is an `Affects`, as int. Before an undo or redo that goes
    back to other weights, returning(Keepsake) gives theirs. switching(old, new) comes before a
    change to other runs, switched(old, new) after it. lessonChanged(LessonState): after all these.
    """

    changed = Signal(object, object, int)
    leaving = Signal(int, object)  # the document that is open, and its runs as it is left
    reopened = Signal(int, object)  # undo or redo has gone to this document: its runs
    switching = Signal(object, object)
    switched = Signal(object, object)
    replugged = Signal(object, object)  # Catalogue, Scene: other components, before `changed`
    undoChanged = Signal()
    returning = Signal(object)
    lessonChanged = Signal(object)

    def __init__(
        self, scene: Scene, catalogue: Catalogue, lesson: LessonState | None = None
    ) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.scene = scene
        self.lesson = lesson or LessonState()
        self.runs = Runs()
        self.document = self._documents = 0
        self.keepsakes: Keepsakes | None = None  # without an engine, undo is of the scene alone
        self._replugged = False  # scenes may be of another catalogue
        self._past: list[Entry] = []
        self._future: list[Entry] = []
        self._open: frozenset[str] = frozenset()  # paths of a drag not yet released

    def adopt_catalogue(self, catalogue: Catalogue) -> tuple[str, ...]:
        """Other components: the scene goes on with what of it is still there; a sentence for each
        value that is not. Undo goes back to what was lost, once that is there again.
        """
        self._name_newest()
        self.catalogue, self._replugged = catalogue, True
        old, (new, lost) = self.scene, refitted(self.scene, catalogue)
        other = any(old.kind(part) != new.kind(part) for part in MODELS)
        if lost:
            self._open = frozenset()
            keepsake = self.keepsakes.take() if other and self.keepsakes else None
            self._remember(keepsake, "loaded own files again")
        self.scene = new
        self.replugged.emit(catalogue, new)
        self.changed.emit(old, new, int(Affects.BUILD if other else Affects.VIEW))
        self.undoChanged.emit()
        return lost

    def set(self, path: str, value: object, live: bool = False) -> None:
        """Change one parameter. A drag (live) is one entry of the undo list.

        Raises UserError on a value that is not accepted; the scene stays.
        """
        changes: dict[str, object] = {path: value}
        if path in _BETAS and self.scene.view.link:
            changes |= {beta: value for beta in _BETAS if beta in self.scene.values}
        if path == "view.link" and value and "objective.beta" in self.scene.values:
            changes["objective.beta"] = self.scene["view.beta"]
        self.update(changes, live)

    def update(self, changes: Mapping[str, object], live: bool = False, name: str = "") -> None:
        """Change several parameters together. name: what that is, in the history."""
        new = replace(self.scene, changes, self.catalogue)
        paths = frozenset(changes)
        merged = paths == self._open
        self._open = paths if live else frozenset()
        if new == self.scene:
            return
        keepsake = None
        if not merged:
            keepsake = self._keepsake(new, diff(self.scene, new, self.catalogue))
            self._remember(keepsake, name)
        elif name:
            self._past[-1] = self._past[-1]._replace(name=name)
        self._future = []
        self._adopt(new)
        self._compare(keepsake)

    @property
    def moves(self) -> int:
        """How often weights of this document were moved by hand, as far as undo knows."""
        return sum(e.by_hand and e.document == self.document for e in self._past)

    def mark(self, *paths: str, name: str, by_hand: bool = False) -> None:
        """The weights are about to be replaced, by hand where no step of training tells of it; a
        change of `paths` that follows belongs to it.
        """
        if self.keepsakes:
            self._open = frozenset(paths)
            self._remember(self.keepsakes.take(), name)
            self._past[-1] = self._past[-1]._replace(by_hand=by_hand)
            self._future = []
            self._teach(self.lesson.moved_by_hand())
            self.undoChanged.emit()

    def teach(self, lesson: LessonState, name: str) -> None:
        """Another lesson, or another place in it."""
        if lesson != self.lesson:
            self._open = frozenset()
            self._remember(None, name)
            self._future = []
            self._teach(lesson)
            self.undoChanged.emit()

    def take(self, scene: Scene, lesson: LessonState, name: str, anew: bool) -> None:
        """Another scene altogether, of the run that there is; anew: it begins with its own weights.
        What is then changed in the name of `travel` belongs to it.
        """
        affects = Affects.BUILD if anew else diff(self.scene, scene, self.catalogue)
        keepsake = self._keepsake(scene, affects)
        self._remember(keepsake, name)
        self._open, self._future = _TRAVEL, []
        self._adopt(scene)
        self._teach(lesson)
        self._compare(keepsake)

    def travel(self, scene: Scene) -> None:
        """The scene as it is on the way, which `take` or `go_to` has begun; nothing else may have
        been done since.
        """
        if self._open == _TRAVEL and scene != self.scene:
            self._adopt(scene)

    def glance(self, changes: Mapping[str, object]) -> None:
        """Other values of the view, as no step of the history."""
        self._adopt(replace(self.scene, changes, self.catalogue))

    def go_to(
        self,
        runs: Runs,
        scene: Scene,
        name: str,
        left: Runs | None = None,
        lesson: LessonState | None = None,
    ) -> None:
        """Other runs, and a scene of the one that is then gone on with. left: those that there are,
        as undo is to find them. lesson: of one that is gone to for a stop.
        """
        left = left or self._left(runs)
        self._remember(None, name, left)
        self._open, self._future = _TRAVEL if lesson else frozenset(), []
        self._become(runs.knowing(left), scene)
        self._teach(lesson or self.lesson)

    def load(
        self, scene: Scene, runs: Runs, name: str = "", lesson: LessonState | None = None
    ) -> None:
        """Begin with another document. Undo goes back to the one so far, if the way there has a
        name; otherwise the list starts anew.
        """
        self._open = frozenset()
        if name:
            left = self._left_document()
            self._put(left._replace(name=name))
        else:
            self._past = []
        self._future = []
        self._documents += 1
        self._open_document(self._documents, scene, runs, lesson or LessonState())
        self.undoChanged.emit()

    def _left_document(self) -> Entry:
        keepsake = self.keepsakes.hold() if self.keepsakes else None
        runs = self.runs.left(self.scene, keepsake)
        self.leaving.emit(self.document, runs)
        return Entry(self.scene, None, runs, self.lesson, "", self.document)

    def _open_document(self, number: int, scene: Scene, runs: Runs, lesson: LessonState) -> None:
        old, self.scene = self.scene, self._fitted(scene)
        self.document, self.runs = number, runs
        self.changed.emit(old, self.scene, int(Affects.BUILD))
        self._teach(lesson)

    def _teach(self, lesson: LessonState) -> None:
        if lesson != self.lesson:
            self.lesson = lesson
            self.lessonChanged.emit(lesson)

    def withdraw(self, scene: Scene) -> None:
        """Back to `scene`, which the engine had accepted; what it refused cannot be redone."""
        runs, own, lesson = self.runs, self.document, self.lesson
        here = [i for i, e in enumerate(self._past) if (e.scene, e.document) == (scene, own)]
        if here:
            entry = self._past[here[-1]]
            runs, self._past = entry.runs, self._past[: here[-1]]
            lesson = entry.lesson if scene != self.scene else lesson
        self._future, self._open = [], frozenset()
        self._adopt(scene) if runs == self.runs else self._become(runs, scene)
        self._teach(lesson)

    @property
    def history(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What has been done, the oldest first, and what can be done again, the next first."""
        past = (*(e.name for e in self._past[:-1]), *self.steps[0])
        return past, tuple(e.name for e in reversed(self._future))

    @property
    def steps(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The ends of both: what undo and redo would do."""
        return tuple(map(self._named, self._past[-1:])), tuple(e.name for e in self._future[-1:])

    def _named(self, entry: Entry) -> str:
        """What was done since an entry, the newest."""
        return entry.name or words.changed(entry.scene, self.scene, self.catalogue)

    def go_back(self, steps: int) -> None:
        """So many times undo, or redo where it is negative."""
        for _ in range(abs(steps)):
            self.undo() if steps > 0 else self.redo()

    def undo(self) -> None:
        """Back to the scene before the last change, and to its training where that was replaced."""
        if self._past:
            self._go(self._past.pop(), self._future)

    def redo(self) -> None:
        """Forward again."""
        if self._future:
            self._go(self._future.pop(), self._past)

    @property
    def documents(self) -> frozenset[int]:
        """The one that is open, and those that undo and redo lead to."""
        return frozenset({self.document, *(e.document for e in (*self._past, *self._future))})

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def _go(self, entry: Entry, back: list[Entry]) -> None:
        self._open, name = frozenset(), self._named(entry)
        if entry.document != self.document:
            back.append(self._left_document()._replace(name=name))
            self._open_document(entry.document, entry.scene, entry.runs, entry.lesson)
            self.reopened.emit(entry.document, entry.runs)
            self.undoChanged.emit()
            return
        returns = entry.training is not None and entry.training.replaced is not False
        now = None
        if entry.training and returns and self.keepsakes:
            now = self.keepsakes.like(entry.training)
        left = self._left(entry.runs)
        here = Entry(self.scene, now, left, self.lesson, name, self.document, entry.by_hand)
        back.append(here)
        if returns:
            self.returning.emit(entry.training)
        elif gathered := entry.runs.gathered(entry.scene, left):
            self.returning.emit(gathered)
        if entry.runs == self.runs:
            self._adopt(entry.scene)
        else:
            self._become(entry.runs.knowing(left), entry.scene)
        self._teach(entry.lesson)

    def _left(self, runs: Runs) -> Runs:
        """The runs as they are left for others: where the one that is gone on with stands."""
        if runs.current == self.runs.current or not self.keepsakes:
            return self.runs
        return self.runs.left(self.scene, self.keepsakes.hold())

    def _become(self, runs: Runs, scene: Scene) -> None:
        """Other runs. Those weights stay as they are: nothing is built anew."""
        old, new, before, self.runs = self.scene, self._fitted(scene), self.runs, runs
        other = runs.current != before.current
        self.switching.emit(before, runs)
        self.scene = new
        affects = diff(old, new, self.catalogue)
        self.changed.emit(old, new, int(Affects.VIEW if other else affects))
        self.switched.emit(before, runs)
        self.undoChanged.emit()

    def _remember(
        self, keepsake: Keepsake | None, name: str = "", runs: Runs | None = None
    ) -> None:
        self._put(Entry(self.scene, keepsake, runs or self.runs, self.lesson, name, self.document))

    def _put(self, entry: Entry) -> None:
        """Another entry: what was done before it has its name from now on."""
        self._name_newest()
        self._past = [*self._past[-_DEPTH + 1 :], entry]

    def _name_newest(self) -> None:
        if self._past and not self._past[-1].name:
            self._past[-1] = self._past[-1]._replace(name=self._named(self._past[-1]))

    def _keepsake(self, new: Scene, affects: Affects) -> Keepsake | None:
        return self.keepsakes.before(self.scene, new, affects) if self.keepsakes else None

    def _compare(self, keepsake: Keepsake | None) -> None:
        if keepsake and keepsake.replaced is None and self.keepsakes:
            self.keepsakes.compare(keepsake)

    def _fitted(self, scene: Scene) -> Scene:
        return refitted(scene, self.catalogue)[0] if self._replugged else scene

    def _adopt(self, new: Scene) -> None:
        new = self._fitted(new)
        old, self.scene = self.scene, new
        self.changed.emit(old, new, int(diff(old, new, self.catalogue)))
        self.undoChanged.emit()
