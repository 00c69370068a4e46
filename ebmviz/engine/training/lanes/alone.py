"""A lane that steps by itself: bit for bit the training of its scene."""

from __future__ import annotations

import copy
import math
from collections import deque
from collections.abc import Sequence
from typing import Self

import torch

from ebmviz.engine.training import step as training
from ebmviz.engine.training.lanes.group import (
    KEPT,
    LOOK,
    LaneGroup,
    LaneState,
    counters,
    on,
    sound,
)
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.taking_up import fresh_chains, fresh_optimizer, fresh_where_unlike
from ebmviz.engine.weights import Weights

_RECORD = 16  # looks at all of its past, ever further apart


class AloneLane(LaneGroup):
    """One lane, by the ordinary steps."""

    def __init__(self, task: Problem) -> None:
        self.tasks = (task,)
        first = training.start(task)
        self._take(LaneState(first, first.weights, True, math.nan))

    def _take(self, kept: LaneState) -> None:
        self._state, self._start, self._alive, self._loss = kept
        self._clock = counters(self._state)
        self._seen: deque[tuple[int, Weights]] = deque(maxlen=KEPT)
        self._record: list[tuple[int, Weights]] = []
        self._note()

    def _note(self) -> None:
        step = self._state.step
        self._look(step, self._state.weights)
        device = self.tasks[0].data.device
        self.alive = torch.tensor([self._alive], device=device)
        self.steps = torch.tensor([step], device=device)
        self.values = torch.tensor([self._loss], device=device)

    def _look(self, step: int, weights: Weights) -> None:
        if not self._seen or step >= self._seen[-1][0] + LOOK:
            self._seen.append((step, weights))
        apart = self._record[1][0] - self._record[0][0] if len(self._record) > 1 else 0
        if not self._record or step >= self._record[-1][0] + max(apart, 1):
            self._record.append((step, weights))
            if len(self._record) > _RECORD:
                self._record = self._record[::2]

    @property
    def clock(self) -> TrainState:
        return self._clock

    def train(self, steps: int, deadline: float) -> int:
        if not self._alive:
            return steps
        device = self.tasks[0].data.device
        block = training.advance(self.tasks[0], self._state, steps, deadline, LOOK)
        for record in block.records:
            self._look(record.step, on(device, record.weights.unpacked()))
        if block.steps:
            self._state, self._loss = block.state, block.loss
            self._clock = counters(self._state)
        if block.fault:
            self._go_back()
        self._note()
        return steps if block.fault else block.steps

    def _go_back(self) -> None:
        task, looks = self.tasks[0], list(self._seen)
        found = sound(task, self._start, looks)
        step, weights = (0, self._start) if found is None else looks[found]
        back = TrainState(weights, {}, step, self._state.epoch, self._state.cursor)
        self._state, self._alive = fresh_optimizer(task, back), False

    def state(self, lane: int) -> TrainState:
        assert lane == 0
        return self._state

    def kept(self, lane: int) -> LaneState:
        assert lane == 0
        return LaneState(self._state, self._start, self._alive, self._loss)

    def take(self, lanes: Sequence[LaneState], clock: TrainState) -> None:
        (kept,), task = lanes, self.tasks[0]
        there = kept.on(task.data.device)
        self._take(there._replace(state=fresh_where_unlike(task, there.state)))
        if not kept.alive:
            self._clock = counters(clock)

    def retune(self, tasks: Sequence[Problem]) -> None:
        (task,) = tasks
        other = type(task.optimizer) is not type(self.tasks[0].optimizer)
        self.tasks = (task,)
        fresh, device = fresh_optimizer if other else fresh_chains, task.data.device
        self._state = fresh(task, self._state.on(device))
        self._start = on(device, self._start)
        self._seen = deque(((step, on(device, w)) for step, w in self._seen), maxlen=KEPT)
        self._record = [(step, on(device, w)) for step, w in self._record]
        if self._alive:
            self._clock = counters(self._state)

    def branched(self) -> Self:
        other = copy.copy(self)
        other._seen, other._record = self._seen.copy(), self._record.copy()
        return other

    def past(self, lane: int, step: int) -> Weights | None:
        assert lane == 0
        at, weights = min(self._record, key=lambda look: abs(look[0] - step))
        return weights if abs(at - step) <= step / 4 else None
