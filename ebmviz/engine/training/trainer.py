"""The training of one model: where it stands, what it has been, and where it began."""

from __future__ import annotations

import copy
import math
import time

import torch

from ebmviz.core.errors import NumericError
from ebmviz.engine.training import step as training
from ebmviz.engine.training.graphs import step as graphs
from ebmviz.engine.training.history import History
from ebmviz.engine.training.means import mean_energy, recorded_means
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.retreat import retreat, revisited
from ebmviz.engine.training.run import EVERY, Run, Stopwatch
from ebmviz.engine.training.taking_up import (
    Fresh,
    TrainingLeg,
    fresh_optimizer,
    fresh_slots,
    fresh_where_unlike,
)
from ebmviz.engine.training.taped import retire
from ebmviz.engine.weights import packed

_CHEAP = 4096  # data whose mean energy costs no more than a few steps, and
_SMALL = 1 << 15  # numbers that are formed for it
LEGS = 64 << 20  # bytes of the problems of a run: data that change with each are dear
_LEG = 16 << 10  # of one, its data left out


class Trainer:
    """One model being trained.

    run: all states since this program has trained it, exactly; history: records of them, and of
    those before, for curves.
    start: the state that training under these settings began from. diverged: whether training went
    wrong from the weights that are here; fell: at which step it did so last.
    """

    state: TrainState
    history: History
    run: Run[TrainState]
    start: TrainState
    diverged: bool
    fell: int = 0
    _held: int  # bytes of the legs of `run`, about
    _loss: float  # of the step that led to `state`
    _energy: float | None  # mean over the data, of `state` under this problem, once asked for

    def __init__(self, task: Problem, device: torch.device) -> None:
        self.task, self.device = task, device
        self.begin(training.start(task), History())

    def begin(self, state: TrainState, history: History) -> None:
        """Go on from here; a history without steps gets this one."""
        self.history = history
        self._begin_run(state)
        self.start = state
        self._energy, self.diverged = None, False
        self._loss = self._recorded_loss()
        if not history.steps:
            self.history.add(state.step, self._loss, self.mean_energy(), packed(state.weights))

    def branched(self, step: int) -> Trainer:
        """Another, with the same past up to a step that was `reached`, to go on from there."""
        other = copy.copy(self)
        other.history = self.history.until(step)
        if step < self.run.first:
            other._begin_run(self.at(step))
        else:
            other.run = self.run.until(step)
        if step < self.state.step:
            leg = TrainingLeg(self.task, fresh_where_unlike)  # today's, whatever it was then
            other.state = other.run.turn(leg, other.run.at(step))
            other._energy, other.diverged = None, False
            other._loss = other._recorded_loss()
            other.start = other.state if self.start.step > step else self.start
        return other

    def begin_anew(self) -> None:
        """Initial weights of the same seed."""
        self.begin(training.start(self.task), History())

    def go_on_under(self, task: Problem, device: torch.device, fresh: Fresh) -> None:
        """Keep the weights under another problem; what `fresh` says begins anew."""
        cost = _LEG + (0 if task.data is self.task.data else task.data.nbytes)
        legs = self.run.legs
        self.state = self.run.turn(TrainingLeg(task, fresh), self.state)
        if task is not self.task:
            retire(self.task)
            graphs.retire(self.task)
        self.task, self.device = task, device
        self._held += cost if self.run.legs > legs else 0
        if self._held > LEGS:  # what was before is left to the record
            self._begin_run(self.state)
        self.start, self._energy = self.state, None

    def fall_back(self, task: Problem) -> None:
        """Go on in main memory, under the same problem there, from the last state that was kept in
        it: nothing is left on the device so far. Steps before that are those on record.
        """
        state = self.run.newest
        self.history.forget(after=state.step)
        self.task, self.device = task, task.data.device
        self._begin_run(state)
        self.start, self._energy, self.diverged = state, None, False
        self._loss = self._recorded_loss()

    def train(self, steps: int, deadline: float) -> int:
        """Up to `steps` steps until about the deadline; how many were done.

        Raises NumericError at divergence, back at the last state on record whose loss was not above
        that of `start`.
        """
        done = 0
        # A GPU runs behind the clock: its blocks start small, until it is seen what a step takes.
        most = steps if self.device.type == "cpu" else 1
        while done < steps:
            apart = math.lcm(self.history.stride, self._every)
            # No more records at once than are found together.
            count = min(most, self.task.together * apart, steps - done)
            with Stopwatch() as watch:
                end = min(deadline, time.perf_counter() + EVERY)  # keys stand so far apart
                block = training.advance(self.task, self.state, count, end, apart)
            self._adopt(block, watch.seconds)
            most = min(2 * most, steps)
            done += block.steps
            if block.fault:
                self.fell = self.state.step + 1
                self._retreat()
                back = f"the weights of step {self.state.step} are back"
                raise NumericError(f"{block.fault}; {back}")
            if time.perf_counter() >= deadline:
                break
        return done

    def _adopt(self, block: training.Block, seconds: float) -> None:
        if not block.steps:
            return
        self.state, self.diverged = block.state, False
        self.run.note(block.state, seconds)
        self._loss, self._energy = block.loss, None
        energies = recorded_means(self.task, [record.weights for record in block.records])
        for record, energy in zip(block.records, energies, strict=True):
            if self.history.due(record.step):  # a full record keeps fewer
                self.history.add(record.step, record.loss, energy, record.weights)
            if record.step == self.state.step:
                self._energy = energy

    @property
    def _every(self) -> int:
        """Steps between records: each takes the mean over all data, dear when there are many."""
        rows, width = len(self.task.data), self.task.energy.width(self.state.weights)
        return max(math.ceil(rows / _CHEAP), math.ceil(rows * width / _SMALL))

    def _retreat(self) -> None:
        """To the newest sound step, under a fresh optimiser: what it had gathered led astray."""
        found = retreat(self.task, self.history, self.start)
        step = self.start.step if found is None else found
        fresh = fresh_optimizer if found is None else fresh_slots
        if step >= self.run.first:
            self.run.cut(step)
            self.state = self.run.turn(TrainingLeg(self.task, fresh), self.run.at(step))
        else:
            self._begin_run(fresh(self.task, self.start if found is None else self.at(step)))
        self.history.forget(after=self.state.step)
        self._energy, self.diverged = None, True
        self._loss = self._recorded_loss()

    def _begin_run(self, state: TrainState) -> None:
        self.state, self.run = state, Run(TrainingLeg(self.task), state)
        self._held = self.task.data.nbytes

    def at(self, step: int) -> TrainState:
        """The state after a past step that was `reached`: of before the run, as far as a record of
        its weights tells.
        """
        if step < self.run.first:
            return revisited(self.task, self.history.at(step, self.device), step)
        return self.run.at(step).on(self.device)  # a leg may have gone by another

    def _recorded_loss(self) -> float:
        h = self.history
        return h.losses[-1] if h.steps and h.steps[-1] == self.state.step else math.nan

    @property
    def from_seed(self) -> bool:
        """Whether training anew under the present problem comes to this state, bit for bit."""
        return self.run.is_of(training.start(self.task))

    def mean_energy(self) -> float:
        """Of the data, under the present weights."""
        if self._energy is None:
            self._energy = mean_energy(self.task, self.state.weights)
        return self._energy

    def metrics(self) -> dict[str, float]:
        """Mean energy, steps, epochs, and the loss of the newest step where it is known."""
        known = {} if math.isnan(self._loss) else {"loss": self._loss}
        return {
            "last_step": float(self.state.step),
            "epoch": self.state.epoch + self.state.cursor / len(self.task.data),
            **known,
            "mean_energy": self.mean_energy(),
        }
