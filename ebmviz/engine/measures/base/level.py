"""Where zero is: nowhere, if neither loss nor energy says so; and the range that colours hold.

A loss of energy differences at each x leaves E + c as good as E. If E + c is an energy of the same
family, c drifts while training and says nothing: then energies are shown above the least of what
is drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ebmviz.engine.losses.base.capabilities import Relative

if TYPE_CHECKING:
    from ebmviz.engine.training.problem import Problem

OVER = 0.1
"""How far beyond held ends a map may reach, as a part of their distance."""
LEAST = 0.4
"""How much of a held range a map fills at least."""
_SPANS = (1, 1.5, 2.5, 4, 6, 10)
_ROOM = 1.2  # at least, for a map that has grown


def free(task: Problem) -> bool:
    """Whether a constant added to E changes neither what the model can be nor what it is worth."""
    kept = task.objective.regularizer.params.magnitude > 0  # which pulls E itself to 0
    return isinstance(task.loss, Relative) and task.energy.unanchored and not kept


@dataclass
class Range:
    """The ends of a colour range that follows a map, kept until the map really leaves them."""

    _ends: tuple[float, float] | None = None
    _context: object = None

    def of(self, low: float, high: float, context: object) -> tuple[float, float]:
        """Ends for a map from low to high; a change of `context` forgets those before.

        The first are the map's own, rounded outwards by a 20th of their distance at most; later
        ones have room for as much as it has grown.
        """
        if not math.isfinite(high - low):
            return low, high
        ends = self._ends if context == self._context else None
        if ends is None or not _holds(ends, low, high):
            fallen = ends is not None and low < min(0.0, ends[0])
            risen = ends is not None and high > ends[1]
            room = (_ROOM - 1) * (high - low) if fallen else 0.0
            self._ends, self._context = _rounded(low - room, high, risen), context
        assert self._ends
        return self._ends


def _holds(ends: tuple[float, float], low: float, high: float) -> bool:
    span = ends[1] - ends[0]
    over = max(ends[0] - low, high - ends[1])
    return over <= OVER * span and high - low >= LEAST * span


def _rounded(low: float, high: float, roomy: bool) -> tuple[float, float]:
    span = high - low
    if span <= 1e-6 * max(1.0, abs(low), abs(high)):
        return low, high
    unit = 10.0 ** math.floor(math.log10(span))
    step = unit * (0.1 if span > 2 * unit else 0.05)  # at most a 20th
    # From zero on, if that costs less than half of the colours: it is what most energies end at.
    start = 0.0 if 0 <= low < high / 2 else float(f"{math.floor(low / step + 1e-9) * step:.9g}")
    if roomy:
        wanted = _ROOM * (high - start)
        unit = 10.0 ** math.floor(math.log10(wanted))
        return start, start + next(each * unit for each in _SPANS if each * unit >= wanted)
    return start, float(f"{math.ceil(high / step - 1e-9) * step:.9g}")
