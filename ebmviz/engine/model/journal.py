"""What happened to a training, and when: what the timeline marks."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Mark
from ebmviz.core.making.words import retrained
from ebmviz.core.scene import Scene

CHANGED, DIVERGED = "changed", "diverged"
MOVED = "weights moved by hand"
MOST = 256
_DRAG_S = 1.0  # seconds between two values of one drag, at most


@dataclass(frozen=True)
class _Drag:
    """The newest mark of a change: from which scene, of which values, when it was told last."""

    before: Scene
    paths: frozenset[str]
    at: float


class Journal:
    """marks: by step, the latest `MOST`."""

    marks: tuple[Mark, ...]

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self.marks = tuple(marks)[-MOST:]
        self._drag: _Drag | None = None

    def until(self, step: int) -> Journal:
        """Another, of what happened up to a step."""
        return Journal(mark for mark in self.marks if mark.step <= step)

    def change(self, step: int, old: Scene, new: Scene, catalogue: Catalogue) -> None:
        """Training goes on under another scene after a step. The values of a drag, and changes
        after the same step, are one.
        """
        paths = frozenset(at for at, v in new.values.items() if old.values.get(at) != v)
        now, last, drag = time.monotonic(), self.marks[-1:], self._drag
        marks, before = self.marks, old
        if last and drag and (step == last[0].step or self._goes_on(drag, paths, now)):
            marks, before, step = marks[:-1], drag.before, last[0].step
            paths |= drag.paths
        words = retrained(before, new, catalogue)
        self._drag = _Drag(before, paths, now) if words else None
        self.marks = (*marks, Mark(step, CHANGED, words))[-MOST:] if words else marks

    @staticmethod
    def _goes_on(drag: _Drag, paths: frozenset[str], now: float) -> bool:
        return paths == drag.paths and now - drag.at < _DRAG_S

    def moved(self, step: int) -> None:
        """A hand has moved weights after a step; what it does in one go is one mark."""
        if self.marks[-1:] != (mark := Mark(step, CHANGED, MOVED),):
            self.marks = (*self.marks, mark)[-MOST:]
        self._drag = None

    def diverged(self, step: int, back: int) -> None:
        """Training went wrong at a step, and is back at an earlier one."""
        self.marks = (*self.until(back).marks, Mark(back, DIVERGED, f"diverged at step {step}"))
        self._drag = None
