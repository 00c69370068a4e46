"""An experiment under one scene: its state, its steps and what is seen of them."""

from __future__ import annotations

import copy
import math
import time
from dataclasses import dataclass

import torch

from ebmviz.core.checkpoint import FROM_SEED, Checkpoint, Progress
from ebmviz.core.errors import NumericError
from ebmviz.core.params import Affects, ParamSet
from ebmviz.core.scene import Scene, diff
from ebmviz.core.snapshot import Snapshot
from ebmviz.engine.experiments.base.experiment import Experiment
from ebmviz.engine.measures.base.detail import FULL, Detail
from ebmviz.engine.measures.base.looked import ExperimentSubject, Looked
from ebmviz.engine.model import checkpoint, devices, registry
from ebmviz.engine.model.fallback import Fallback
from ebmviz.engine.model.journal import Journal
from ebmviz.engine.model.measuring import measure
from ebmviz.engine.model.model import Model
from ebmviz.engine.training.history import History
from ebmviz.engine.training.run import TENSOR, Leg, Run, Stopwatch
from ebmviz.engine.weights import Weights, equal, packed


@dataclass(frozen=True)
class State:
    """Everything the next step depends on, beside the experiment and the seed."""

    weights: Weights
    step: int = 0

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(w.nbytes + TENSOR for w in self.weights.values())

    def at_rest(self) -> State:
        """The same in main memory."""
        return self.on(torch.device("cpu"))

    def equals(self, other: State) -> bool:
        """Whether the next step from both is the same, bit for bit."""
        return self.step == other.step and equal(self.weights, other.weights)

    def on(self, device: torch.device) -> State:
        """The same on a device."""
        return State({k: w.to(device) for k, w in self.weights.items()}, self.step)


@dataclass(frozen=True)
class ExperimentLeg(Leg[State]):
    """Steps of an experiment under one set of parameters."""

    experiment: Experiment[ParamSet]
    seed: int
    device: torch.device

    def taken_up(self, state: State) -> State:
        return state

    @torch.no_grad()
    def forward(self, state: State, step: int) -> State:
        state = state.on(self.device)
        for now in range(state.step, step):
            state = State(self.experiment.step(state.weights, now, self.seed), now + 1)
        return state


