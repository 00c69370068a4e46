"""What a group of lanes is, however it steps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, Self

import torch
from torch import Tensor

from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.retreat import data_loss
from ebmviz.engine.weights import Weights

LOOK = 16
"""Steps between two looks at where lanes are."""
KEPT = 16
"""Looks that are remembered, for lanes to go back to."""


class LaneState(NamedTuple):
    """All that a lane goes on from. start: the weights that it began from; loss: of its last batch,
    NaN before the first.
    """

    state: TrainState
    start: Weights
    alive: bool
    loss: float

    def on(self, device: torch.device) -> LaneState:
        """The same on a device."""
        return self._replace(state=self.state.on(device), start=on(device, self.start))


class LaneGroup(ABC):
    """Some lanes. tasks: what each trains. alive (L,): which go on; steps (L,): what each has done;
    values (L,): losses on the last batch, NaN before the first. A lane that has diverged went back
    to where it was last seen with a loss not above that of its start, and stays.
    """

    tasks: tuple[Problem, ...]
    alive: Tensor
    steps: Tensor
    values: Tensor

    @property
    @abstractmethod
    def clock(self) -> TrainState:
        """Counters of the lanes that go on; no weights."""

    @abstractmethod
    def train(self, steps: int, deadline: float) -> int:
        """At least one and at most `steps` steps, fewer at the deadline; how many were done."""

    @abstractmethod
    def state(self, lane: int) -> TrainState:
        """Of one lane, as its training alone would have left it."""

    @abstractmethod
    def kept(self, lane: int) -> LaneState:
        """All of it."""

    @abstractmethod
    def take(self, lanes: Sequence[LaneState], clock: TrainState) -> None:
        """Go on from these; clock: counters for where none of them goes on."""

    @abstractmethod
    def retune(self, tasks: Sequence[Problem]) -> None:
        """Go on under changed problems, which accept these weights and form the same group."""

    @abstractmethod
    def branched(self) -> Self:
        """Another that goes on from here, without this one."""

    @abstractmethod
    def past(self, lane: int, step: int) -> Weights | None:
        """Those of a lane that are known nearest to a step."""


def sound(task: Problem, start: Weights, looks: Sequence[tuple[int, Weights]]) -> int | None:
    """Which look is the newest with a loss not above that of the start; None: the start."""
    most = data_loss(task, start)
    for number in reversed(range(len(looks))):
        if data_loss(task, looks[number][1]) <= most:
            return number
    return None


def counters(state: TrainState) -> TrainState:
    """A state without tensors."""
    return TrainState({}, {}, state.step, state.epoch, state.cursor, state.updates)


def on(device: torch.device, weights: Weights) -> Weights:
    """The same weights there."""
    return {k: w.to(device) for k, w in weights.items()}
