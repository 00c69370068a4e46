"""The runs of a document, as a value: which there are, and where each left another."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from ebmviz.core.checkpoint import Checkpoint, Progress
from ebmviz.core.lesson.stop import Lesson
from ebmviz.core.scene import Scene
from ebmviz.files.runs import MOST, NAME, Branch
from ebmviz.files.session import Session
from ebmviz.ui.session.keepsake import Keepsake, gather_anew, gathered, taken

FULL = f"there are {MOST} branches, which is the most: delete one to make room for another"

Names = frozenset[tuple[int, str, Progress | None]]


class Clean(NamedTuple):
    """What a file holds, as far as anybody minds. moves: of weights, by hand."""

    scene: Scene
    progress: Progress
    runs: Names = frozenset()
    moves: int = 0
    lesson: Lesson = Lesson()


@dataclass(frozen=True, eq=False)
class Run:
    """One of them. parent, step: the run that it left, and after which step; itself: none.

    scene, training: as it was left; only of the one that is gone on with they are older, or None.
    """

    number: int = 0
    name: str = ""
    parent: int = 0
    step: int = 0
    scene: Scene | None = None
    training: Keepsake | None = None

    @property
    def root(self) -> bool:
        """Whether it began by itself."""
        return self.parent == self.number


@dataclass(frozen=True)
class Runs:
    """rows: by number; current: that of the one which is gone on with."""

    current: int = 0
    rows: tuple[Run, ...] = (Run(),)

    def __getitem__(self, number: int) -> Run:
        return next(row for row in self.rows if row.number == number)

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(row.number for row in self.rows)

    @property
    def missed(self) -> Names:
        """What a person would miss: the runs, and how far those have come that were left."""
        return frozenset((row.number, row.name, self._done(row)) for row in self.rows)

    def _done(self, row: Run) -> Progress | None:
        kept = row.training.kept if row.training and row.number != self.current else None
        return kept.progress if kept else None

    @property
    def full(self) -> bool:
        """Whether there can be no more."""
        return len(self.rows) >= MOST

    @property
    def free(self) -> int:
        """A number for another."""
        return max(self.numbers) + 1

    def left(self, scene: Scene, training: Keepsake | None) -> Runs:
        """The current one is left like this."""
        now = dataclasses.replace(self[self.current], scene=scene, training=training)
        return self._with(now)

    def knowing(self, newer: Runs) -> Runs:
        """The same runs, each of them as `newer` says that it was left."""
        found = {row.number: row for row in newer.rows if row.scene is not None}
        told = (
            dataclasses.replace(
                row, scene=found[row.number].scene, training=found[row.number].training
            )
            if row.number in found
            else row
            for row in self.rows
        )
        return dataclasses.replace(self, rows=tuple(told))

    def gathered(self, scene: Scene, newer: Runs) -> Keepsake | None:
        """What the current run, left under this scene, had gathered, where `newer` says that it was
        left under one that took that away.
        """
        then = self[self.current]
        if self.current == newer.current or self.current not in newer.numbers:
            return None
        now = newer[self.current].scene
        if then.scene is None or then.training is None or now is None:
            return None
        lost = gather_anew(scene, now) and not gather_anew(scene, then.scene)
        return gathered(then.training) if lost else None

    def branched(self, number: int, step: int) -> Runs:
        """A new one, from a step of the current one."""
        new = Run(number, parent=self.current, step=step)
        return Runs(number, (*self.rows, new))

    def begun(self, number: int, name: str) -> Runs:
        """A new one that begins by itself."""
        return Runs(number, (*self.rows, Run(number, name[:NAME], parent=number)))

    def joined(self, number: int, name: str, scene: Scene, kept: Checkpoint) -> Runs:
        """One from elsewhere, beside the current one."""
        new = Run(number, name[:NAME], number, 0, scene, taken(kept))
        return dataclasses.replace(self, rows=(*self.rows, new))

    def named(self, number: int, name: str) -> Runs:
        """One of them has a name; an empty one is none."""
        return self._with(dataclasses.replace(self[number], name=name))

    def without(self, number: int) -> Runs:
        """One of them deleted, but not the current one: what had left it left what that had left,
        or began by itself.
        """
        gone = self[number]
        assert number != self.current
        kept = (row for row in self.rows if row.number != number)
        return Runs(self.current, tuple(self._adopted(row, gone) for row in kept))

    @staticmethod
    def _adopted(row: Run, gone: Run) -> Run:
        if row.parent != gone.number:
            return row
        parent, step = (row.number, 0) if gone.root else (gone.parent, min(gone.step, row.step))
        return dataclasses.replace(row, parent=parent, step=step)

    def taken(self, number: int) -> Runs:
        """Another is gone on with."""
        return dataclasses.replace(self, current=number)

    def session(self, state: Clean, kept: Checkpoint, preview: bytes = b"") -> Session:
        """For a file: all that there is of them, and of a state with a checkpoint of the one that
        is gone on with. A run whose training has not come is left out.
        """
        return Session(state.scene, kept, preview, self._kept(), self.current, state.lesson)

    def _kept(self) -> tuple[Branch, ...]:
        rows = []
        for row in self.rows:
            kept = row.training.kept if row.training else None
            if row.number == self.current:
                rows.append(Branch(row.number, row.name, row.parent, row.step))
            elif kept and row.scene:
                rows.append(Branch(row.number, row.name, row.parent, row.step, row.scene, kept))
        there = {row.number for row in rows}
        alone = (row if row.parent in there else _rooted(row) for row in rows)
        return tuple(alone)

    @classmethod
    def of(cls, current: int, branches: Iterable[Branch]) -> Runs:
        """The inverse."""
        rows = tuple(
            Run(b.number, b.name, b.parent, b.step, b.scene, _taken(b.checkpoint)) for b in branches
        )
        return cls(current, rows) if rows else cls()

    def _with(self, new: Run) -> Runs:
        rows: Iterable[Run] = (new if row.number == new.number else row for row in self.rows)
        return dataclasses.replace(self, rows=tuple(rows))


def _taken(kept: Checkpoint | None) -> Keepsake | None:
    return taken(kept) if kept else None


def _rooted(branch: Branch) -> Branch:
    return msgspec.structs.replace(branch, parent=branch.number, step=0)
