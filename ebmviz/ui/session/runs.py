"""The runs of a document, as a value: which there are, and where each left another."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from ebmviz.core.scene import Scene
from ebmviz.ui.session.keepsake import Keepsake

MOST = 4
FULL = f"there are {MOST} branches, which is the most: delete one to train from here"


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

    def branched(self, number: int, step: int) -> Runs:
        """A new one, from a step of the current one."""
        new = Run(number, parent=self.current, step=step)
        return Runs(number, (*self.rows, new))

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

    def _with(self, new: Run) -> Runs:
        rows: Iterable[Run] = (new if row.number == new.number else row for row in self.rows)
        return dataclasses.replace(self, rows=tuple(rows))
