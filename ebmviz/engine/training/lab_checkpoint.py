"""What is kept of the loss lab: all that its lanes depend on, as a value and as named arrays.

Going on from it is bit for bit, but for where a lane goes back to that diverges soon: the looks
before are not among it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.checkpoint import LAB, under
from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.files.tensors import native

_SLOTS = "slots/"
_COUNTERS = ("step", "epoch", "cursor", "updates")
_MOST_STEPS = 10**15
_MOST = 1 << 24  # numbers: beyond, a checkpoint every second would hold up everything else


@dataclass(frozen=True)
class Lanes:
    """kinds: the loss of each of L lanes of P weights. clock: steps, epochs, data of the epoch
    used, updates of the optimiser. start (P,): the weights they began from. weights (L, P), slots
    name -> (L, P). alive, steps (L,): as of `Lab`; losses (L,): its values.
    """

    kinds: tuple[str, ...]
    clock: dict[str, int]
    start: Tensor
    weights: Tensor
    slots: Slots
    alive: Tensor
    steps: Tensor
    losses: Tensor

    def arrays(self) -> dict[str, Array]:
        """Under names that begin with `lab/`; of too many numbers the kinds and the clock alone."""
        out: dict[str, Array] = {
            "kinds": np.frombuffer(",".join(self.kinds).encode(), np.uint8),
            "clock": np.asarray([self.clock[name] for name in _COUNTERS], np.int64),
        }
        tensors = {"weights": self.weights, **{_SLOTS + k: s for k, s in self.slots.items()}}
        if sum(each.numel() for each in tensors.values()) <= _MOST:
            tensors |= {name: getattr(self, name) for name in ("start", "alive", "steps", "losses")}
            out |= {name: each.cpu().numpy() for name, each in tensors.items()}
        return {LAB + name: array for name, array in out.items()}

    def of(self, kinds: tuple[str, ...]) -> Lanes | None:
        """The lanes of these losses; None where one of them is not here."""
        if not set(kinds) <= set(self.kinds):
            return None
        rows = [self.kinds.index(kind) for kind in kinds]
        slots = {name: slot[rows] for name, slot in self.slots.items()}
        each = (self.alive[rows], self.steps[rows], self.losses[rows])
        return Lanes(kinds, self.clock, self.start, self.weights[rows], slots, *each)


def read(checkpoint: Mapping[str, Array], size: int) -> Lanes | None:
    """The lanes in a checkpoint, of `size` weights each; None where there are none.

    Raises UserError for what does not hold together.
    """
    given = under(LAB, checkpoint)
    if "weights" not in given:
        return None
    names = _shaped(given, "kinds", "u", None).tobytes().decode("utf-8", "replace").split(",")
    lanes = len(names)
    if len(set(names)) != lanes:
        raise UserError("loss lab: a loss comes twice")
    clock = _counts(given, "clock", len(_COUNTERS)).tolist()
    return Lanes(
        tuple(names),
        dict(zip(_COUNTERS, clock, strict=True)),
        _floats(given, "start", size),
        _floats(given, "weights", lanes, size),
        {
            k.removeprefix(_SLOTS): _floats(given, k, lanes, size)
            for k in given
            if k.startswith(_SLOTS)
        },
        torch.from_numpy(np.array(_shaped(given, "alive", "b", (lanes,)))),
        torch.from_numpy(_counts(given, "steps", lanes)),
        torch.from_numpy(native(_shaped(given, "losses", "f", (lanes,)))),
    )


def _floats(given: Mapping[str, Array], name: str, *shape: int) -> Tensor:
    array = _shaped(given, name, "f", shape)
    if not np.isfinite(array).all():
        raise UserError(f"loss lab: {name} holds a value that is not finite")
    return torch.from_numpy(np.array(array, np.float32))


def _counts(given: Mapping[str, Array], name: str, count: int) -> Array:
    array = _shaped(given, name, "i", (count,))
    if not 0 <= array.min() <= array.max() <= _MOST_STEPS:
        raise UserError(f"loss lab: {name} is not a count of steps")
    return np.array(array, np.int64)


def _shaped(
    given: Mapping[str, Array], name: str, kind: str, shape: tuple[int, ...] | None
) -> Array:
    """An array of a checkpoint; the shape None is a row of any length."""
    array = given.get(name)
    if array is None or array.dtype.kind != kind:
        raise UserError(f"loss lab: {name} is missing, or not of its type")
    if array.ndim != 1 if shape is None else array.shape != shape:
        raise UserError(f"loss lab: {name} is of shape {array.shape}, not {shape or 'a row'}")
    return array
