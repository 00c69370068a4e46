"""Past training steps, kept so that each can be looked at again.

Memory is bounded: when the record is full, every second entry goes and the stride doubles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array
from ebmviz.engine.weights import Packed, Weights, packed
from ebmviz.files.tensors import native

CAPACITY = 4096  # entries, and
_BYTES = 1 << 26  # at most so many of weights in all of them, but _FEWEST entries
_FEWEST = 64


@dataclass
class History:
    """Entries at every `stride`-th step: the loss of that step, mean energy, weights.

    The weights stay on the CPU, wherever training moves.
    """

    stride: int = 1
    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    energies: list[float] = field(default_factory=list)
    weights: list[Packed] = field(default_factory=list)

    def due(self, step: int) -> bool:
        """Whether this step is to be recorded."""
        return step % self.stride == 0

    def add(self, step: int, loss: float, energy: float, weights: Packed) -> None:
        """Record the weights after `step`, the loss that led there and the mean energy."""
        self.steps.append(step)
        self.losses.append(loss)
        self.energies.append(energy)
        self.weights.append(weights)
        if len(self.steps) > min(CAPACITY, max(_FEWEST, _BYTES // max(1, weights.row.nbytes))):
            self._thin()

    def forget(self, after: int) -> None:
        """Drop what was recorded after this step."""
        count = int(np.searchsorted(self.steps, after, side="right"))
        self._keep(range(count))

    def until(self, step: int) -> History:
        """Another with the entries up to a step."""
        count = int(np.searchsorted(self.steps, step, side="right"))
        return History(
            self.stride,
            self.steps[:count],
            self.losses[:count],
            self.energies[:count],
            self.weights[:count],
        )

    def nearest(self, step: int) -> int | None:
        """The recorded step nearest to `step`."""
        if not self.steps:
            return None
        return self.steps[int(np.abs(np.asarray(self.steps) - step).argmin())]

    def reached(self, step: int, first: int) -> int:
        """The step to look at for this one: itself in a run since `first`, else the nearest on
        record.
        """
        near = self.nearest(step)
        return step if step >= first or near is None else min(near, first)

    def at(self, step: int, device: torch.device) -> Weights:
        """The weights after a recorded step."""
        found = self.weights[self.steps.index(step)].unpacked()
        return {k: w.to(device) for k, w in found.items()}

    def past(self, step: int) -> Weights | None:
        """The weights after the recorded step nearest to `step`, on the CPU."""
        near = self.nearest(step)
        return None if near is None else self.weights[self.steps.index(near)].unpacked()

    def to_arrays(self) -> dict[str, Array]:
        """As named arrays, for a session file."""
        if not self.steps:
            return {}
        out: dict[str, Array] = {
            "step": np.asarray(self.steps, np.int64),
            "loss": np.asarray(self.losses, np.float64),
            "energy": np.asarray(self.energies, np.float64),
        }
        each = [weights.unpacked() for weights in self.weights]
        for name in each[0]:
            out[f"weights/{name}"] = torch.stack([w[name] for w in each]).numpy()
        return out

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array], like: Weights) -> History:
        """The inverse of `to_arrays`, for weights of the shapes of `like`; UserError otherwise."""
        steps = _column(arrays, "step", np.int64)
        columns = {k: _column(arrays, k, np.float64) for k in ("loss", "energy")}
        stacked = {k: _stacked(arrays, k, w, len(steps)) for k, w in like.items()}
        if len(arrays) != 3 + len(like) or {len(c) for c in columns.values()} != {len(steps)}:
            raise UserError("history: its arrays do not fit together")
        if len(steps) > CAPACITY or steps.min(initial=0) < 0 or (np.diff(steps) <= 0).any():
            raise UserError("history: its steps do not ascend, or are too many")
        return cls(
            int(np.diff(steps).min()) if len(steps) > 1 else 1,
            steps.tolist(),
            columns["loss"].tolist(),
            columns["energy"].tolist(),
            [packed({k: w[i] for k, w in stacked.items()}) for i in range(len(steps))],
        )

    def _thin(self) -> None:
        self.stride *= 2
        self._keep(i for i, s in enumerate(self.steps) if s % self.stride == 0)

    def _keep(self, entries: Iterable[int]) -> None:
        kept = list(entries)
        self.steps = [self.steps[i] for i in kept]
        self.losses = [self.losses[i] for i in kept]
        self.energies = [self.energies[i] for i in kept]
        self.weights = [self.weights[i] for i in kept]


def _column(arrays: Mapping[str, Array], name: str, dtype: type[np.generic]) -> Array:
    array = arrays.get(name)
    kept = array is not None and array.ndim == 1 and array.dtype.kind != "b"
    if array is None or not kept or not np.can_cast(array.dtype, dtype):
        raise UserError(f"history: {name} is missing or not a row of numbers")
    return array.astype(dtype)


def _stacked(arrays: Mapping[str, Array], name: str, like: Tensor, count: int) -> Tensor:
    array = arrays.get(f"weights/{name}")
    if array is None or array.shape != (count, *like.shape) or array.dtype.kind != "f":
        raise UserError(f"history: the weights {name} do not fit the scene")
    stacked = torch.from_numpy(native(array)).to(like.dtype)
    if not bool(stacked.isfinite().all()):
        raise UserError(f"history: the weights {name} hold a value that is not finite")
    return stacked
