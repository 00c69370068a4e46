"""Past training steps, kept so that each can be looked at again.

Memory is bounded: when the record is full, every second entry goes and the stride doubles.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.energy import Weights

CAPACITY = 4096


@dataclass
class History:
    """Entries at every `stride`-th step: the loss of that step, mean energy, weights."""

    stride: int = 1
    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    energies: list[float] = field(default_factory=list)
    weights: list[Weights] = field(default_factory=list)

    def due(self, step: int) -> bool:
        """Whether this step is to be recorded."""
        return step % self.stride == 0

    def add(self, step: int, loss: float, energy: float, weights: Weights) -> None:
        """Record the weights after `step`, the loss that led there and the mean energy."""
        self.steps.append(step)
        self.losses.append(loss)
        self.energies.append(energy)
        self.weights.append(weights)
        if len(self.steps) > CAPACITY:
            self._thin()

    def nearest(self, step: int) -> int | None:
        """The recorded step nearest to `step`."""
        if not self.steps:
            return None
        return self.steps[int(np.abs(np.asarray(self.steps) - step).argmin())]

    def at(self, step: int) -> Weights:
        """The weights after a recorded step."""
        return self.weights[self.steps.index(step)]

    def to_arrays(self) -> dict[str, Array]:
        """As named arrays, for a session file."""
        if not self.steps:
            return {}
        out: dict[str, Array] = {
            "step": np.asarray(self.steps, np.int64),
            "loss": np.asarray(self.losses, np.float64),
            "energy": np.asarray(self.energies, np.float64),
        }
        for name in self.weights[0]:
            stacked = torch.stack([w[name] for w in self.weights])
            out[f"weights/{name}"] = stacked.cpu().numpy()
        return out

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array], device: torch.device) -> History:
        """The inverse of `to_arrays`."""
        if "step" not in arrays:
            return cls()
        steps = [int(s) for s in arrays["step"]]
        names = [k.removeprefix("weights/") for k in arrays if k.startswith("weights/")]
        stacked = {n: torch.from_numpy(arrays[f"weights/{n}"].copy()).to(device) for n in names}
        stride = max(1, min(np.diff(steps), default=1))
        return cls(
            int(stride),
            steps,
            [float(v) for v in arrays["loss"]],
            [float(v) for v in arrays["energy"]],
            [{n: stacked[n][i] for n in names} for i in range(len(steps))],
        )

    def _thin(self) -> None:
        self.stride *= 2
        keep = [i for i, s in enumerate(self.steps) if s % self.stride == 0]
        self.steps = [self.steps[i] for i in keep]
        self.losses = [self.losses[i] for i in keep]
        self.energies = [self.energies[i] for i in keep]
        self.weights = [self.weights[i] for i in keep]
