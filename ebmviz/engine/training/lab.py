"""The lab: one scene under many values at once, each lane training as it would alone.

Lanes that can be stacked step together, others one after the other, all the same number of steps.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.training import step as training
from ebmviz.engine.training.lab_groups import check_work
from ebmviz.engine.training.lanes.group import LaneState, counters
from ebmviz.engine.training.lanes.grouping import grouped, made
from ebmviz.engine.training.problem import BLOCK, Problem, TrainState
from ebmviz.engine.weights import Weights


class LaneTask(NamedTuple):
    """A lane: what it is known by, its names on the screen, one for each path that varies, and what
    it trains.
    """

    key: str
    names: tuple[str, ...]
    task: Problem


class Lab:
    """Lanes in their order. keys, titles, tasks: theirs. base: the problem of the scene that they
    all come from. gathered: of a checkpoint, by optimisers and chains of the lanes, while the lab
    was out of sight and its problems were those of the scene before.
    """

    gathered: Mapping[str, Array] = {}

    def __init__(self, lanes: Sequence[LaneTask], base: Problem | None = None) -> None:
        """Raises UserError where a step of all would be too much."""
        self._pose(lanes, base)
        weights = [training.start(task).weights for task in self.tasks]
        check_work(self.tasks, weights)
        self._parts = grouped(self.tasks, weights)
        groups = [group for part in self._parts for group in made(part, self.tasks)]
        self._members, self._groups = [m for m, _ in groups], [g for _, g in groups]
        one = all(_equal(each, weights[0]) for each in weights[1:])
        same = all(torch.equal(task.data, self.tasks[0].data) for task in self.tasks)
        self._begun = {"data": same, "initial weights": one}
        self._pace = math.inf  # s of a step of all, as the last ones were
        self._at = _places([lanes for _, lanes in self._members])

    def _pose(self, lanes: Sequence[LaneTask], base: Problem | None) -> None:
        self.base = base or lanes[0].task
        self.lane_tasks = tuple(lanes)
        self.keys = tuple(lane.key for lane in lanes)
        self.titles = tuple(", ".join(lane.names) for lane in lanes)
        self.tasks = tuple(lane.task for lane in lanes)

    @property
    def shared(self) -> tuple[str, ...]:
        """What all lanes began from, of “data” and “initial weights”."""
        return tuple(name for name, same in self._begun.items() if same)

    @property
    def clock(self) -> TrainState:
        """Counters of the lanes that have gone furthest; no weights."""
        return max((group.clock for group in self._groups), key=lambda clock: clock.step)

    @property
    def step(self) -> int:
        """Steps since the start, of the lanes that go on."""
        return self.clock.step

    @property
    def epoch(self) -> float:
        """Passes over the data since the start."""
        clock = self.clock
        return clock.epoch + clock.cursor / len(self.tasks[0].data)

    @property
    def alive(self) -> Tensor:
        """Which lanes go on, (L,)."""
        return self._each("alive")

    @property
    def steps(self) -> Tensor:
        """What each has done, (L,)."""
        return self._each("steps")

    @property
    def values(self) -> Tensor:
        """Losses on the last batch, (L,), NaN before the first."""
        return self._each("values")

    def _each(self, name: str) -> Tensor:
        parts = [getattr(group, name).cpu() for group in self._groups]
        order = [lane for _, lanes in self._members for lane in lanes]
        return torch.cat(parts)[torch.tensor(order).argsort()]

    def train(self, steps: int, deadline: float = math.inf) -> int:
        """At least one and at most `steps` steps, fewer at the deadline; how many were done."""
        if len(self._groups) == 1:
            return self._groups[0].train(steps, deadline)
        done = 0
        while done < steps:
            began = time.perf_counter()
            few = max(1, int(min(steps - done, BLOCK, (deadline - began) / self._pace)))
            for group in self._groups:
                left = few
                while left > 0:
                    left -= group.train(left, math.inf)
            done += few
            now = time.perf_counter()
            self._pace = (now - began) / few
            if now >= deadline:
                break
        return done

    def lane(self, index: int) -> TrainState:
        """The state of one lane, as its training alone would have left it."""
        group, place = self._at[index]
        return self._groups[group].state(place)

    def past(self, lane: int, step: int) -> Weights | None:
        """The weights of a lane that are known nearest to a step."""
        group, place = self._at[lane]
        return self._groups[group].past(place, step)

    def kept(self) -> tuple[LaneState, ...]:
        """All that each lane depends on."""
        return tuple(self._groups[group].kept(place) for group, place in self._at)

    def go_on_from(self, lanes: Sequence[LaneState], clock: TrainState) -> None:
        """Take the place of these lanes, in this order. Another optimiser begins there."""
        for (_, members), group in zip(self._members, self._groups, strict=True):
            group.take([lanes[lane] for lane in members], counters(clock))

    def branched(self) -> Lab:
        """Another that goes on from here, without this one."""
        other = copy.copy(self)
        other._groups = [group.branched() for group in self._groups]
        return other

    def retuned(self, lanes: Sequence[LaneTask], base: Problem) -> Lab | None:
        """The lab that goes on under changed problems of its lanes, or of some of them; None where
        it cannot.
        """
        keys = [lane.key for lane in lanes]
        if not set(keys) <= set(self.keys):
            return None
        tasks = [lane.task for lane in lanes]
        places = [self.keys.index(key) for key in keys]
        weights = [self.lane(place).weights for place in places]
        if not all(t.energy.accepts(w, t.data) for t, w in zip(tasks, weights, strict=True)):
            return None
        if grouped(tasks, weights) != self._parts or tuple(keys) != self.keys:
            other, kept = Lab(lanes, base), self.kept()
            other.go_on_from([kept[place] for place in places], self.clock)
            return other
        check_work(tasks, weights)
        for (_, own), group in zip(self._members, self._groups, strict=True):
            group.retune([tasks[lane] for lane in own])
        self._pose(lanes, base)
        return self


def _equal(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(torch.equal(w, other[k]) for k, w in one.items())


def _places(groups: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Of each lane: its group, and its place there."""
    found = {lane: (g, i) for g, lanes in enumerate(groups) for i, lane in enumerate(lanes)}
    return [found[lane] for lane in range(len(found))]
