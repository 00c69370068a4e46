"""One optimiser step at a time, as a pure function of a frozen state.

The order of the data is a function of (seed, epoch), so a state holds all that the future
depends on: training resumed from a saved state continues bit for bit.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.errors import NumericError
from ebmviz.core.params import ParamSet
from ebmviz.core.scene import Scene
from ebmviz.engine import registry
from ebmviz.engine.energies.energy import Decoder, Weights
from ebmviz.engine.landscape import free_energy_points
from ebmviz.engine.losses.loss import Loss, LossParams
from ebmviz.engine.optimizers.optimizer import Optimizer, OptimizerParams, Slots

DIVERGED = 1e8
_BATCHES = 2  # the random stream of batch order; data sets use 0 and 1


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


@dataclass(frozen=True)
class Problem:
    """What is trained: built from a scene, valid until the scene changes."""

    energy: Decoder[ParamSet]
    loss: Loss[LossParams]
    optimizer: Optimizer[OptimizerParams]
    data: Tensor
    z: Tensor
    seed: int
    limit: float = DIVERGED
    """A loss beyond this is no longer that of a fit."""

    @property
    def batch(self) -> int:
        """Data points per step, at most the whole set."""
        return min(self.optimizer.params.batch, len(self.data))

    @property
    def epoch_steps(self) -> int:
        """Steps that use every point once; the last may be smaller."""
        return math.ceil(len(self.data) / self.batch)

    def free_energy(self, weights: Weights, y: Tensor) -> Tensor:
        """F_β at y (N, 2) -> (N,), with the training β."""
        return free_energy_points(self.energy.decode(weights, self.z), y, self.loss.params.beta)


def problem(scene: Scene, device: torch.device) -> Problem:
    """The problem a scene poses. Raises UserError when its data are missing."""
    run = scene.run
    energy = registry.energy(scene)
    data = registry.dataset(scene).points(run.seed)
    return Problem(
        energy=energy,
        loss=registry.loss(scene),
        optimizer=registry.optimizer(scene),
        data=torch.as_tensor(data, dtype=torch.float32).to(device),
        z=energy.latents().to(torch.float32).to(device),
        seed=run.seed,
        limit=max(DIVERGED, 1e4 * float(np.square(data).sum(1).mean())),
    )


def start(task: Problem) -> TrainState:
    """Fresh weights: the same for the same seed."""
    generator = torch.Generator().manual_seed(task.seed)
    device = task.data.device
    weights = {k: w.to(device) for k, w in task.energy.initial(generator).items()}
    return TrainState(weights, task.optimizer.init(weights))


def step(task: Problem, state: TrainState) -> tuple[TrainState, float]:
    """The state after one step, and the batch's loss before it.

    Raises NumericError when the loss is not finite or beyond the problem's limit.
    """
    order = _order(task.seed, state.epoch, len(task.data))
    cursor = state.cursor if state.cursor < len(order) else 0
    chosen = order[cursor : cursor + task.batch]
    weights = {k: w.detach().requires_grad_() for k, w in state.weights.items()}
    loss = task.loss(task.free_energy(weights, task.data[chosen.to(task.data.device)]))
    gradients = dict(zip(weights, torch.autograd.grad(loss, list(weights.values())), strict=True))
    value = float(loss.detach())
    with torch.no_grad():
        after, slots = task.optimizer.update(
            state.weights, gradients, state.slots, state.updates + 1
        )
    healthy = abs(value) <= task.limit and all(bool(w.isfinite().all()) for w in after.values())
    if not healthy:
        raise NumericError(
            f"training diverged at step {state.step + 1} (loss {value:.3g}); the last good"
            " weights are kept: lower the rate η and train on"
        )
    over = cursor + len(chosen) >= len(order)
    return (
        TrainState(
            weights=after,
            slots=slots,
            step=state.step + 1,
            epoch=state.epoch + over,
            cursor=0 if over else cursor + len(chosen),
            updates=state.updates + 1,
        ),
        value,
    )


def fresh_optimizer(task: Problem, state: TrainState) -> TrainState:
    """The same weights under a newly chosen optimiser."""
    return dataclasses.replace(state, slots=task.optimizer.init(state.weights), updates=0)


def moved(state: TrainState, device: torch.device) -> TrainState:
    """The same state on another device."""
    return dataclasses.replace(
        state,
        weights={k: w.to(device) for k, w in state.weights.items()},
        slots={k: s.to(device) for k, s in state.slots.items()},
    )


@torch.no_grad()
def mean_energy(task: Problem, weights: Weights) -> float:
    """Mean of F_β over the whole data set, with the training β."""
    return float(task.free_energy(weights, task.data).mean())


@functools.lru_cache(maxsize=4)
def _order(seed: int, epoch: int, count: int) -> Tensor:
    generator = np.random.default_rng([seed, _BATCHES, epoch])
    return torch.from_numpy(generator.permutation(count))
