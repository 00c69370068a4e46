"""Lanes whose weights are rows of one matrix.

So is each slot of the optimiser, which works element by element: a step is one batched forward, one
backward (the lanes are independent: the gradient of the sum is each lane's own) and one update.
"""

from __future__ import annotations

import copy
import dataclasses
import math
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import Self

import msgspec
import torch
from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Auxiliary
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, Slots
from ebmviz.engine.training import step as training
from ebmviz.engine.training.lane_record import LaneRecord
from ebmviz.engine.training.lanes.group import (
    KEPT,
    LOOK,
    LaneGroup,
    LaneState,
    counters,
    sound,
)
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.taking_up import fresh_optimizer
from ebmviz.engine.weights import Weights

ALL = "all"  # the one tensor that the optimiser sees


class Stack(LaneGroup):
    """Lanes of one energy, one optimiser but for its rate, and batches of one size.

    head: the problem of the first lane, for what all share.
    """

    def __init__(self, tasks: Sequence[Problem]) -> None:
        self.tasks = tuple(tasks)
        states = [training.start(task) for task in tasks]
        self._shapes = {k: w.shape for k, w in states[0].weights.items()}
        self._sizes = [math.prod(shape) for shape in self._shapes.values()]
        self._take([LaneState(s, s.weights, True, math.nan) for s in states], states[0])
        self._pose()

    @property
    def head(self) -> Problem:
        return self.tasks[0]

    @property
    def clock(self) -> TrainState:
        return self._clock

    @abstractmethod
    def _arrange(self) -> None:
        """Look at the problems, which are others."""

    @abstractmethod
    def _gradient(self) -> tuple[Tensor, Tensor, int]:
        """Each lane's loss (L,), its slope (L, P), and where the epoch stands after the step."""

    def _pose(self) -> None:
        rates = [task.optimizer.params.lr for task in self.tasks]
        self._rates: Tensor | None = None
        if len(set(rates)) > 1:
            self._rates = self._flat.new_tensor(rates)[:, None]
            self._unit = _at_rate_one(self.head.optimizer)
            self._zero = torch.zeros_like(self._flat)
        self._arrange()

    def _take(self, lanes: Sequence[LaneState], clock: TrainState) -> None:
        device = self.head.data.device
        self._flat = self._back = _rows([lane.state.weights for lane in lanes]).to(device)
        self._start = _rows([lane.start for lane in lanes]).to(device)
        going = next((lane.state for lane in lanes if lane.alive), clock)
        self._clock = counters(going)
        self._slots = self._stacked([lane.state.slots for lane in lanes])
        self.alive = torch.tensor([lane.alive for lane in lanes], device=device)
        self.steps = torch.tensor([lane.state.step for lane in lanes], device=device)
        self.values = torch.tensor([lane.loss for lane in lanes], device=device)
        self._worst = torch.zeros(len(lanes), device=device)
        self._seen: deque[tuple[int, Tensor]] = deque([(going.step, self._flat)], maxlen=KEPT)
        self._record = LaneRecord()
        self._record.add(going.step, self._flat)

    def _stacked(self, slots: Sequence[Slots]) -> Slots:
        """The slots of lanes as rows; of another optimiser fresh ones, as if no update had been."""
        out = self.head.optimizer.init({ALL: self._flat})
        names = list(self._shapes)
        for stem in [name.removesuffix(ALL) for name in out]:
            own = [[each.get(stem + name) for name in names] for each in slots]
            if any(part is None for lane in own for part in lane):
                self._clock = dataclasses.replace(self._clock, updates=0)
                return self.head.optimizer.init({ALL: self._flat})
            parts = [torch.cat([p.flatten() for p in lane if p is not None]) for lane in own]
            out[stem + ALL] = torch.stack(parts).to(self._flat)
        return out

    def take(self, lanes: Sequence[LaneState], clock: TrainState) -> None:
        self._take(lanes, clock)
        self._pose()

    def retune(self, tasks: Sequence[Problem]) -> None:
        other = type(tasks[0].optimizer) is not type(self.head.optimizer)
        self.tasks = tuple(tasks)
        if other:
            self._slots = self.head.optimizer.init({ALL: self._flat})
            self._clock = dataclasses.replace(self._clock, updates=0)
        self._pose()

    def train(self, steps: int, deadline: float) -> int:
        done = 0
        with torch.no_grad():
            while done < steps:
                self._step()
                done += 1
                if time.perf_counter() >= deadline:
                    break
            self._look()
        return done

    def state(self, lane: int) -> TrainState:
        weights = self._named(self._flat[lane].clone())
        slots: Slots = {}
        for name, slot in self._slots.items():
            stem = name.removesuffix(ALL)
            slots |= {stem + k: part for k, part in self._named(slot[lane].clone()).items()}
        state = dataclasses.replace(
            self._clock, weights=weights, slots=slots, step=int(self.steps[lane])
        )
        if not bool(self.alive[lane]):  # its slots went on to what cannot be used
            state = fresh_optimizer(self.tasks[lane], state)
        return state

    def kept(self, lane: int) -> LaneState:
        start = self._named(self._start[lane])
        alive, loss = bool(self.alive[lane]), float(self.values[lane])
        return LaneState(self.state(lane), start, alive, loss)

    def branched(self) -> Self:
        other = copy.copy(self)
        other._seen, other._record = self._seen.copy(), copy.copy(self._record)
        return other

    def past(self, lane: int, step: int) -> Weights | None:
        flat = self._record.nearest(step)
        return None if flat is None else self._named(flat[lane])

    def _step(self) -> None:
        clock = self._clock
        losses, slopes, end = self._gradient()
        self._flat, self.values = self._kept_in(self._moved(slopes)), losses
        # NaN wins in a maximum, and an infinite weight soon makes a loss of its kind.
        self._worst = torch.maximum(self._worst, losses.abs())
        self._clock = training.after(self.head, clock, end, {}, {})
        if self._clock.step % LOOK == 0:
            self._look()

    def _moved(self, slopes: Tensor) -> Tensor:
        """The weights after an update, (L, P)."""
        number = self._clock.updates + 1
        if self._rates is None:
            moved, self._slots = self.head.optimizer.update(
                {ALL: self._flat}, {ALL: slopes}, self._slots, number
            )
            return moved[ALL]
        along, self._slots = self._unit.update(
            {ALL: self._zero}, {ALL: slopes}, self._slots, number
        )
        return torch.addcmul(self._flat, along[ALL], self._rates)

    def _look(self) -> None:
        """Put lanes that have diverged since the last look back to where they were sound."""
        finite = self._flat.abs().amax(1) < math.inf  # which NaN is not
        alive = self.alive & finite & (self._worst <= self.head.limit)
        self.steps = torch.where(alive, self._clock.step, self.steps)
        for lane in torch.nonzero(self.alive & ~alive)[:, 0].tolist():
            looks = [(step, self._named(flat[lane])) for step, flat in self._seen]
            found = sound(self.tasks[lane], self._named(self._start[lane]), looks)
            row = self._start[lane] if found is None else self._seen[found][1][lane]
            self._back = self._back.index_copy(0, self.steps.new_tensor([lane]), row[None])
            self.steps[lane] = 0 if found is None else self._seen[found][0]
        self.alive = alive
        self._flat = torch.where(alive[:, None], self._flat, self._back)
        if self._seen[-1][0] < self._clock.step:
            self._seen.append((self._clock.step, self._flat))
            self._record.add(self._clock.step, self._flat)

    def _auxiliary(self, weights: Weights, rows: Tensor) -> Tensor | None:
        """A loss that some energies have of their own, of one lane."""
        energy = self.head.energy
        return energy.auxiliary(weights, rows) if isinstance(energy, Auxiliary) else None

    def _kept_in(self, flat: Tensor) -> Tensor:
        if not self.head.keeps:
            return flat
        kept = torch.func.vmap(self.head.kept_in)(self._named(flat))
        return torch.cat([w.flatten(1) for w in kept.values()], 1)

    def _named(self, flat: Tensor) -> Weights:
        """Rows (…, P) of all weights as named weights (…, *shape): views."""
        parts = torch.split(flat, self._sizes, -1)
        return {
            k: part if len(shape) == 1 else part.view(*part.shape[:-1], *shape)
            for (k, shape), part in zip(self._shapes.items(), parts, strict=True)
        }


def _rows(lanes: Sequence[Weights]) -> Tensor:
    return torch.stack([torch.cat([w.flatten() for w in lane.values()]) for lane in lanes])


def _at_rate_one(optimizer: Optimizer[OptimizerParams]) -> Optimizer[OptimizerParams]:
    return type(optimizer)(msgspec.structs.replace(optimizer.params, lr=1.0))
