"""A stroke of a brush: where it went, and what it makes of the points that were there.

A stroke is a value, and so is what comes of it: the same path gives the same points, however the
mouse's moves were bundled on their way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import numpy as np

from ebmviz.core.hands import points
from ebmviz.core.hands.chance import chance
from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.snapshot import Array

APART = 0.7
"""Of the radius, between two dabs along a path."""
DROPS = 6
"""Points of each dab of a spray."""
SPREAD = 0.5
"""Standard deviation of a spray, of the radius."""
NOISE = 0.25
"""Standard deviation of the noise on each point, of the radius."""
KEPT = 0.5
"""Share of the points that thinning leaves."""


class Stroke(msgspec.Struct, frozen=True, eq=False):
    """before: the points as it began. dabs (M, 2): places along its path, equally far apart; the
    first is where it began, `end` where it is. covered (N,): which of `before` it has come to.
    radius (2,): of the brush along each axis. beside: the x or the class of what it adds.
    """

    before: Cloud
    dabs: Array
    end: Array
    covered: Array
    radius: Array
    beside: float
    seed: int
    serial: int

    def to(self, *path: tuple[float, float]) -> Stroke:
        """Gone on to these places, one after another."""
        line = np.array([self.end, *path], float)
        found = points.near(self.before.places, line, self.radius)
        dabs = [self.dabs]
        for place in line[1:]:
            step = (place - dabs[-1][-1]) / self.radius
            count = int(np.hypot(*step) / APART)
            if count:
                each = step * self.radius * APART / max(np.hypot(*step), 1e-300)
                dabs.append(dabs[-1][-1] + each * np.arange(1, count + 1)[:, None])
        return msgspec.structs.replace(
            self, dabs=np.concatenate(dabs), end=line[-1], covered=self.covered | found
        )

    def again(self) -> Stroke:
        """One more dab where it is: a spray held still goes on."""
        return msgspec.structs.replace(self, dabs=np.concatenate([self.dabs, [self.end]]))


def begun(
    before: Cloud,
    at: tuple[float, float],
    radius: Array,
    beside: float = 0.0,
    seed: int = 0,
    serial: int = 0,
) -> Stroke:
    """A stroke at its first place."""
    place = np.array([at], float)
    covered = points.near(before.places, place, radius)
    return Stroke(before, place, place[0], covered, radius, beside, seed, serial)


def painted(stroke: Stroke) -> Cloud:
    """A point at every dab."""
    return points.added(stroke.before, stroke.dabs, stroke.beside)


def sprayed(stroke: Stroke) -> Cloud:
    """Points around every dab, Gaussian."""
    count = DROPS * len(stroke.dabs)
    drawn = chance(stroke.seed, stroke.serial).standard_normal((count, 2))
    places = np.repeat(stroke.dabs, DROPS, 0) + SPREAD * stroke.radius * drawn
    return points.added(stroke.before, places, stroke.beside)


def erased(stroke: Stroke) -> Cloud:
    """Without the points that it has come to."""
    return points.without(stroke.before, stroke.covered)


def shaken(stroke: Stroke) -> Cloud:
    """The points that it has come to, with noise: once each."""
    drawn = chance(stroke.seed, stroke.serial)
    return points.jittered(stroke.before, stroke.covered, NOISE * stroke.radius, drawn)


def thinned(stroke: Stroke) -> Cloud:
    """Half of the points that it has come to, drawn by chance."""
    drawn = chance(stroke.seed, stroke.serial)
    return points.thinned(stroke.before, stroke.covered, KEPT, drawn)


BRUSHES: Mapping[str, Callable[[Stroke], Cloud]] = {
    "paint": painted,
    "spray": sprayed,
    "erase": erased,
    "noise": shaken,
    "thin": thinned,
}
"""What a stroke of each makes."""
