"""Scene in, Snapshot out."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable

import numpy as np
import torch

from ebmviz.core.checkpoint import FROM_SEED, Checkpoint, Progress
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.frame import Frame, frame_of
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, diff
from ebmviz.core.snapshot import Snapshot
from ebmviz.core.view import View
from ebmviz.engine.analysis.minima import Tracker
from ebmviz.engine.energies.base.capabilities import Placed
from ebmviz.engine.measures.base.detail import FULL, Detail
from ebmviz.engine.measures.base.level import Range
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.measures.base.places import metrics_outside, outside
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.model import build, checkpoint, devices, lab_lanes, registry
from ebmviz.engine.model.fallback import Fallback
from ebmviz.engine.model.foresight import Foresight
from ebmviz.engine.model.journal import Journal
from ebmviz.engine.model.measuring import measure
from ebmviz.engine.model.report import Report
from ebmviz.engine.model.walking import Walking
from ebmviz.engine.sampling.run import Sampling
from ebmviz.engine.training import lab_checkpoint
from ebmviz.engine.training import step as training
from ebmviz.engine.training.history import History
from ebmviz.engine.training.lab import Lab
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.taking_up import (
    Moved,
    fresh_chains,
    fresh_optimizer,
    fresh_where_unlike,
)
from ebmviz.engine.training.trainer import Trainer
from ebmviz.engine.weights import Weights


class Engine(Walking):
    """An energy under one scene: trained, revisited, measured.

    frame: of the scene's data, in whose units everything is computed; view: the scene's, in them.
    seen: a past step being looked at, None for the present. tracker: the minima of its maps, as
    they were measured; colours: the range that these hold.
    sampling: the chains on the weights looked at, once there are some.
    """

    scene: Scene
    frame: Frame
    view: View
    seen: int | None
    tracker: Tracker
    colours: Range
    sampling: Sampling | None
    _lab: Lab | None

    def __init__(self, scene: Scene, tell: Callable[[str], None] = lambda _: None) -> None:
        """tell(sentence): of what will take long, before it does. Raises UserError when the scene
        cannot be built (own data missing, no such device, more memory than there is).
        """
        self._foresight = Foresight(tell)
        self.catalogue = registry.catalogue()
        self._adopt_scene(scene)
        device = devices.pick(scene.run.device)
        task = build.problem(scene, device)
        self._foresight.look(scene, task, self.catalogue)
        self._lab = self._lab_of(scene, task, None)
        self.sampling, self.journal, self._report = None, Journal(), Report()
        self._fallback = Fallback()
        self.trainer = Trainer(task, device)
        self._look_anew()

    @property
    def task(self) -> Problem:
        """What is trained."""
        return self.trainer.task

    @property
    def epoch_steps(self) -> int:
        return self.task.epoch_steps

    @property
    def device(self) -> torch.device:
        """Where."""
        return self.trainer.device

    @property
    def state(self) -> TrainState:
        """The newest state of the training."""
        return self.trainer.state

    @property
    def history(self) -> History:
        """The states before, as far as they are kept."""
        return self.trainer.history

    def set_scene(self, scene: Scene) -> Affects:
        """Adopt a scene, redoing only what the difference asks for. On an error nothing changes."""
        affects = diff(self.scene, scene, self.catalogue)
        task, device = self.task, self.device
        if affects >= Affects.TRAIN:
            device = self._fallback.device(scene.run.device)
            task = build.problem(scene, device, (self.scene, task))
            self._foresight.look(scene, task, self.catalogue)
            same = self.scene.kind("optimizer") == scene.kind("optimizer")
            if affects < Affects.BUILD and not task.energy.accepts(self.state.weights, task.data):
                affects = Affects.BUILD
        lab = self._lab_of(scene, task, None if affects == Affects.BUILD else self._lab)
        if affects >= Affects.TRAIN:
            if affects == Affects.BUILD:
                self.trainer, self.journal = Trainer(task, device), Journal()
                self._look_anew()
            else:
                fresh = fresh_chains if same else fresh_optimizer
                self.trainer.go_on_under(task, device, fresh)
                self.journal.change(self.state.step, self.scene, scene, self.catalogue)
        if scene.kind("energy") != self.scene.kind("energy") or "chains" not in scene.facts:
            self.sampling = None
        elif self.sampling:
            self.sampling.retune(registry.sampler(scene), task)
        self._adopt_scene(scene)
        self._lab = lab
        return affects

    def _adopt_scene(self, scene: Scene) -> None:
        self.scene, self.frame = scene, frame_of(scene)
        self.view = self.frame.view(scene.view)

    def reached(self, step: int) -> int:
        return self.history.reached(max(step, 0), self.trainer.run.first)

    def branched(self, step: int) -> Engine:
        other = copy.copy(self)
        other.trainer, other.journal = self.trainer.branched(step), self.journal.until(step)
        other.sampling, other._lab = None, self._lab and self._lab.branched()
        other._fallback = self._fallback.branched()
        other._look_anew()
        return other

    def limit(self, size: int) -> None:
        self.trainer.run.limit(size)

    def _lab_of(self, scene: Scene, task: Problem, before: Lab | None) -> Lab | None:
        """The lab that a scene asks for; the one that it has left, to come back to."""
        return lab_lanes.lab(scene, self.catalogue, task, before) if scene.in_lab else before

    @property
    def lab(self) -> Lab | None:
        """While it is shown, what `train` and `reset` act on instead of the model."""
        return self._lab if self.scene.in_lab else None

    @property
    def progress(self) -> Progress:
        """Steps done by the model, and by the lab, which may be out of sight."""
        return Progress(self.state.step, self._lab.step if self._lab else 0)

    def adopt(self, lane: str) -> None:
        """Go on with the scene and the model of a lane of the lab, which stays as it is.

        Raises UserError when the lab has no such lane.
        """
        if self.lab is None or lane not in self.lab.keys:
            raise UserError(f"the lab has trained nothing under “{lane}”")
        index = self.lab.keys.index(lane)
        task, state = self.lab.tasks[index], self.lab.lane(index)
        self.trainer = Trainer(task, task.data.device)
        self.trainer.begin(fresh_chains(task, state), History())
        self.trainer.start, self.journal = training.start(task), Journal()
        self.trainer.diverged = not bool(self.lab.alive[index])
        self._adopt_scene(lab_lanes.scene_of(lane, self.scene, self.catalogue))
        self._look_anew()
        self.sampling = None

    def move(self, number: int, y: tuple[float, float]) -> None:
        self.seek(None)
        energy, (place,) = self.task.energy, self.frame.inside(np.array([y])).tolist()
        if not isinstance(energy, Placed) or not 0 <= number < len(energy.places(self.weights)):
            super().move(number, y)
        self.trainer.go_on_under(self.task, self.device, Moved(number, tuple(place)))
        self.journal.moved(self.state.step)

    def reset(self) -> None:
        """Back to the initial weights of the same seed."""
        if self.lab:
            self._lab = Lab(self.lab.lane_tasks, self.lab.base)
            return
        self.trainer.begin_anew()
        self.journal = Journal()
        self._look_anew()

    def _look_anew(self) -> None:
        self.seen = self.sought = self._left = None
        self.tracker, self.colours = Tracker(), Range()

    def train(self, steps: int, seconds: float = math.inf) -> int:
        """Up to `steps` steps within about `seconds`; how many were done: fewer than none where the
        device has failed, and the run is back at a step before, in main memory.

        Raises NumericError at divergence, back at the last state on record whose loss was not above
        that of the weights that training began from under these settings.
        """
        self.seek(None)
        before = self.progress.shown(self.scene.in_lab)
        try:
            return self._train(steps, time.perf_counter() + seconds)
        except NumericError:
            if not self.lab:
                self.journal.diverged(self.trainer.fell, self.state.step)
            raise
        except RuntimeError as error:
            if not self.falls_back(error):
                raise
            return self.progress.shown(self.scene.in_lab) - before

    def _train(self, steps: int, deadline: float) -> int:
        if not self.lab:
            return self.trainer.train(steps, deadline)
        done = self.lab.train(steps, deadline)
        if not bool(self.lab.alive.any()):
            raise NumericError("training diverged in all runs: lower the rate η, and reset")
        self._fallback.note(self.lab, self.device)
        return done

    def fall_back(self, error: BaseException) -> None:
        device, watched = self.device, self.sampling is not None
        self.trainer.fall_back(build.problem(self.scene, devices.CPU))
        if self._lab:
            self._lab = lab_lanes.lab(self.scene, self.catalogue, self.task)
            self._fallback.give(self._lab)
        self.sampling, self.journal = None, self.journal.until(self.state.step)
        self._look_anew()
        step = self.progress.shown(self.scene.in_lab)
        self.fallen = self._fallback.said(error, device, self.scene, step, watched)

    def resume(self, kept: Checkpoint) -> None:
        checkpoint.resume(self.trainer, kept)
        if self._lab:
            lab_checkpoint.resume(self._lab, kept.weights, self.scene.in_lab)

    @property
    def weights(self) -> Weights:
        """The weights looked at."""
        if self.seen is None:
            return self.state.weights
        return self.trainer.at(self.seen).weights

    def subject(self, detail: Detail = FULL) -> Subject:
        """What is looked at, as `snapshot` measures it."""
        state = self._looked_at()
        return Subject(
            self.task,
            state.weights,
            self.view,
            self.history,
            (self.state.step, self.trainer.mean_energy()),
            detail,
            lab=self.lab,
            tracker=self.tracker,
            colours=self.colours,
            state=state,
            sampling=self.sampling,
            start=self.trainer.start.weights,
        )

    def unmoved(self, subject: Looked) -> bool:
        if not isinstance(subject, Subject):
            return False
        held = (subject.task, subject.state, subject.sampling)
        now = (self.task, self.state, self.sampling)
        same = all(a is b for a, b in zip(held, now, strict=True))
        return same and subject.view == self.view and self.seen is None and self.lab is None

    def _looked_at(self) -> TrainState:
        """The state; a past one as today's problem would take it up."""
        if self.seen is None:
            return self.state
        return fresh_where_unlike(self.task, self.trainer.at(self.seen))

    def snapshot(
        self, needs: tuple[str, ...], generation: int = 0, subject: Looked | None = None
    ) -> Snapshot:
        """Measure what `needs` names, on the weights looked at: in full detail, or a `subject` of
        `Engine.subject` under the same scene and weights.
        """
        subject = subject or self.subject()
        arrays = outside(measure(subject, needs), self.frame)
        step = self.state.step if self.seen is None else self.seen
        metrics = {**metrics_outside(subject.metrics, self.frame), **self.metrics()}
        if self.lab:
            step = self.lab.step
            metrics |= {"last_step": float(step), "epoch": self.lab.epoch}
        return Snapshot(generation, step, arrays, metrics, subject.labels, needs)

    def metrics(self) -> dict[str, float]:
        """Scalars that describe the run: newest loss and mean energy, steps, epochs; `diverged`, 1,
        if it has.
        """
        found = self.trainer.metrics()
        gone_wrong = self.trainer.diverged and self.seen is None
        return found | {"diverged": 1.0} if gone_wrong else found

    @property
    def measured(self) -> tuple[str, float]:
        return "mean energy", self.trainer.mean_energy()

    def report(self) -> dict[str, float]:
        """The metrics, and those of the collapse meter."""
        said = self._report.of(self.task, self.state, self.trainer.start, self.history)
        return {**self.metrics(), **said, FROM_SEED: float(self.trainer.from_seed)}

    def checkpoint(self) -> Checkpoint:
        """All that training depends on: continuing from it is bit for bit. And where the chains
        stand, if there are some; the lab; the steps before, and what `report` says.
        """
        weights = checkpoint.arrays(self.trainer, self.sampling)
        weights |= lab_checkpoint.arrays(self._lab) if self._lab else {}
        return Checkpoint(weights, self.history.to_arrays(), self.report(), self.journal.marks)

    def restore(self, kept: Checkpoint) -> str:
        """Continue from a checkpoint of the same energy; UserError when it does not fit.

        A checkpoint of another optimiser gives this one its weights to start on. Its chains are
        left out where the scene has none; one without chains leaves none. A sentence of what else
        had to be left out, or "".
        """
        found = checkpoint.read(self.task, kept)
        lab, lost = lab_lanes.restored(self.scene, self.catalogue, self.task, kept)
        self.trainer.begin(found.state, found.history)
        self.trainer.start, self.trainer.diverged = found.start, found.diverged
        self.journal = Journal(kept.marks)
        self._look_anew()
        self._lab, self.sampling = lab, None
        if found.chains and "chains" in self.scene.facts:
            self.chains().restore(*found.chains)
        return lab_lanes.UNLIKE if lost else ""
