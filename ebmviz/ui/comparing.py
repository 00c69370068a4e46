"""Which two models are compared: a run, and another or one of its own steps, or a session's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ebmviz.core.errors import Problem, UserError
from ebmviz.core.outside import short
from ebmviz.core.scene import Scene
from ebmviz.core.view import bookmarks, compare
from ebmviz.core.view.compare import Other
from ebmviz.figures.registry import COMPARE, FIGURES
from ebmviz.figures.words.text import grouped
from ebmviz.files import opening
from ebmviz.files.atomic import shown
from ebmviz.ui.session.branching import Branching
from ebmviz.ui.session.file_question import which_to_open
from ebmviz.ui.session.store import Store
from ebmviz.ui.views.mains import compare_on
from ebmviz.ui.views.stage import Stage

_SESSION = "session"
Edit = Callable[[dict[str, object]], None]


class Comparing(QObject):
    """Joins the view of two models to the runs; `edit` changes the scene. failed(sentence): of a
    file that cannot stand beside.
    """

    failed = Signal(str)

    def __init__(self, stage: Stage, store: Store, edit: Edit, window: QWidget) -> None:
        super().__init__(window)
        self._stage, self._store, self._edit, self._window = stage, store, edit, window
        self.branching: Branching = stage.branching
        self._row = stage.mains.compare.row
        self._row.chosen.connect(self.choose)
        self._row.swapped.connect(self.swap)
        self._row.pinned.connect(lambda: self._compare(Other(self._own, self._step)))
        self._row.closed.connect(lambda: self._compare(None))
        stage.branching.changed.connect(lambda: self.show_scene(store.scene))

    def toggle(self) -> None:
        """Compare with what is nearest, or with nothing."""
        scene = self._store.scene
        before = compare.read(scene.view.compare)  # behind the lab
        there = before is not None and before.number in self.branching.runs.numbers
        self._compare(None if compare_on(scene) else before if there else self._nearest())

    def choose(self, key: str) -> None:
        """Another B."""
        if key == _SESSION:
            self.show_scene(self._store.scene)
            self.ask_session()
        else:
            self._compare(compare.read(key))

    def swap(self) -> None:
        """Go on with B, and compare it with what was A."""
        other = compare.read(self._store.scene.view.compare)
        if other is None or other.number not in self.branching.runs.numbers:
            return
        if other.number == self._own:
            looked = self.branching.looked
            self._compare(Other(self._own, looked))
        else:
            self.branching.take(other.number)  # which compares with the one it leaves
        self.branching.seek(other.step)

    def ask_session(self) -> None:
        """Choose a session, whose run stands beside this one from then on."""
        if path := which_to_open(self._window):
            self.open(path)

    def open(self, path: Path) -> None:
        """The run of a session as B, once the engine has found that it can be; a bad file changes
        nothing.
        """
        try:
            found = opening.open_file(path, self._store.catalogue)
        except UserError as error:
            self.failed.emit(str(error))
            return
        session = found.session
        if session is None or not FIGURES[COMPARE].fits(session.scene):
            lacks = "training" if session is None else "map"
            self.failed.emit(f"{shown(path)}: there is no {lacks} in it to compare with")
            return

        asked = self._store.document

        def answered(problem: Problem | None) -> None:
            if asked != self._store.document:
                return  # another document has been opened meanwhile
            if problem:
                self.failed.emit(f"{shown(path)}: {problem.message}")
            else:
                self.branching.join(session, short(path.stem, 40))

        self._stage.client.attempt(session.scene, session.checkpoint, answered)

    def show_scene(self, scene: Scene) -> None:
        """What can be chosen, and what is."""
        if not compare_on(scene):
            return
        other = compare.read(scene.view.compare)
        key = other.written() if other else ""
        choices = self._choices(scene)
        if other and key not in choices:
            choices = {key: self._named(other), **choices}
        full = self.branching.runs.full
        refused = {_SESSION: "there is no room for another branch: delete one"} if full else {}
        own = self.branching.name(self._own)
        self._row.show_choices(own, choices, key, refused)
        self._row.swap.setEnabled(other is not None and other.number in self.branching.runs.numbers)

    def _choices(self, scene: Scene) -> dict[str, str]:
        own = self._own
        others = [Other(n) for n in sorted(self.branching.runs.numbers) if n != own]
        steps = [Other(own), Other(own, 0)]
        steps += [Other(own, each.step) for each in bookmarks.read(scene.view.bookmarks)]
        found = {each.written(): self._named(each) for each in (*others, *steps)}
        return {**found, _SESSION: "another session…"}

    def _named(self, other: Other) -> str:
        runs = self.branching.runs
        if other.number not in runs.numbers:
            return f"a branch that is gone ({other.number})"
        name = "this branch" if other.number == self._own else self.branching.name(other.number)
        if other.step is None:
            return f"{name}, newest step"
        if other.step == 0:
            return f"{name}, step 0"
        marks = bookmarks.read(self._store.scene.view.bookmarks)
        mark = next((m.name for m in marks if m.step == other.step and m.name), "")
        at = f"step {grouped(other.step)}"
        return f"{name}, {at}" if not mark or other.number != self._own else f"“{mark}”, {at}"

    def _nearest(self) -> Other:
        """The branch that this one left, else another; else where this one began, or, while its
        past is looked at, where it is now.
        """
        runs = self.branching.runs
        others = runs.numbers - {self._own}
        if others:
            parent = runs[self._own].parent
            return Other(parent if parent in others else min(others))
        return Other(self._own, None if self.branching.looked is not None else 0)

    def _compare(self, other: Other | None) -> None:
        line = other.written() if other else ""
        self._edit({"view.compare": line, "view.lab": False})

    @property
    def _own(self) -> int:
        return self.branching.runs.current

    @property
    def _step(self) -> int:
        shot = self._stage.shot
        return shot.snapshot.step if shot else 0
