"""Where wrong answers come from: a box of the continuum, or the classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from ebmviz.core.params import ParamSet
from ebmviz.engine.energies.base.capabilities import Discrete
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.tape.beforehand import beforehand
from ebmviz.engine.weights import Weights


@dataclass(frozen=True)
class AnswerSpace:
    """The answers of an energy. low, high (A,): the box of continuous ones; of a loss of inputs,
    that of x. Whatever is drawn there follows from (seed, step) alone.
    """

    energy: Energy[ParamSet]
    low: Tensor
    high: Tensor
    seed: int

    @cached_property
    def log_volume(self) -> float:
        """ln of the volume of the box."""
        return float((self.high - self.low).log().sum())

    @property
    def finite(self) -> bool:
        """Whether answers are classes."""
        return isinstance(self.energy, Discrete)

    def answers(self, rows: Tensor) -> Tensor:
        """y of rows (N, D): (N, A)."""
        return rows[:, rows.shape[1] - self.energy.answer :]

    def classes(self, weights: Weights, like: Tensor) -> Tensor:
        """All classes, (C, 1); none where answers are a continuum."""
        count = self.energy.classes(weights)
        return torch.arange(count, dtype=like.dtype, device=like.device)[:, None]

    def grid(self, side: int) -> Tensor:
        """The centres of side^A equal cells of the box, (side^A, A)."""
        if side not in self._grids:
            self._grids.clear()
            self._grids[side] = self.within(_regular(side, len(self.low)).to(self.low))
        return self._grids[side]

    @cached_property
    def _grids(self) -> dict[int, Tensor]:
        """The last, by its side: every step asks for the same."""
        return {}

    def within(self, share: Tensor) -> Tensor:
        """Places (…, A) at these parts of the sides of the box."""
        return self.low + share * (self.high - self.low)

    def uniform(self, step: int, shape: tuple[int, ...], like: Tensor) -> Tensor:
        """Of a step: numbers in [0, 1[."""

        def make(step: int) -> Tensor:
            return torch.from_numpy(stream(self.seed, Stream.ANSWERS, step).random(shape)).to(like)

        return beforehand(step, make)

    def normal(self, step: int, shape: tuple[int, ...], like: Tensor) -> Tensor:
        """Of a step: standard normal numbers."""

        def make(step: int) -> Tensor:
            random = stream(self.seed, Stream.ANSWERS, step)
            return torch.from_numpy(random.standard_normal(shape)).to(like)

        return beforehand(step, make)


def _regular(count: int, axes: int) -> Tensor:
    """The centres of count^axes equal cells of the unit box, (count^axes, axes)."""
    line = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    return line[:, None] if axes == 1 else torch.cartesian_prod(*[line] * axes)
