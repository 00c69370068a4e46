"""Optimiser steps, as a pure function of a frozen state.

The order of the data is a function of (seed, epoch), so a state holds all that the future
depends on: training resumed from a saved state continues bit for bit. A step of a tiny model
is all overhead, hence three things: the energy loss of a decoder goes back through loss, free
energy and decoder by functions that need not be autograd's, numbers are looked at only once per
block of steps (on a GPU each look would stall its queue), and the mean energies of a block are
found together. All other losses and energies go through `training.objective` and autograd.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ebmviz.core.errors import NumericError
from ebmviz.core.params import ParamSet
from ebmviz.engine.energies.base.capabilities import Auxiliary, Constrained, OwnSteps
from ebmviz.engine.energies.base.decoder import Decoder, Pull
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.landscape.memory import in_parts
from ebmviz.engine.landscape.scattered import (
    free_energies,
    free_energy_and_pull,
    free_energy_points,
)
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.loss import Loss, LossParams
from ebmviz.engine.losses.base.wrong import Wrong
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, Slots
from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.training.objective import Objective
from ebmviz.engine.training.run import TENSOR
from ebmviz.engine.weights import Weights, equal

DIVERGED = 1e8
BLOCK = 64  # steps between two looks at the numbers
_HELD = 1 << 22  # numbers in the states of a block, at most
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
        """The same on a device."""
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

    def slots(self, weights: Weights) -> Slots:
        """What goes on from step to step beside the weights, before the first."""
        return {**self.optimizer.init(weights), **self.objective.fresh()}

    def gradient(
        self, weights: Weights, rows: Tensor, step: int, wrong: Wrong | None = None
    ) -> tuple[Tensor, Weights]:
        """The loss at rows (N, D) and its gradient, for wrong answers already drawn or those of
        the step; to be called where autograd is off.
        """
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


@dataclass(frozen=True)
class Block:
    """Some consecutive steps: the state after each, and the loss of its batch before it.

    fault: why there are no more; all states are sound.
    """

    states: list[TrainState]
    losses: list[float]
    fault: NumericError | None = None


def start(task: Problem) -> TrainState:
    """Fresh weights: the same for the same seed."""
    generator = torch.Generator().manual_seed(task.seed)
    device = task.data.device
    initial = task.energy.initial(generator, task.data.cpu())
    weights = {k: w.to(device) for k, w in initial.items()}
    return TrainState(weights, task.slots(weights))


def step(task: Problem, state: TrainState) -> tuple[TrainState, float]:
    """The state after one step, and the batch's loss before it.

    Raises NumericError when the loss is not finite or beyond the problem's limit.
    """
    block = advance(task, state, 1)
    if block.fault:
        raise block.fault
    return block.states[0], block.losses[0]


def advance(task: Problem, state: TrainState, steps: int, deadline: float = math.inf) -> Block:
    """At least one and at most `steps` steps, fewer at the deadline (of time.perf_counter).

    The same states as `step` finds, however many are made at once. A block ends after 64 steps,
    earlier if its states would fill the memory, and before the first step whose loss is not finite
    or beyond the problem's limit, or after which some weight is not finite.
    """
    states: list[TrainState] = []
    losses: list[Tensor] = []
    size = sum(t.numel() for t in (*state.weights.values(), *state.slots.values()))
    with torch.no_grad():
        for _ in range(max(1, min(steps, BLOCK, _HELD // max(1, size)))):
            state, loss = _next(task, state)
            states.append(state)
            losses.append(loss)
            if time.perf_counter() >= deadline:
                break
    values: list[float] = torch.stack(losses).tolist()
    # No step makes a weight finite again: the last state speaks for all.
    if all(abs(v) <= task.limit for v in values) and _finite(states[-1]):
        return Block(states, values)
    sound = 0
    while abs(values[sound]) <= task.limit and _finite(states[sound]):
        sound += 1
    fault = NumericError(
        f"training diverged at step {states[sound].step} (loss {values[sound]:.3g}):"
        " lower the rate η and train on, or reset"
    )
    return Block(states[:sound], values[:sound], fault)


@torch.no_grad()
def forward(task: Problem, state: TrainState, step: int) -> TrainState:
    """The state after step number `step`, by steps that `advance` has found sound."""
    for _ in range(step - state.step):
        state, _ = _next(task, state)
    return state


def next_batch(task: Problem, state: TrainState) -> tuple[Tensor, int]:
    """The rows of the next step, and where the epoch stands after it."""
    count = len(task.data)
    cursor = state.cursor if state.cursor < count else 0
    end = cursor + task.batch
    if cursor or end < count:
        return _shuffled(task.data, task.seed, state.epoch)[cursor:end], end
    return task.data, end  # the whole set needs no order


def in_order(task: Problem, epoch: int) -> Tensor:
    """All rows as the batches of an epoch take them, (N, D)."""
    if task.batch >= len(task.data):
        return task.data  # the whole set needs no order
    return _shuffled(task.data, task.seed, epoch)


def _next(task: Problem, state: TrainState) -> tuple[TrainState, Tensor]:
    y, end = next_batch(task, state)
    loss, weights, slots = task.stepped(y, state)
    return after(task, state, end, weights, slots), loss


def after(task: Problem, state: TrainState, end: int, weights: Weights, slots: Slots) -> TrainState:
    """The state after a step that used the data up to `end`, with these weights and slots."""
    over = end >= len(task.data)
    return TrainState(
        weights, slots, state.step + 1, state.epoch + over, 0 if over else end, state.updates + 1
    )


def _finite(state: TrainState) -> bool:
    return all(bool(w.isfinite().all()) for w in state.weights.values())


def mean_energy(task: Problem, weights: Weights) -> float:
    """Mean of F_β over the whole data set, with the training β."""
    return mean_energies(task, [weights])[0]


@torch.no_grad()
def mean_energies(task: Problem, past: Sequence[Weights]) -> list[float]:
    """The mean energy of each: the same numbers together or one by one."""
    beta, few = task.loss.params.beta, task.together
    if not task.manifold:
        return [float(_energies(task, w).mean()) for w in past]
    points = [task.decoded(w)[0] for w in past]
    if few == 1:
        return [float(free_energy_points(p, task.data, beta).mean()) for p in points]
    out: list[float] = []
    for start in range(0, len(points), few):
        together = torch.stack(points[start : start + few])
        out += free_energies(together, task.data, beta).mean(1).tolist()
    return out


@functools.lru_cache(maxsize=16)  # a lab has several
def _shuffled(data: Tensor, seed: int, epoch: int) -> Tensor:
    """The data in the order of an epoch; one tensor, by identity, is one set."""
    return data[_order(seed, epoch, len(data)).to(data.device)]


def _order(seed: int, epoch: int, count: int) -> Tensor:
    generator = stream(seed, Stream.BATCHES, epoch)
    return torch.from_numpy(generator.permutation(count))


def _energies(task: Problem, weights: Weights) -> Tensor:
    """F of all data, in parts that fit the memory."""
    beta = task.loss.params.beta

    def some(part: slice) -> Tensor:
        return task.energy.free(weights, task.data[part], beta)

    step = max(1, _TOGETHER // task.energy.width(weights))
    return torch.cat([part for _, part in in_parts(len(task.data), step, some)])
