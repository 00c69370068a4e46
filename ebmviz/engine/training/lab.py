"""The loss lab: one model under many losses at once, each lane training as it would alone.

All lanes begin at the same weights and see the same batches. The weights of lane l are row l of one
matrix, and so is each slot of the optimiser, which works element by element: a step is one batched
forward, one backward (the lanes are independent: the gradient of the sum is each lane's own) and
one update. A lane that diverges goes back to where it was last seen with a loss not above that of
the start, and stays there; no other lane can tell.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections import deque
from collections.abc import Sequence

import torch
from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Auxiliary
from ebmviz.engine.losses.base.loss import Loss, LossParams
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.training import step as training
from ebmviz.engine.training.lab_checkpoint import Lanes
from ebmviz.engine.training.lab_groups import per_lane, plan
from ebmviz.engine.training.lane_record import LaneRecord
from ebmviz.engine.training.objective import objective
from ebmviz.engine.training.retreat import data_loss
from ebmviz.engine.training.step import Problem, TrainState
from ebmviz.engine.training.taking_up import fresh_optimizer
from ebmviz.engine.weights import Weights

MOST = 12
"""Lanes at once."""
LOOK = 16
"""Steps between two looks at which lanes have diverged."""
_KEPT = 16  # looks that are remembered, for lanes to go back to
_ALL = "all"  # the one tensor that the optimiser sees


class Lab:
    """Lanes of one problem, one per loss.

    losses: in order; kinds, titles: theirs. tasks: the problem under each; facts: those of the
    scene under each. alive (L,): which go on. steps (L,): what each has done. values (L,): of the
    losses on the last batch, NaN before the first.
    """

    def __init__(
        self,
        task: Problem,
        losses: Sequence[Loss[LossParams]],
        facts: Sequence[frozenset[str]] = (),
    ) -> None:
        self._pose(task, losses, facts)
        state = training.start(task)
        self._shapes = {k: w.shape for k, w in state.weights.items()}
        self._sizes = [math.prod(shape) for shape in self._shapes.values()]
        lanes, device = len(losses), task.data.device
        line = torch.cat([w.flatten() for w in state.weights.values()])
        self._flat = self._start = self._back = line.expand(lanes, -1).contiguous()
        self._seen: deque[tuple[int, Tensor]] = deque(maxlen=_KEPT)
        self._record = LaneRecord()
        self._slots = task.optimizer.init({_ALL: self._flat})
        self._clock = dataclasses.replace(state, weights={}, slots={})
        self._arrange(state.weights)
        self.alive = torch.ones(lanes, dtype=torch.bool, device=device)
        self.steps = torch.zeros(lanes, dtype=torch.int64, device=device)
        self.values = torch.full((lanes,), math.nan, device=device)
        self._worst = torch.zeros(lanes, device=device)

    @property
    def step(self) -> int:
        """Steps since the start, of the lanes that go on."""
        return self._clock.step

    @property
    def epoch(self) -> float:
        """Passes over the data since the start."""
        return self._clock.epoch + self._clock.cursor / len(self.task.data)

    def retune(
        self,
        task: Problem,
        losses: Sequence[Loss[LossParams]],
        facts: Sequence[frozenset[str]] = (),
    ) -> bool:
        """Go on under changed parameters of the same losses; False where that cannot be."""
        kinds = tuple(loss.kind for loss in losses)
        weights = self.lane(0).weights
        if kinds != self.kinds or not task.energy.accepts(weights, task.data):
            return False
        other = type(task.optimizer) is not type(self.task.optimizer)
        self._pose(task, losses, facts)
        self._arrange(weights)
        if other:
            self._slots = task.optimizer.init({_ALL: self._flat})
            self._clock = dataclasses.replace(self._clock, updates=0)
        return True

    def train(self, steps: int, deadline: float = math.inf) -> int:
        """At least one and at most `steps` steps, fewer at the deadline; how many were done."""
        done = 0
        with torch.no_grad():
            while done < steps:
                self._step()
                done += 1
                if time.perf_counter() >= deadline:
                    break
            self._look()
        return done

    def lanes(self) -> Lanes:
        """All that the lanes depend on."""
        self._look()
        # Slots of lanes that have diverged went on to what cannot be used.
        live = self.alive[:, None]
        slots = {k: torch.where(live, slot, 0.0) for k, slot in self._slots.items()}
        clock = {k: getattr(self._clock, k) for k in ("step", "epoch", "cursor", "updates")}
        each = (self.alive, self.steps, self.values)
        return Lanes(self.kinds, clock, self._start[0], self._flat, slots, *each)

    def go_on_from(self, lanes: Lanes) -> None:
        """Take the place of these lanes, of the same losses. Another optimiser begins there."""
        device, clock = self._flat.device, dict(lanes.clock)
        if lanes.slots.keys() == self._slots.keys():
            self._slots = {k: slot.to(device) for k, slot in lanes.slots.items()}
        else:
            clock["updates"] = 0
        self._flat = self._back = lanes.weights.to(device)
        self._start = lanes.start.to(device).expand(len(self.kinds), -1).contiguous()
        self._clock = TrainState({}, {}, **clock)
        self._seen = deque([(self.step, self._flat)], maxlen=_KEPT)
        self._record = LaneRecord()
        self.alive, self.steps = lanes.alive.to(device), lanes.steps.to(device)
        self.values = lanes.losses.to(device)

    @property
    def size(self) -> int:
        """Weights of a lane."""
        return sum(self._sizes)

    def lane(self, index: int) -> TrainState:
        """The state of one lane, as the training of its loss alone would have left it."""
        self._look()
        weights = self._named(self._flat[index].clone())
        slots: Slots = {}
        for name, slot in self._slots.items():
            stem = name.removesuffix(_ALL)
            slots |= {stem + k: part for k, part in self._named(slot[index].clone()).items()}
        state = dataclasses.replace(
            self._clock, weights=weights, slots=slots, step=int(self.steps[index])
        )
        if not bool(self.alive[index]):  # its slots went on to what cannot be used
            state = fresh_optimizer(self.task, state)
        return state

    def past(self, lane: int, step: int) -> Weights | None:
        """Those of a lane that are known nearest to a step."""
        flat = self._record.nearest(step)
        return None if flat is None else self._named(flat[lane])

    def _pose(
        self, task: Problem, losses: Sequence[Loss[LossParams]], facts: Sequence[frozenset[str]]
    ) -> None:
        self.task, self.losses = task, tuple(losses)
        self.facts = tuple(facts) or (task.facts,) * len(self.losses)
        self.kinds = tuple(loss.kind for loss in losses)
        self.titles = tuple(loss.describe().title for loss in losses)
        keep = task.objective.regularizer
        self.tasks = tuple(
            dataclasses.replace(
                task,
                objective=objective(task.energy, loss, keep, task.data, task.seed),
                facts=own,
            )
            for loss, own in zip(losses, self.facts, strict=True)
        )

    def _arrange(self, weights: Weights) -> None:
        rows = training.next_batch(self.task, self._clock)[0]
        self._groups = plan(self.tasks, weights, rows)
        lanes = [lane for group in self._groups for lane in group.lanes]
        self._order = [lanes.index(lane) for lane in range(len(lanes))]

    def _step(self) -> None:
        task, clock = self.task, self._clock
        rows, end = training.next_batch(task, clock)
        losses, slopes = self._gradient(rows)
        moved, self._slots = task.optimizer.update(
            {_ALL: self._flat}, {_ALL: slopes}, self._slots, clock.updates + 1
        )
        self._flat, self.values = self._kept_in(moved[_ALL]), losses
        # NaN wins in a maximum, and an infinite weight soon makes a loss of its kind.
        self._worst = torch.maximum(self._worst, losses.abs())
        self._clock = training.after(task, clock, end, {}, {})
        if self._clock.step % LOOK == 0:
            self._look()

    def _look(self) -> None:
        """Put lanes that have diverged since the last look back to where they were sound."""
        finite = self._flat.abs().amax(1) < math.inf  # which NaN is not
        alive = self.alive & finite & (self._worst <= self.task.limit)
        self.steps = torch.where(alive, self._clock.step, self.steps)
        for lane in torch.nonzero(self.alive & ~alive)[:, 0].tolist():
            step, row = self._sound(lane)
            self._back = self._back.index_copy(0, self.steps.new_tensor([lane]), row[None])
            self.steps[lane] = step
        self.alive = alive
        self._flat = torch.where(alive[:, None], self._flat, self._back)
        if not self._seen or self._seen[-1][0] < self._clock.step:
            self._seen.append((self._clock.step, self._flat))
            self._record.add(self._clock.step, self._flat)

    def _sound(self, lane: int) -> tuple[int, Tensor]:
        """Step and weights (P,) of the last look at a lane with a loss not above the start's."""
        most = data_loss(self.tasks[lane], self._named(self._start[lane]))
        for step, flat in reversed(self._seen):
            if data_loss(self.tasks[lane], self._named(flat[lane])) <= most:
                return step, flat[lane]
        return 0, self._start[lane]

    def _gradient(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Each lane's loss (L,) and its slope (L, P)."""
        losses, slopes = [], []
        for group in self._groups:
            own = self._flat if len(self._groups) == 1 else self._flat[list(group.lanes)]
            with torch.enable_grad():
                leaves = {k: w.requires_grad_() for k, w in self._named(own.detach()).items()}
                each = per_lane(group, self.tasks, leaves, rows, self._clock.step)
                more = self._auxiliary(leaves, rows)
                total = each.sum() if more is None else each.sum() + more
                found = torch.autograd.grad(
                    total, list(leaves.values()), allow_unused=True, materialize_grads=True
                )
            losses.append(each.detach())
            slopes.append(torch.cat([slope.flatten(1) for slope in found], 1))
        if len(self._groups) == 1:
            return losses[0], slopes[0]
        return torch.cat(losses)[self._order], torch.cat(slopes)[self._order]

    def _auxiliary(self, weights: Weights, rows: Tensor) -> Tensor | None:
        """The sum over stacked weights of a loss that some energies have of their own."""
        energy = self.task.energy
        if not isinstance(energy, Auxiliary):
            return None

        def own(lane: Weights) -> Tensor:
            more = energy.auxiliary(lane, rows)
            return rows.new_zeros(()) if more is None else more

        out: Tensor = torch.func.vmap(own)(weights)
        return out.sum()

    def _kept_in(self, flat: Tensor) -> Tensor:
        if not self.task.keeps:
            return flat
        kept = torch.func.vmap(self.task.kept_in)(self._named(flat))
        return torch.cat([w.flatten(1) for w in kept.values()], 1)

    def _named(self, flat: Tensor) -> Weights:
        """Rows (…, P) of all weights as named weights (…, *shape): views."""
        parts = torch.split(flat, self._sizes, -1)
        return {
            k: part if len(shape) == 1 else part.view(*part.shape[:-1], *shape)
            for (k, shape), part in zip(self._shapes.items(), parts, strict=True)
        }
