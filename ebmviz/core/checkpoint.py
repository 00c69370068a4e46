"""A checkpoint: all that training goes on from, as a value, from the engine to the session file.

Names of its weights that begin with a word and a slash are not of the model: `OPTIMIZER`, the slots
of the optimiser; `TRAINING`, its counters; `CHAINS`, all chains, those that a loss goes on with and
those that are watched (`chains/y`, `chains/steps`); `LAB`, the lab.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

import msgspec

from ebmviz.core.snapshot import Array

OPTIMIZER = "optimizer/"
TRAINING = "train/"
CHAINS = "chains/"
LAB = "lab/"
LAB_CLOCK = LAB + "clock"
FROM_SEED = "from_seed"
"""Of its metrics: 1 where training anew under the scene as it is comes to these very weights. Only
who has trained them knows: no file says so.
"""
_WEIGHTS, _HISTORY = "weights:", "history:"  # before the names of a message's arrays
_FORMER = {"optimizer/sampler/": CHAINS}


class Progress(NamedTuple):
    """Steps that the model has done, and those of the lab, 0 where there is none."""

    model: int = 0
    lab: int = 0

    def shown(self, lab: bool) -> int:
        """Those on the screen: the lab's while it is there."""
        return self.lab if lab else self.model


class Mark(msgspec.Struct, frozen=True):
    """What happened to a training after a step. kind: `changed` or `diverged`."""

    step: int
    kind: str
    words: str


class Checkpoint(msgspec.Struct, frozen=True, eq=False):
    """Everything that is kept of a training. (Arrays have no single truth of equality.)

    weights: every tensor by name: weights, optimiser state, step counters and where the chains
    stand, such as `w`, `optimizer/velocity/w`, `train/step`, `chains/y`. history: tensors of
    earlier steps, may be empty. metrics: what was measured of the weights. marks: what happened on
    the way, by step. begun: how often, until then, its engine was given a scene under which it had
    to begin anew; no file knows.
    """

    weights: dict[str, Array] = {}
    history: Mapping[str, Array] = {}
    metrics: dict[str, float] = {}
    marks: tuple[Mark, ...] = ()
    begun: int = 0

    @property
    def step(self) -> int:
        """Training steps behind the weights, 0 where they do not say."""
        return self.progress.model

    @property
    def progress(self) -> Progress:
        """What has been trained, as far as the weights say."""
        return progress(self.weights)

    @property
    def size(self) -> int:
        """Bytes of its arrays."""
        return sum(a.nbytes for each in (self.weights, self.history) for a in each.values())

    def without_history(self) -> Checkpoint:
        """For where there is little room: in a picture."""
        return msgspec.structs.replace(self, history={})

    def arrays(self) -> dict[str, Array]:
        """All arrays under one roof, for a message: `weights:NAME` and `history:NAME`."""
        out = {_WEIGHTS + k: a for k, a in self.weights.items()}
        return out | {_HISTORY + k: a for k, a in self.history.items()}

    @classmethod
    def of(
        cls,
        arrays: Mapping[str, Array],
        metrics: dict[str, float] | None = None,
        marks: tuple[Mark, ...] = (),
        begun: int = 0,
    ) -> Self:
        """The inverse of `arrays`."""
        return cls(under(_WEIGHTS, arrays), under(_HISTORY, arrays), metrics or {}, marks, begun)


def under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Those whose names begin so, by the rest of their names."""
    return {k.removeprefix(prefix): a for k, a in arrays.items() if k.startswith(prefix)}


def todays_names(weights: Mapping[str, Array]) -> dict[str, Array]:
    """Weights as a file has them, under the names that they have today."""
    return {_todays_name(name): array for name, array in weights.items()}


def _todays_name(name: str) -> str:
    for former, now in _FORMER.items():
        if name.startswith(former):
            return now + name.removeprefix(former)
    return name


def progress(weights: Mapping[str, Array]) -> Progress:
    """What training has done of which these are the weights."""
    return Progress(_count(weights.get(TRAINING + "step"), 1), _count(weights.get(LAB_CLOCK), 4))


def _count(counter: Array | None, size: int) -> int:
    """The first of so many counters, 0 where it is none."""
    if counter is None or counter.size != size or counter.dtype.kind not in "iu":
        return 0
    return int(counter.flat[0])
