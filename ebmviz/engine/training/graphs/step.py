"""Steps of a problem, each one call, wherever the GPU lets them be recorded.

A step is recorded as torch makes it, so there is no second form of any formula, and what it is
given is what torch's own would be given: rows by (seed, epoch), draws by (seed, step). What cannot
be recorded goes by torch, and the log says why. Each recording is compared with torch's step
before it is used.
"""

from __future__ import annotations

import dataclasses
import logging
from typing import cast
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from ebmviz.engine.energies.base.capabilities import OwnSteps
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.tape.beforehand import Counter, Foreseen, Unrecordable, current
from ebmviz.engine.training.graphs import capture
from ebmviz.engine.training.graphs.places import Going, Supplied
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.taped import going, parted
from ebmviz.engine.weights import Weights

SOON = 64
"""Steps by torch before: a hand at a slider makes a problem at every turn, and few steps of it."""
_NEAR, _LEAST = 1e-4, 1e-6
"""How far a replay may be from torch's step, relatively and at all: libraries choose anew."""
Stepped = tuple[Tensor, Weights, Slots]


class Replay:
    """A step on so many rows."""

    def __init__(self, task: Problem, rows: Tensor, state: TrainState, there: Going) -> None:
        """Raises Unrecordable, or what CUDA raises."""
        self._rows, self._there = rows.clone(), there
        self._loss = rows.new_zeros(())
        first = Foreseen(draws=True)
        there.put(going(state))
        self._made(task, first)
        self._supplied = supplied = Supplied(first, rows.device)

        def work() -> None:
            supplied.begin()
            self._made(task, supplied)

        self._again = capture.captured(work, rows.device)

    def _made(self, task: Problem, foreseen: Foreseen) -> None:
        number, updates = cast(int, Counter("step")), cast(int, Counter("updates"))
        token = current.set(foreseen)
        try:
            weights, slots = parted(self._there.tensors)
            now = TrainState(weights, slots, number, updates=updates)
            loss, weights, slots = task.stepped(self._rows, now)
        finally:
            current.reset(token)
        after = going(TrainState(weights, slots))
        if not self._there.fits(after):
            raise Unrecordable("a step changes what goes on")
        self._loss.copy_(loss)
        self._there.put(after)

    def __call__(self, rows: Tensor, step: int, updates: int) -> Stepped:
        """From what goes on there."""
        self._rows.copy_(rows)
        self._supplied.make({"step": step, "updates": updates})
        self._again()
        return (self._loss.clone(), *parted(self._there.taken()))


class Graphs:
    """The recorded steps of one problem, by their rows. None are used any more from the first on
    that cannot be recorded.
    """

    def __init__(self) -> None:
        self._steps: dict[int, Replay] = {}
        self._there: Going | None = None
        self._last: Weights | None = None  # those that are there
        self._left, self._refused = SOON, False

    def stepped(self, task: Problem, rows: Tensor, state: TrainState) -> Stepped | None:
        """As `Problem.stepped`, where autograd is off; None where torch is to make it."""
        if self._refused or self._left:
            self._left = max(0, self._left - 1)
            return None
        try:
            replay, there = self._recorded(task, rows, state)
        except Exception as why:  # whatever CUDA raises, or a plug-in
            self._refused, self._there = True, None
            self._steps.clear()
            logging.getLogger(__name__).warning("Steps on the GPU go one by one: %s", why)
            return None
        if state.weights is not self._last:
            there.put(going(state))
        found = replay(rows, state.step, state.updates)
        self._last = found[1]
        return found

    def _recorded(self, task: Problem, rows: Tensor, state: TrainState) -> tuple[Replay, Going]:
        if self._there is None:
            self._there = Going(going(state))
        there = self._there
        if not there.fits(going(state)):
            raise Unrecordable("what goes on from step to step changes")
        if len(rows) not in self._steps:
            replay = Replay(task, rows, state, there)
            _check(replay, there, task, rows, state)
            self._steps[len(rows)], self._last = replay, None
        return self._steps[len(rows)], there


def _check(replay: Replay, there: Going, task: Problem, rows: Tensor, state: TrainState) -> None:
    """Unrecordable where it is not torch's step, or the same whatever its number is."""
    for more in range(2):
        now = dataclasses.replace(state, step=state.step + more, updates=state.updates + more)
        there.put(going(now))
        ours, theirs = replay(rows, now.step, now.updates), task.stepped(rows, now)
        found, wanted = (
            {"loss": loss, **going(TrainState(weights, slots))}
            for loss, weights, slots in (ours, theirs)
        )
        for name, tensor in wanted.items():
            if not torch.allclose(found[name], tensor, _NEAR, _LEAST, equal_nan=True):
                raise Unrecordable(f"a replay finds another “{name}” than torch")


_graphs: WeakKeyDictionary[Problem, Graphs] = WeakKeyDictionary()


def stepped(task: Problem, rows: Tensor, state: TrainState) -> Stepped:
    """A step of a problem, where autograd is off: from its graph, or by torch."""
    if task.data.device.type == "cuda" and not isinstance(task.energy, OwnSteps):
        if task not in _graphs:
            _graphs[task] = Graphs()
        if found := _graphs[task].stepped(task, rows, state):
            return found
    return task.stepped(rows, state)


def retire(task: Problem) -> None:
    """Another problem takes its place: what its graphs hold is let go of."""
    _graphs.pop(task, None)