class Experimenting(Model):
    """Runs an experiment. run: all its states since it was begun or opened. diverged: whether a
    step of it went wrong from here.
    """

    state: State
    run: Run[State]
    diverged: bool

    def __init__(self, scene: Scene) -> None:
        """Raises UserError when the scene cannot be built."""
        self.catalogue = registry.catalogue()
        self.scene = scene
        self._fallback, self._device = Fallback(), devices.pick(scene.run.device)
        self.experiment: Experiment[ParamSet] = registry.experiment(scene)
        self.reset()

    @property
    def device(self) -> torch.device:
        return self._device

    @property
    def history(self) -> History:
        return self._history

    @property
    def progress(self) -> Progress:
        return Progress(self.state.step)

    @property
    def weights(self) -> Weights:
        if self.seen is None:
            return self.state.weights
        if self.seen < self.run.first:
            return self.history.at(self.seen, self.device)
        return self.run.at(self.seen).on(self.device).weights  # a leg may have gone by another

    def set_scene(self, scene: Scene) -> Affects:
        affects = diff(self.scene, scene, self.catalogue)
        device = self._fallback.device(scene.run.device)
        experiment = registry.experiment(scene)
        if affects == Affects.BUILD:
            fresh = self._fresh(experiment, scene, device)
        old, self.scene, self.experiment, self._device = self.scene, scene, experiment, device
        if affects == Affects.BUILD:
            self._begin(fresh, History())
        else:
            self.state = self.run.turn(self._leg, self.state.on(device))
            self.journal.change(self.state.step, old, scene, self.catalogue)
        return affects

    def reset(self) -> None:
        self._begin(self._fresh(self.experiment, self.scene, self.device), History())

    def branched(self, step: int) -> Experimenting:
        other = copy.copy(self)
        other._history, other.journal = self.history.until(step), self.journal.until(step)
        if step >= self.run.first:
            other.run = self.run.until(step)
            other.state = self.state
            if step != self.state.step:
                other.state = other.run.at(step).on(self.device)
        else:
            other.state = State(self.history.at(step, self.device), step)
            other.run = Run(self._leg, other.state)
        other._fallback = self._fallback.branched()
        other.diverged = self.diverged and step == self.state.step
        other.seen = other._left = None
        return other

    def limit(self, size: int) -> None:
        self.run.limit(size)

    def reached(self, step: int) -> int:
        return self.history.reached(max(step, 0), self.run.first)

    def train(self, steps: int, seconds: float = math.inf) -> int:
        self.seek(None)
        deadline, begun = time.perf_counter() + seconds, self.state.step
        try:
            with torch.no_grad():
                while self.state.step < begun + steps:
                    with Stopwatch() as watch:
                        self._step()
                    self.run.note(self.state, watch.seconds)
                    if time.perf_counter() >= deadline:
                        break
        except RuntimeError as error:
            if not self.falls_back(error):
                raise
        return self.state.step - begun

    def fall_back(self, error: BaseException) -> None:
        device, self._device = self.device, devices.CPU
        self.state, self.seen, self._left = self.run.newest, None, None
        self.history.forget(after=self.state.step)
        self.run, self.journal = Run(self._leg, self.state), self.journal.until(self.state.step)
        self.fallen = self._fallback.said(error, device, self.scene, self.state.step, False)

    def _step(self) -> None:
        now = self.state
        found = self.experiment.step(now.weights, now.step, self.scene.run.seed)
        if wrong := next((k for k, w in found.items() if not bool(w.isfinite().all())), ""):
            self.diverged = True
            self.journal.diverged(now.step + 1, now.step)
            raise NumericError(
                f"the experiment went wrong at step {now.step + 1}: “{wrong}” is not finite;"
                f" the state of step {now.step} stays: change its parameters, or reset"
            )
        self.state, self.diverged = State(found, now.step + 1), False
        self._record()

    def _record(self) -> None:
        if self.history.due(self.state.step):
            value = self.experiment.value(self.state.weights)
            self.history.add(self.state.step, value, value, packed(self.state.weights))

    def subject(self, detail: Detail = FULL) -> ExperimentSubject:
        now = (self.state.step, self.experiment.value(self.state.weights))
        return ExperimentSubject(self.experiment, self.weights, self.history, now, detail)

    def snapshot(
        self, needs: tuple[str, ...], generation: int = 0, subject: Looked | None = None
    ) -> Snapshot:
        subject = subject or self.subject()
        arrays = measure(subject, needs)
        step = self.state.step if self.seen is None else self.seen
        metrics = {**subject.metrics, **self.metrics()}
        return Snapshot(generation, step, arrays, metrics, subject.labels, needs)

    def metrics(self) -> dict[str, float]:
        """`last_step`; `value`, the experiment's own number; `diverged`, 1, if it has."""
        found = {
            "last_step": float(self.state.step),
            "value": self.experiment.value(self.state.weights),
        }
        return found | {"diverged": 1.0} if self.diverged and self.seen is None else found

    @property
    def measured(self) -> tuple[str, float]:
        return self.experiment.quantity, self.experiment.value(self.state.weights)

    def report(self) -> dict[str, float]:
        fresh = self._fresh(self.experiment, self.scene, self.device)
        return {**self.metrics(), FROM_SEED: float(self.run.is_of(fresh))}

    def checkpoint(self) -> Checkpoint:
        weights = checkpoint.of_experiment(self.state.weights, self.state.step, self.diverged)
        return Checkpoint(weights, self.history.to_arrays(), self.report(), self.journal.marks)

    def restore(self, kept: Checkpoint) -> str:
        fresh = self._fresh(self.experiment, self.scene, self.device)
        found = checkpoint.read_experiment(fresh.weights, kept)
        self._begin(State(found.weights, found.step), found.history)
        self.diverged, self.journal = found.diverged, Journal(kept.marks)
        return ""

    @property
    def _leg(self) -> ExperimentLeg:
        return ExperimentLeg(self.experiment, self.scene.run.seed, self.device)

    def _begin(self, state: State, history: History) -> None:
        self.state, self.diverged, self.seen, self._left = state, False, None, None
        self._history, self.journal = history, Journal()
        self.run = Run(self._leg, state)
        if not history.steps:
            self._record()

    @staticmethod
    def _fresh(experiment: Experiment[ParamSet], scene: Scene, device: torch.device) -> State:
        return State(experiment.start(scene.run.seed)).on(device)
