"""Minima followed while training and while β moves: who is who, who is born, who merges.

The minima of two successive maps are matched greedily, nearest pairs first, up to REACH of the
window. A new one is born of the basin in which it lay before; one that is gone has merged into the
basin in which its place lies now. What lies at the window's edge may lead further down outside: it
is nobody, and what is born of it has come in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ebmviz.core.snapshot import Array

BORN, MERGED, CAME, LEFT = range(4)
"""Kinds of events; the last two at the window's edge."""
STEP, BETA = range(2)
"""What had moved."""
REACH = 0.12  # of the window's diagonal, from map to map
MOST_EVENTS, MOST_MOMENTS = 256, 256
_EDGE = 0.03  # of the window: so near, a minimum may have crossed the edge


class Event(NamedTuple):
    """What became of a minimum: its number and that of the basin it came from or went to (0: over
    the edge), and what training step and β it was.
    """

    kind: int
    number: int
    other: int
    moved: int
    step: int
    beta: float


class Found(NamedTuple):
    """Minima of a map: places (M, 2), energies (M,), border (M,): at the window's edge; labels
    (H, W): each cell's minimum.
    """

    places: Array
    energies: Array
    border: Array
    labels: Array
    window: tuple[float, ...]

    def basin(self, y: Array) -> int:
        """Which minimum's basin a place belongs to; −1 outside or near the window's edge."""
        left, right, bottom, top = self.window
        share = (y - (left, bottom)) / (right - left, top - bottom)
        if (share < _EDGE).any() or (share > 1 - _EDGE).any():
            return -1
        row, column = (share[::-1] * self.labels.shape).astype(int)
        return int(self.labels[row, column])


@dataclass
class Tracker:
    """The minima of one model, from map to map.

    events: the latest. moments: step, β, and the numbers and energies of the minima inside the
    window at each, since what moves has last changed; moved: what that is.
    """

    events: list[Event] = field(default_factory=list)
    moments: list[tuple[int, float, Array, Array]] = field(default_factory=list)
    moved: int = STEP
    _numbers: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    _before: Found | None = None
    _context: object = None
    _now: tuple[int, float] = (0, 0.0)
    _last: int = 0  # number given

    def follow(self, found: Found, step: int, beta: float, context: object, past: bool) -> Array:
        """Numbers (M,) ≥ 1 of the minima found at a step and a β, 0 at the window's edge.

        A change of `context`, all else that the map depends on, or a look into the past tells
        nothing of births: then they are matched, and no more.
        """
        told = self._before is not None and context == self._context and not past
        self._context = None if past else context
        numbers = self._matched(found)
        if told and (step, beta) != self._now:
            moved = STEP if step != self._now[0] else BETA
            if moved != self.moved:
                self.moved, self.moments = moved, self.moments[-1:]
            self._tell(found, numbers, step, beta)
        elif not told:
            self.moments = []
        if not past and (not self.moments or (step, beta) != self._now):
            inside = ~found.border
            self.moments.append((step, beta, numbers[inside], found.energies[inside]))
            if len(self.moments) > MOST_MOMENTS:
                self.moments = self.moments[::2]
        self._before, self._numbers, self._now = found, numbers, (step, beta)
        return numbers

    def _matched(self, found: Found) -> Array:
        numbers = np.zeros(len(found.places), np.int64)
        if self._before is not None:
            left, right, bottom, top = found.window
            gap = found.places[:, None] - self._before.places
            distance = np.hypot(gap[..., 0], gap[..., 1])
            distance[found.border] = distance[:, self._before.border] = np.inf
            reach = REACH * np.hypot(right - left, top - bottom)
            free = np.ones(len(self._before.places), bool)
            nearest = np.argsort(distance, axis=None, kind="stable")[: (distance <= reach).sum()]
            for new, old in zip(*np.unravel_index(nearest, distance.shape), strict=True):
                if numbers[new] == 0 and free[old]:
                    numbers[new], free[old] = self._numbers[old], False
        fresh = (numbers == 0) & ~found.border
        numbers[fresh] = self._last + 1 + np.arange(fresh.sum())
        self._last += int(fresh.sum())
        return numbers

    def _tell(self, found: Found, numbers: Array, step: int, beta: float) -> None:
        before = self._before
        assert before is not None
        for i in np.nonzero(~np.isin(numbers, self._numbers) & ~found.border)[0]:
            source = before.basin(found.places[i])
            other = 0 if source < 0 else int(self._numbers[source])
            self._add(BORN if other else CAME, numbers[i], other, step, beta)
        for i in np.nonzero(~np.isin(self._numbers, numbers) & ~before.border)[0]:
            target = found.basin(before.places[i])
            other = 0 if target < 0 else int(numbers[target])
            self._add(MERGED if other else LEFT, self._numbers[i], other, step, beta)
        del self.events[:-MOST_EVENTS]

    def _add(self, kind: int, number: int, other: int, step: int, beta: float) -> None:
        self.events.append(Event(kind, int(number), other, self.moved, step, beta))
