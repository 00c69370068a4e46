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
from ebmviz.engine.training.lane_record import LaneRecord
from ebmviz.engine.training.lanes.group import (
    KEPT,
    LaneGroup,
    LaneState,
    counters,
    sound,
)
from ebmviz.engine.training.lanes.stack_steps import (
    FLAT,
    LOSSES,
    WORST,
    Going,
    Look,
    StackSteps,
)
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.step import start
from ebmviz.engine.training.taking_up import fresh_optimizer
from ebmviz.engine.weights import Weights

ALL = "all"  # the one tensor that the optimiser sees
_OWN = (FLAT, WORST, LOSSES)  # all others that go on are its slots


class Stack(LaneGroup):
    """Lanes of one energy, one optimiser but for its rate, and batches of one size.

    head: the problem of the first lane, for what all share.
    """

    def __init__(self, tasks: Sequence[Problem]) -> None:
        self.tasks = tuple(tasks)
        states = [start(task) for task in tasks]
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
    def _arrange(self) -> Sequence[Problem]:
        """Look at the problems, which are others. Those whose rows a step takes, F of them: of each
        lane, or of one for all.
        """

    @abstractmethod
    def _gradient(self, flat: Tensor, rows: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Each lane's loss (L,), and its slope (L, P), at weights (L, P) on rows (F, n, D)."""

    def _pose(self) -> None:
        rates = [task.optimizer.params.lr for task in self.tasks]
        self._rates: Tensor | None = None
        if len(set(rates)) > 1:
            self._rates = self._flat.new_tensor(rates)[:, None]
            self._unit = _at_rate_one(self.head.optimizer)
            self._zero = torch.zeros_like(self._flat)
        self._steps = StackSteps(self._after, self._arrange(), self.tasks)

    @property
    def _flat(self) -> Tensor:
        return self._going[FLAT]

    def _take(self, lanes: Sequence[LaneState], clock: TrainState) -> None:
        device = self.head.data.device
        flat = self._back = _rows([lane.state.weights for lane in lanes]).to(device)
        self._start = _rows([lane.start for lane in lanes]).to(device)
        going = next((lane.state for lane in lanes if lane.alive), clock)
        self._clock = counters(going)
        self.alive = torch.tensor([lane.alive for lane in lanes], device=device)
        self.steps = torch.tensor([lane.state.step for lane in lanes], device=device)
        self._going: Going = {
            FLAT: flat,
            WORST: torch.zeros(len(lanes), device=device),
            LOSSES: torch.tensor([lane.loss for lane in lanes], device=device),
        }
        self._going |= self._stacked([lane.state.slots for lane in lanes])
        self.values = self._going[LOSSES]
        self._seen: deque[tuple[int, Tensor]] = deque([(going.step, flat)], maxlen=KEPT)
        self._record = LaneRecord()
        self._record.add(going.step, flat)

    def _stacked(self, slots: Sequence[Slots]) -> Slots:
        """The slots of lanes as rows; of another optimiser fresh ones, as if no update had been."""
        out = self.head.optimizer.init({ALL: self._back})
        names = list(self._shapes)
        for stem in [name.removesuffix(ALL) for name in out]:
            own = [[each.get(stem + name) for name in names] for each in slots]
            if any(part is None for lane in own for part in lane):
                self._clock = dataclasses.replace(self._clock, updates=0)
                return self.head.optimizer.init({ALL: self._back})
            parts = [torch.cat([p.flatten() for p in lane if p is not None]) for lane in own]
            out[stem + ALL] = torch.stack(parts).to(self._back)
        return out

    def take(self, lanes: Sequence[LaneState], clock: TrainState) -> None:
        self._take(lanes, clock)
        self._pose()

    def retune(self, tasks: Sequence[Problem]) -> None:
        other = type(tasks[0].optimizer) is not type(self.head.optimizer)
        self.tasks = tuple(tasks)
        self._move(self.head.data.device)
        if other:
            own = {name: self._going[name] for name in _OWN}
            self._going = own | self.head.optimizer.init({ALL: self._flat})
            self._clock = dataclasses.replace(self._clock, updates=0)
        self._pose()

    def _move(self, device: torch.device) -> None:
        self._going = {name: t.to(device) for name, t in self._going.items()}
        self._start, self._back = self._start.to(device), self._back.to(device)
        self.alive, self.steps = self.alive.to(device), self.steps.to(device)
        self.values = self._going[LOSSES]
        self._seen = deque(((step, flat.to(device)) for step, flat in self._seen), maxlen=KEPT)
        self._record = self._record.on(device)

    @property
    def quick(self) -> bool:
        """Whether its steps are made from a tape that stays in the cache."""
        return self._steps.quick(self._going)

    def train(self, steps: int, deadline: float) -> int:
        begun = self._clock.step
        while (left := begun + steps - self._clock.step) > 0:
            self._going, self._clock, looks = self._steps.advance(
                self._going, self._clock, left, deadline
            )
            self._see(looks)
            if time.perf_counter() >= deadline:
                break
        self.values = self._going[LOSSES]
        return self._clock.step - begun

    def state(self, lane: int) -> TrainState:
        weights = self._named(self._flat[lane].clone())
        slots: Slots = {}
        for name, slot in _slots(self._going).items():
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

    def _after(self, rows: Tensor, going: Going, step: int, updates: int) -> Going:
        """What goes on after a step on rows (F, n, D)."""
        losses, slopes = self._gradient(going[FLAT], rows, step)
        flat, slots = self._moved(going[FLAT], slopes, _slots(going), updates + 1)
        # NaN wins in a maximum, and an infinite weight soon makes a loss of its kind.
        worst = torch.maximum(going[WORST], losses.abs())
        return {FLAT: self._kept_in(flat), WORST: worst, LOSSES: losses, **slots}

    def _moved(
        self, flat: Tensor, slopes: Tensor, slots: Slots, number: int
    ) -> tuple[Tensor, Slots]:
        """The weights after an update, (L, P), and the slots."""
        if self._rates is None:
            moved, slots = self.head.optimizer.update({ALL: flat}, {ALL: slopes}, slots, number)
            return moved[ALL], slots
        along, slots = self._unit.update({ALL: self._zero}, {ALL: slopes}, slots, number)
        return torch.addcmul(flat, along[ALL], self._rates), slots

    def _see(self, looks: Sequence[Look]) -> None:
        """Put lanes that have diverged since the last look back to where they were sound."""
        sound = bool((self.alive & self._sound(looks[-1])).all())  # then so it was before
        for look in looks:
            if not sound:
                self._judge(look)
            flat = look.flat if sound else self._in_place(look.flat)
            if self._seen[-1][0] < look.step:
                self._seen.append((look.step, flat))
                self._record.add(look.step, flat)
        if sound:
            self.steps = torch.full_like(self.steps, looks[-1].step)
        else:
            self._going[FLAT] = self._in_place(self._flat)

    def _sound(self, look: Look) -> Tensor:
        """Which lanes are where they can go on, (L,)."""
        finite = look.flat.abs().amax(1) < math.inf  # which NaN is not
        return finite & (look.worst <= self.head.limit)

    def _judge(self, look: Look) -> None:
        alive = self.alive & self._sound(look)
        self.steps = torch.where(alive, look.step, self.steps)
        for lane in torch.nonzero(self.alive & ~alive)[:, 0].tolist():
            looks = [(step, self._named(flat[lane])) for step, flat in self._seen]
            found = sound(self.tasks[lane], self._named(self._start[lane]), looks)
            row = self._start[lane] if found is None else self._seen[found][1][lane]
            self._back = self._back.index_copy(0, self.steps.new_tensor([lane]), row[None])
            self.steps[lane] = 0 if found is None else self._seen[found][0]
        self.alive = alive

    def _in_place(self, flat: Tensor) -> Tensor:
        """With the lanes that have diverged where they were put back."""
        return torch.where(self.alive[:, None], flat, self._back)

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


def _slots(going: Going) -> Slots:
    return {name: t for name, t in going.items() if name not in _OWN}


def _rows(lanes: Sequence[Weights]) -> Tensor:
    return torch.stack([torch.cat([w.flatten() for w in lane.values()]) for lane in lanes])


def _at_rate_one(optimizer: Optimizer[OptimizerParams]) -> Optimizer[OptimizerParams]:
    return type(optimizer)(msgspec.structs.replace(optimizer.params, lr=1.0))
