"""Draws of one density by one kernel: what R̂ and ESS may count.

Whatever changes the density or the kernel, or puts a chain back, begins them anew. The first half
is warm-up (Gelman and Rubin 1992). Of a long run every second, fourth, … step is kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.sampling.diagnostics import effective_size, split_r_hat, standing

LEAST = 32
"""Steps after the warm-up: R̂ and ESS of fewer say little."""
_MOST = 1 << 16  # places kept of all chains together
_LONGEST, _SHORTEST = 4096, 512  # steps kept, at most
_FINE = 16  # a longer run is judged again when it is this part longer


@dataclass(frozen=True)
class Mixing:
    """What the draws tell. draws: steps counted of each of so many chains, every `stride`th of the
    run; standing: chains that have not moved at all in them. r_hat and size, the larger R̂ and the
    smaller ESS of both coordinates, are None where the draws are too few, or where none moves.
    """

    draws: int
    chains: int
    stride: int
    standing: int
    r_hat: float | None = None
    size: float | None = None


class Draws:
    """Places of some chains, step by step, since something last changed."""

    def __init__(self) -> None:
        self.steps = 0
        """Since then."""
        self._kept: list[Array] = []
        self._stride = 1
        self._known: Mixing | None = None
        self._until = -1

    def add(self, y: Array) -> None:
        """The places (N, 2) after one more step."""
        self.steps += 1
        if self.steps % self._stride:
            return
        self._kept.append(y)
        most = min(_LONGEST, max(_SHORTEST, _MOST // max(1, len(y))))
        if len(self._kept) > most:
            self._kept, self._stride = self._kept[1::2], 2 * self._stride

    def mixing(self) -> Mixing | None:
        """Of the later half, as a function of the number of steps alone; None of fewer than two."""
        fine = 1 << max(0, math.frexp(max(1, len(self._kept) // _FINE))[1] - 1)
        until = len(self._kept) // fine * fine
        if (until, self._stride) != (self._until, self._known and self._known.stride):
            self._until, self._known = until, self._measured(until)
        return self._known

    def _measured(self, until: int) -> Mixing | None:
        if until < 2:
            return None
        places = np.stack(self._kept[until // 2 : until])
        steps, chains = places.shape[:2]
        still = standing(places) if steps > 1 else 0
        found = Mixing(steps, chains, self._stride, still)
        if steps < LEAST or still == chains:
            return found
        # An axis along which nothing moves has neither.
        axes = [axis for axis in np.moveaxis(places, 2, 0) if np.ptp(axis) > 0]
        r_hat = max(split_r_hat(axis) for axis in axes)
        return replace(found, r_hat=r_hat, size=min(effective_size(axis) for axis in axes))
