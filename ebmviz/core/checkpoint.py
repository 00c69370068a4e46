"""What a checkpoint says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ebmviz.core.snapshot import Array

LAB = "lab/"  # before what is kept of the loss lab
LAB_CLOCK = LAB + "clock"


class Progress(NamedTuple):
    """Steps that the model has done, and those of the loss lab, 0 where there is none."""

    model: int = 0
    lab: int = 0

    def shown(self, lab: bool) -> int:
        """Those on the screen: the lab's while it is there."""
        return self.lab if lab else self.model


def progress(weights: Mapping[str, Array]) -> Progress:
    """What training has done of which these are the weights."""
    return Progress(steps(weights), _count(weights.get(LAB_CLOCK), 4))


def steps(weights: Mapping[str, Array]) -> int:
    """Training steps behind these weights, 0 where they do not say."""
    return _count(weights.get("train/step"), 1)


def _count(counter: Array | None, size: int) -> int:
    """The first of so many counters, 0 where it is none."""
    if counter is None or counter.size != size or counter.dtype.kind not in "iu":
        return 0
    return int(counter.flat[0])
