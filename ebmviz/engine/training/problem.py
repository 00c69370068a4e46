"""What is trained, and all that its next step depends on."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ebmviz.core.params import ParamSet
from ebmviz.engine.energies.base.capabilities import Auxiliary, Constrained, OwnSteps
from ebmviz.engine.energies.base.decoder import ChosenPull, Decoder, Pull
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.landscape.least import nearest
from ebmviz.engine.landscape.scattered import free_energy_and_pull
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.loss import Loss, LossParams
from ebmviz.engine.losses.base.wrong import Wrong
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, Slots
from ebmviz.engine.training.objective import Objective
from ebmviz.engine.training.run import TENSOR
from ebmviz.engine.weights import Weights, equal

DIVERGED = 1e8
BLOCK = 64  # steps between two looks at the numbers, where torch makes them
_TOGETHER = 1 << 17  # energies formed at once for the means of several states


@dataclass(frozen=True)
class TrainState:
    """Everything the next step depends on, beside the problem.

    `updates` counts steps since the optimiser's state began, `cursor` the data of this
    epoch already used.
    """

    weights: Weights
    slots: Slots
    step: int = 0
    epoch: int = 0
    cursor: int = 0
    updates: int = 0

    @property
    def size(self) -> int:
        """Bytes of its tensors."""
        return sum(t.nbytes + TENSOR for t in (*self.weights.values(), *self.slots.values()))

    def at_rest(self) -> TrainState:
        """The same in main memory, wherever training computes."""
        return self.on(torch.device("cpu"))

    def equals(self, other: TrainState) -> bool:
        """Whether the next step from both is the same, bit for bit."""
        counters = (self.step, self.epoch, self.cursor, self.updates)
        same = counters == (other.step, other.epoch, other.cursor, other.updates)
        return same and equal(self.weights, other.weights) and equal(self.slots, other.slots)

    def on(self, device: torch.device) -> TrainState:
        """The same on a device; itself where it is there."""
        if all(t.device == device for t in (*self.weights.values(), *self.slots.values())):
            return self
        return dataclasses.replace(
            self,
            weights={k: w.to(device) for k, w in self.weights.items()},
            slots={k: s.to(device) for k, s in self.slots.items()},
        )


@dataclass(frozen=True, eq=False)
class Problem:
    """What is trained: built from a scene, valid until the scene changes; equal to itself alone."""

    energy: Energy[ParamSet]
    objective: Objective
    optimizer: Optimizer[OptimizerParams]
    data: Tensor
    """Rows (N, D): what the energy takes."""
    seed: int
    limit: float = DIVERGED
    """A loss beyond this is no longer that of a fit."""
    facts: frozenset[str] = frozenset()
    """Those of the scene."""

    @property
    def loss(self) -> Loss[LossParams]:
        return self.objective.loss

    @functools.cached_property
    def batch(self) -> int:
        """Data rows per step, at most the whole set."""
        return min(self.optimizer.params.batch, len(self.data))

    @property
    def epoch_steps(self) -> int:
        """Steps that use every row once; the last may be smaller."""
        return math.ceil(len(self.data) / self.batch)

    @functools.cached_property
    def manifold(self) -> Decoder[ParamSet] | None:
        """The energy, if all of it is one set of points with equal weights."""
        energy = self.energy
        if not isinstance(energy, Decoder) or not energy.plain:
            return None
        return energy

    @functools.cached_property
    def z(self) -> Tensor:
        """All latents of a manifold."""
        assert self.manifold
        return self.manifold.latents().to(self.data)

    @property
    def most_at_once(self) -> int:
        """Energies formed at once for the mean over the data."""
        return _TOGETHER

    @property
    def together(self) -> int:
        """States whose mean energies are found together."""
        if not self.manifold:
            return BLOCK
        return max(1, _TOGETHER // (len(self.data) * len(self.z)))

    @functools.cached_property
    def decoded(self) -> Callable[[Weights], tuple[Tensor, Pull]]:
        """The manifold over all latents."""
        assert self.manifold
        return self.manifold.bound(self.z)

    @functools.cached_property
    def decoded_chosen(self) -> Callable[[Weights], tuple[Tensor, ChosenPull]]:
        """The same, pulled at some of its points alone: all that is needed at β = ∞."""
        assert self.manifold
        return self.manifold.bound_chosen(self.z)

    def slots(self, weights: Weights) -> Slots:
        """What goes on from step to step beside the weights, before the first."""
        return {**self.optimizer.init(weights), **self.objective.fresh()}

    def gradient(
        self, weights: Weights, rows: Tensor, step: int, wrong: Wrong | None = None
    ) -> tuple[Tensor, Weights]:
        """The loss at rows (N, D) and its gradient, for wrong answers already drawn or those of
        the step; to be called where autograd is off.
        """
        if self.manifold and isinstance(self.loss, DataLoss) and math.isinf(self.loss.params.beta):
            points, pull_chosen = self.decoded_chosen(weights)
            which = nearest(points, rows)
            away = rows - points[which]
            loss, slope = self.loss.with_slope(away.square().sum(1))
            return loss, pull_chosen(-2 * slope[:, None] * away, which)
        if self.manifold and isinstance(self.loss, DataLoss):
            points, pull_weights = self.decoded(weights)
            free, pull_points = free_energy_and_pull(points, rows, self.loss.params.beta)
            loss, slope = self.loss.with_slope(free)
            return loss, pull_weights(pull_points(slope))
        wrong = wrong or self.objective.draw(weights, rows, step)
        with torch.enable_grad():
            leaves = {k: w.detach().requires_grad_() for k, w in weights.items()}
            loss = self.objective.value(self.objective.energies(leaves, rows, wrong), wrong)
            energy = self.energy
            more = energy.auxiliary(leaves, rows) if isinstance(energy, Auxiliary) else None
            slopes = torch.autograd.grad(
                loss if more is None else loss + more,
                list(leaves.values()),
                allow_unused=True,
                materialize_grads=True,
            )
        return loss.detach(), dict(zip(leaves, slopes, strict=True))

    def stepped(self, rows: Tensor, state: TrainState) -> tuple[Tensor, Weights, Slots]:
        """The loss at rows, and weights and slots after a step on them."""
        if isinstance(self.energy, OwnSteps):
            loss = self.energy.free(state.weights, rows, self.loss.params.beta).mean()
            weights = self.energy.own_step(state.weights, rows, state.step, self.seed)
            return loss, weights, state.slots
        wrong = self.objective.draw(state.weights, rows, state.step, state.slots)
        loss, slopes = self.gradient(state.weights, rows, state.step, wrong)
        weights, slots = self.optimizer.update(
            state.weights, slopes, state.slots, state.updates + 1
        )
        return loss, self.kept_in(weights), {**slots, **wrong.slots}

    @property
    def keeps(self) -> bool:
        """Whether `kept_in` does anything."""
        return self.objective.regularizer.keeps or isinstance(self.energy, Constrained)

    def kept_in(self, weights: Weights) -> Weights:
        """Weights after a step, where the regulariser and the energy's own constraint want them."""
        kept = self.objective.regularizer.kept_in(weights)
        return self.energy.retracted(kept) if isinstance(self.energy, Constrained) else kept
