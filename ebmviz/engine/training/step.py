"""Optimiser steps, as a pure function of a frozen state.

The order of the data is a function of (seed, epoch), so a state holds all that the future
depends on: training resumed from a saved state continues bit for bit. A step of a tiny model
is all overhead, hence three things: the energy loss of a decoder goes back through loss, free
energy and decoder by functions that need not be autograd's, numbers are looked at only once per
block of steps (on a GPU each look would stall its queue), and the mean energies of a block are
found together. All other losses and energies go through `training.objective` and autograd.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch
from torch import Tensor

from ebmviz.core.errors import NumericError
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.training.batches import next_batch
from ebmviz.engine.training.problem import BLOCK, Problem, TrainState
from ebmviz.engine.weights import Weights

_HELD = 1 << 22  # numbers in the states of a block, at most


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
