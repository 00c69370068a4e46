"""Optimiser steps, as a pure function of a frozen state.

The order of the data is a function of (seed, epoch), so a state holds all that the future
depends on: training resumed from a saved state continues bit for bit. A step of a tiny model
is all overhead, so steps are run from tapes (`training.taped`) wherever they can be recorded, and
on a CUDA GPU from graphs (`training.graphs`).
Where torch makes them, the energy loss of a decoder goes back through loss, free energy and
decoder by functions that need not be autograd's, and numbers are looked at only once per block
of steps (on a GPU each look would stall its queue).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.errors import NumericError
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.training.batches import next_batch, next_run
from ebmviz.engine.training.graphs import step as graphs
from ebmviz.engine.training.problem import BLOCK, Problem, TrainState
from ebmviz.engine.training.taped import play, tapes
from ebmviz.engine.weights import Packed, Weights, form, packed

_HELD = 1 << 22  # numbers in the records of a block, at most
_LOOK = 0.01  # s between two looks at the clock: what is around a call costs some 0.2 ms
_AGAIN = 1024  # steps gone through again at once


class Record(NamedTuple):
    """The weights after a step, and the loss of its batch before it."""

    step: int
    loss: float
    weights: Packed


@dataclass(frozen=True)
class Block:
    """Consecutive steps. steps: how many. state: after them. loss: of the batch of the last, before
    it; NaN where there is none. records: of the steps that were asked for.

    fault: why there are no more; all records, and the state, are sound.
    """

    steps: int
    state: TrainState
    loss: float
    records: list[Record]
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
    return block.state, block.loss


def advance(
    task: Problem, state: TrainState, steps: int, deadline: float = math.inf, every: int = 1
) -> Block:
    """At least one and at most `steps` steps, fewer at the deadline (of time.perf_counter), with a
    record of every `every`-th since the start.

    The same states as `step` finds, however many are made at once. A block ends where its records
    would fill the memory (by torch after 64 steps at the latest), and before the first step whose
    loss is not finite or beyond the problem's limit, or after which some weight is not finite.
    """
    weights = sum(w.numel() for w in state.weights.values())
    if tapes(task).tape(task, state, next_run(task, state, 1).size):
        most = max(1, _HELD // max(1, weights))
        return _from_tapes(task, state, min(steps, every * most), deadline, every)
    slots = sum(s.numel() for s in state.slots.values())
    most = max(1, _HELD // max(1, weights + slots))
    return _by_torch(task, state, min(steps, most, BLOCK), deadline, every)


def _from_tapes(task: Problem, state: TrainState, steps: int, deadline: float, every: int) -> Block:
    records: list[Record] = []
    first, loss, layout, known = state.step, math.nan, form(state.weights), tapes(task)
    while (left := first + steps - state.step) > 0:
        now = time.perf_counter()
        few = max(1, int(min(left, min(deadline - now, _LOOK) / known.pace)))
        run = next_run(task, state, few)
        tape = known.tape(task, state, run.size)
        assert tape is not None
        wanted = (state.step + 1 + np.arange(run.batches)) % every == 0
        played, after = play(tape, task, state, run, task.limit, wanted)
        for number, row in zip(np.flatnonzero(wanted[: played.done]), played.kept, strict=True):
            weights = Packed(layout, row.copy().view(np.uint8))
            step, value = state.step + 1 + int(number), float(played.values[number])
            records.append(Record(step, value, weights))
        state = after
        if played.done:
            loss = float(played.values[played.done - 1])
        if played.done < run.batches:
            fault = _fault(state.step, float(played.values[-1]))
            return Block(state.step - first, state, loss, records, fault)
        then = time.perf_counter()
        known.pace = (then - now) / run.batches
        if then >= deadline:
            break
    return Block(state.step - first, state, loss, records)


@torch.no_grad()
def _by_torch(task: Problem, state: TrainState, steps: int, deadline: float, every: int) -> Block:
    begun, states, losses = state, [], []
    for _ in range(max(1, steps)):
        state, loss = _next(task, state)
        states.append(state)
        losses.append(loss)
        if time.perf_counter() >= deadline:
            break
    values: list[float] = torch.stack(losses).tolist()
    sound, fault = len(states), None
    # No step makes a weight finite again: the last state speaks for all.
    if not all(abs(v) <= task.limit for v in values) or not _finite(states[-1]):
        sound = 0
        while abs(values[sound]) <= task.limit and _finite(states[sound]):
            sound += 1
        fault = _fault(states[sound].step - 1, values[sound])
    records = [
        Record(s.step, v, packed(s.weights))
        for s, v in zip(states[:sound], values, strict=False)
        if s.step % every == 0
    ]
    if sound == 0:
        return Block(0, begun, math.nan, [], fault)
    return Block(sound, states[sound - 1], values[sound - 1], records, fault)


def _fault(step: int, loss: float) -> NumericError:
    """After so many sound steps."""
    return NumericError(
        f"training diverged at step {step + 1} (loss {loss:.3g}):"
        " lower the rate η and train on, or reset"
    )


@torch.no_grad()
def forward(task: Problem, state: TrainState, step: int) -> TrainState:
    """The state after step number `step`, by steps that `advance` has found sound.

    Raises NumericError where they are not.
    """
    while state.step < step:
        run = next_run(task, state, min(step - state.step, _AGAIN))
        tape = tapes(task).tape(task, state, run.size)
        if tape:
            none = np.zeros(run.batches, np.bool_)
            played, state = play(tape, task, state, run, math.inf, none)
            if played.done < run.batches:
                raise _fault(state.step, float(played.values[-1]))
        else:
            state, _ = _next(task, state)
    return state


def _next(task: Problem, state: TrainState) -> tuple[TrainState, Tensor]:
    y, end = next_batch(task, state)
    loss, weights, slots = graphs.stepped(task, y, state)
    return after(task, state, end, weights, slots), loss


def after(task: Problem, state: TrainState, end: int, weights: Weights, slots: Slots) -> TrainState:
    """The state after a step that used the data up to `end`, with these weights and slots."""
    over = end >= len(task.data)
    return TrainState(
        weights, slots, state.step + 1, state.epoch + over, 0 if over else end, state.updates + 1
    )


def _finite(state: TrainState) -> bool:
    return all(bool(w.isfinite().all()) for w in state.weights.values())
