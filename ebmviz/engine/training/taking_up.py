"""What of a state goes on under another problem, and what begins anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from ebmviz.core.checkpoint import CHAINS
from ebmviz.engine.energies.base.capabilities import Placed
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.run import Leg
from ebmviz.engine.training.step import forward

Fresh = Callable[[Problem, TrainState], TrainState]
"""The state that training under a problem begins with, after another."""


def fresh_optimizer(task: Problem, state: TrainState) -> TrainState:
    """The same weights under a newly chosen optimiser; chains go on."""
    slots = {**task.slots(state.weights), **_chains(task, state)}
    return dataclasses.replace(state, slots=slots, updates=0)


def fresh_chains(task: Problem, state: TrainState) -> TrainState:
    """The same state with the slots of the problem's chains: as they were, where they fit."""
    own = {k: s for k, s in state.slots.items() if not k.startswith(CHAINS)}
    slots = {**own, **task.objective.fresh(), **_chains(task, state)}
    return dataclasses.replace(state, slots=slots)


@dataclass(frozen=True)
class Moved:
    """The same state with a weight that a hand has moved: that of `number`, to a place."""

    number: int
    to: tuple[float, float]

    def __call__(self, task: Problem, state: TrainState) -> TrainState:
        assert isinstance(task.energy, Placed)
        to = task.data.new_tensor(self.to)
        weights = task.energy.moved(state.weights, self.number, to)
        return dataclasses.replace(state, weights=weights)


@dataclass(frozen=True)
class Gathered:
    """The same state with what optimiser and chains had gathered once."""

    slots: Slots
    updates: int

    def __call__(self, _task: Problem, state: TrainState) -> TrainState:
        return dataclasses.replace(state, slots=self.slots, updates=self.updates)


def _chains(task: Problem, state: TrainState) -> Slots:
    """The slots of chains that go on."""
    wanted = task.objective.fresh()
    return {
        k: state.slots[k]
        for k, s in wanted.items()
        if k in state.slots and state.slots[k].shape == s.shape
    }


def fresh_slots(task: Problem, state: TrainState) -> TrainState:
    """The same weights under a fresh optimiser, with fresh chains."""
    return dataclasses.replace(state, slots=task.slots(state.weights), updates=0)


def fresh_where_unlike(task: Problem, state: TrainState) -> TrainState:
    """The same state with all slots that a problem wants: as they were, where they fit."""
    wanted = task.slots(state.weights)
    fits = {k: s.shape for k, s in state.slots.items()} == {k: s.shape for k, s in wanted.items()}
    if fits:
        return state
    own = {k for k in wanted if not k.startswith(CHAINS)}
    same = own == {k for k in state.slots if not k.startswith(CHAINS)}
    return (fresh_chains if same else fresh_optimizer)(task, state)


@dataclass(frozen=True)
class TrainingLeg(Leg[TrainState]):
    """Training under one problem. fresh: what begins anew with it."""

    task: Problem
    fresh: Fresh = fresh_chains

    def taken_up(self, state: TrainState) -> TrainState:
        found = self.fresh(self.task, state.on(self.task.data.device))
        return state if _same(found, state) else found

    def forward(self, state: TrainState, step: int) -> TrainState:
        return forward(self.task, state.on(self.task.data.device), step)


def _same(one: TrainState, other: TrainState) -> bool:
    """Whether one holds the very tensors of the other."""
    held = (*one.weights.items(), *one.slots.items())
    kept = {**other.weights, **other.slots}
    counters = (one.step, one.epoch, one.cursor, one.updates)
    same = counters == (other.step, other.epoch, other.cursor, other.updates)
    return same and len(held) == len(kept) and all(kept.get(k) is t for k, t in held)
