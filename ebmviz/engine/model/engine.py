"""Scene in, Snapshot out."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable

import numpy as np
import torch

from ebmviz.core.checkpoint import Progress
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.frame import frame_of
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, diff
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.core.view import View
from ebmviz.engine.analysis.minima import Tracker
from ebmviz.engine.measures.base.collapse import meter
from ebmviz.engine.measures.base.detail import FULL, Detail
from ebmviz.engine.measures.base.held import settled
from ebmviz.engine.measures.base.level import Range
from ebmviz.engine.measures.base.places import metrics_outside, outside
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.model import build, devices, lab_losses, registry
from ebmviz.engine.model.foresight import Foresight
from ebmviz.engine.model.measuring import measure
from ebmviz.engine.sampling.run import Sampling
from ebmviz.engine.training import step as training
from ebmviz.engine.training.history import History
from ebmviz.engine.training.lab import Lab
from ebmviz.engine.training.retreat import better, retreat
from ebmviz.engine.weights import Weights
from ebmviz.files.tensors import native

_SLOT = "optimizer/"  # before the name of an optimiser's slot in a checkpoint
_DIVERGED = "train/diverged"
_CHAINS = "chains/"  # before what is kept of the chains
_COUNTERS = ("step", "epoch", "cursor", "updates")
_CHEAP = 4096  # data whose mean energy costs no more than a few steps
_MOST = 10**15  # steps: more were never done


class Engine:
    """One model under one scene: trains it, revisits it, measures it.

    seen: a past step being looked at, None for the present. tracker: the minima of its maps, as
    they were measured; colours: the range that these hold.
    sampling: the chains on the weights looked at, once there are some. diverged: whether training
    went wrong from the weights that are here.
    """

    state: training.TrainState
    history: History
    seen: int | None
    tracker: Tracker
    colours: Range
    _lab: Lab | None
    sampling: Sampling | None
    diverged: bool
    _start: training.TrainState  # that training under these settings began from
    _loss: float  # of the step that led to `state`
    _energy: float | None  # mean over the data, of `state` under this scene, once asked for

    def __init__(self, scene: Scene, tell: Callable[[str], None] = lambda sentence: None) -> None:
        """tell(sentence): of what will take long, before it does. Raises UserError when the scene
        cannot be built (own data missing, no such device, more memory than there is).
        """
        self._foresight = Foresight(tell)
        self.catalogue = registry.catalogue()
        self.scene = scene
        self.device = devices.pick(scene.run.device)
        self.task = build.problem(scene, self.device)
        self._foresight.look(scene, self.task, self.catalogue)
        self._lab = self._lab_of(scene, self.task, None)
        self.sampling = None
        self._begin(training.start(self.task), History())

    def set_scene(self, scene: Scene) -> Affects:
        """Adopt a scene, redoing only what the difference asks for. On an error nothing changes."""
        affects = diff(self.scene, scene, self.catalogue)
        task, device = self.task, self.device
        if affects >= Affects.TRAIN:
            device = devices.pick(scene.run.device)
            task = build.problem(scene, device)
            self._foresight.look(scene, task, self.catalogue)
            other = self.scene.kind("optimizer") != scene.kind("optimizer")
            if affects < Affects.BUILD and not task.energy.accepts(self.state.weights, task.data):
                affects = Affects.BUILD
        lab = self._lab_of(scene, task, None if affects == Affects.BUILD else self._lab)
        if affects >= Affects.TRAIN:
            self.task, self.device = task, device
            if affects == Affects.BUILD:
                self._begin(training.start(task), History())
            else:
                state = training.fresh_chains(task, training.moved(self.state, device))
                self.state = training.fresh_optimizer(task, state) if other else state
                self._start, self._energy = self.state, None
        if scene.kind("energy") != self.scene.kind("energy") or "chains" not in scene.facts:
            self.sampling = None
        elif self.sampling:
            self.sampling.retune(registry.sampler(scene), task)
        self.scene, self._lab = scene, lab
        return affects

    def sample(self, steps: int, seconds: float = math.inf) -> int:
        """Up to `steps` steps of the chains within about `seconds`; how many were done: none where
        the scene has no chains, or no density to walk by.
        """
        if "chains" not in self.scene.facts or self.lab:
            return 0
        deadline = time.perf_counter() + seconds
        return self._chains().advance(steps, deadline)

    @property
    def pace(self) -> float:
        """Steps of the chains per second."""
        return float(str(self.scene["sampler.pace"]))

    def disperse(self) -> None:
        """The chains start again."""
        if "chains" in self.scene.facts:
            self._chains().disperse()
            self._chains().here()

    def _chains(self) -> Sampling:
        if self.sampling is None:
            sampler = registry.sampler(self.scene)
            self.sampling = Sampling(sampler, self.task, self.scene.run.seed)
        self.sampling.follow(self.weights, self.view)
        return self.sampling

    def _lab_of(self, scene: Scene, task: training.Problem, before: Lab | None) -> Lab | None:
        """The lab that a scene asks for; the one that it has left, to come back to."""
        return lab_losses.lab(scene, self.catalogue, task, before) if scene.view.lab else before

    @property
    def lab(self) -> Lab | None:
        """While view.lab is on, what `train` and `reset` act on instead of the model."""
        return self._lab if self.scene.view.lab else None

    @property
    def progress(self) -> Progress:
        """Steps done by the model, and by the lab, which may be out of sight."""
        return Progress(self.state.step, self._lab.step if self._lab else 0)

    def adopt(self, loss: str) -> None:
        """Go on with the model that the lab trained under a loss; the lab stays as it is.

        Raises UserError when the lab has no such loss.
        """
        if self.lab is None or loss not in self.lab.kinds:
            raise UserError(f"the loss lab has trained nothing under “{loss}”")
        index = self.lab.kinds.index(loss)
        lane = self.lab.lane(index)
        self._begin(training.fresh_chains(self.task, lane), History())
        self._start = training.start(self.task)
        self.diverged = not bool(self.lab.alive[index])

    def reset(self) -> None:
        """Back to the initial weights of the same seed."""
        if self.lab:
            self._lab = Lab(self.task, self.lab.laws, self.lab.facts)
            return
        self._begin(training.start(self.task), History())

    def train(self, steps: int, seconds: float = math.inf) -> int:
        """Up to `steps` steps within about `seconds`; how many were done.

        Raises NumericError at divergence, back at the last state on record whose loss was not above
        that of the weights that training began from under these settings.
        """
        self.seen = None
        deadline = time.perf_counter() + seconds
        if self.lab:
            done = self.lab.train(steps, deadline)
            if not bool(self.lab.alive.any()):
                raise NumericError(
                    "training diverged under every loss: lower the rate η, and reset"
                )
            return done
        done = 0
        # A GPU runs behind the clock: its blocks start small, until it is seen what a step takes.
        most = training.BLOCK if self.device.type == "cpu" else 1
        while done < steps:
            # No more records at once than are found together.
            few = self.task.together * max(self.history.stride, self._every)
            count = min(most, few, steps - done)
            block = training.advance(self.task, self.state, count, deadline)
            self._adopt(block)
            most = min(2 * most, training.BLOCK)
            done += len(block.states)
            if block.fault:
                self._retreat()
                back = f"the weights of step {self.state.step} are back"
                raise NumericError(f"{block.fault}; {back}")
            if time.perf_counter() >= deadline:
                break
        return done

    def _adopt(self, block: training.Block) -> None:
        if not block.states:
            return
        self.state, self.diverged = block.states[-1], False
        self._loss, self._energy = block.losses[-1], None
        steps = [(s, x) for s, x in zip(block.states, block.losses, strict=True) if self._due(s)]
        energies = training.mean_energies(self.task, [s.weights for s, _ in steps])
        for (state, loss), energy in zip(steps, energies, strict=True):
            if self._due(state):  # a full record keeps fewer
                self.history.add(state.step, loss, energy, state.weights)
            if state is self.state:
                self._energy = energy

    def _due(self, state: training.TrainState) -> bool:
        return self.history.due(state.step) and state.step % self._every == 0

    @property
    def _every(self) -> int:
        """Steps between records: each takes the mean over all data, dear when there are many."""
        return math.ceil(len(self.task.data) / _CHEAP)

    def seek(self, step: int | None) -> None:
        """Look at a past step, or at the present again with None. Training is not moved."""
        newest = step is None or step >= self.state.step
        self.seen = None if newest else self.history.nearest(step or 0)

    @property
    def view(self) -> View:
        """The scene's view in the units of its data's frame, in which everything is computed."""
        return frame_of(self.scene).view(self.scene.view)

    @property
    def weights(self) -> Weights:
        """The weights looked at."""
        if self.seen is None:
            return self.state.weights
        return self.history.at(self.seen, self.device)

    def subject(self, detail: Detail = FULL) -> Subject:
        """What is looked at, as `snapshot` measures it."""
        now = (self.state.step, self._mean_energy())
        state = self._looked_at()
        view = self.view
        return Subject(
            self.task,
            state.weights,
            view,
            self.history,
            now,
            detail,
            lab=self.lab,
            tracker=self.tracker,
            colours=self.colours,
            state=state,
            sampling=self.sampling,
            start=self._start.weights,
        )

    def unmoved(self, subject: Subject) -> bool:
        """Whether at most the chains have moved since a subject of the present was made."""
        held = (subject.task, subject.state, subject.sampling)
        now = (self.task, self.state, self.sampling)
        same = all(a is b for a, b in zip(held, now, strict=True))
        return same and subject.view == self.view and self.seen is None and self.lab is None

    def _looked_at(self) -> training.TrainState:
        """The state; at a past step its weights with fresh slots, and the batch that came then."""
        if self.seen is None:
            return self.state
        past, weights = self.seen, self.weights
        epoch, done = divmod(past, self.task.epoch_steps)
        slots = self.task.slots(weights)
        return training.TrainState(weights, slots, past, epoch, done * self.task.batch)

    def snapshot(
        self, needs: tuple[str, ...], generation: int = 0, subject: Subject | None = None
    ) -> Snapshot:
        """Measure what `needs` names, on the weights looked at: in full detail, or a `subject` of
        `Engine.subject` under the same scene and weights.
        """
        subject = subject or self.subject()
        arrays = outside(measure(subject, needs), frame_of(self.scene))
        step = self.state.step if self.seen is None else self.seen
        metrics = {**metrics_outside(subject.metrics, frame_of(self.scene)), **self.metrics()}
        if self.lab:
            step = self.lab.step
            metrics |= {"last_step": float(step), "epoch": self.lab.epoch}
        return Snapshot(generation, step, arrays, metrics, subject.labels, needs)

    def metrics(self) -> dict[str, float]:
        """Scalars that describe the run: newest loss and mean energy, steps, epochs; `diverged`, 1,
        if it has.
        """
        found = {
            "last_step": float(self.state.step),
            "epoch": self.state.epoch + self.state.cursor / len(self.task.data),
            "loss": self._loss,
            "mean_energy": self._mean_energy(),
        }
        gone_wrong = self.diverged and self.seen is None
        return found | {"diverged": 1.0} if gone_wrong else found

    def report(self) -> dict[str, float]:
        """The metrics, and those of the collapse meter: some milliseconds more."""
        found = meter(self.task, self.state.weights, self._start.weights)
        now, past = self.state, self.history.past
        found |= settled(self.task, now.weights, now.step, past, found)
        return {**self.metrics(), **found}

    def checkpoint(self) -> dict[str, Array]:
        """All that training depends on, as named arrays: continuing from it is bit for bit. And
        where the chains stand, if there are some: `chains/y` and `chains/steps`; and the loss lab,
        `lab/…`.
        """
        out: dict[str, Array] = {k: w.cpu().numpy() for k, w in self.state.weights.items()}
        out |= {_SLOT + k: s.cpu().numpy() for k, s in self.state.slots.items()}
        out |= {f"train/{k}": np.asarray([getattr(self.state, k)], np.int64) for k in _COUNTERS}
        if self.diverged:
            out[_DIVERGED] = np.asarray([1], np.int64)
        if self.sampling:
            out |= {_CHAINS + k: a for k, a in self.sampling.checkpoint().items()}
        return out | (self._lab.lanes().arrays() if self._lab else {})

    def restore(self, checkpoint: dict[str, Array], history: dict[str, Array]) -> str:
        """Continue from a checkpoint of the same energy; UserError when it does not fit.

        A checkpoint of another optimiser gives this one its weights to start on. Its chains are
        left out where the scene has none; one without chains leaves none. A sentence of what else
        had to be left out, or "".
        """
        fresh = training.start(self.task)
        weights = _like(fresh.weights, checkpoint, "")
        counters = {k: _counter(checkpoint, f"train/{k}") for k in _COUNTERS}
        state = training.TrainState(weights, fresh.slots, **counters)
        given = {k.removeprefix(_SLOT) for k in checkpoint if k.startswith(_SLOT)}
        if given == fresh.slots.keys():
            slots = _like(fresh.slots, checkpoint, _SLOT)
            state = dataclasses.replace(state, slots=slots)
        else:
            state = training.fresh_optimizer(self.task, state)
        past = History.from_arrays(history, fresh.weights) if history else History()
        if past.steps and past.steps[-1] > counters["step"]:
            raise UserError("history: it goes on after the step of the weights")
        standing = _standing(checkpoint)
        lab, lost = lab_losses.restored(self.scene, self.catalogue, self.task, checkpoint)
        self._begin(state, past)
        self._lab = lab
        self.diverged = _DIVERGED in checkpoint
        self._start = better(self.task, fresh, state)
        self.sampling = None
        if standing and "chains" in self.scene.facts:
            self._chains().restore(*standing)
        return lab_losses.UNLIKE if lost else ""

    def _begin(self, state: training.TrainState, history: History) -> None:
        self.history, self.seen = history, None
        self.tracker, self.colours = Tracker(), Range()
        self.state = self._start = state
        self._energy, self.diverged = None, False
        self._loss = self._recorded_loss()
        if not history.steps:
            self._record()

    def _retreat(self) -> None:
        self.state = retreat(self.task, self.history, self._start)
        self.history.forget(after=self.state.step)
        self._energy, self.diverged = None, True
        self._loss = self._recorded_loss()

    def _recorded_loss(self) -> float:
        h = self.history
        return h.losses[-1] if h.steps and h.steps[-1] == self.state.step else math.nan

    def _mean_energy(self) -> float:
        if self._energy is None:
            self._energy = training.mean_energy(self.task, self.state.weights)
        return self._energy

    def _record(self) -> None:
        self.history.add(self.state.step, self._loss, self._mean_energy(), self.state.weights)


def _like(
    wanted: dict[str, torch.Tensor], given: dict[str, Array], prefix: str
) -> dict[str, torch.Tensor]:
    out = {}
    for name, tensor in wanted.items():
        array = given.get(prefix + name)
        if array is None or array.shape != tuple(tensor.shape):
            shape = "missing" if array is None else f"of shape {array.shape}"
            raise UserError(
                f"weights: {prefix}{name} is {shape}, the scene needs {tuple(tensor.shape)}"
            )
        if array.dtype.kind != ("f" if tensor.is_floating_point() else "i"):
            raise UserError(f"weights: {prefix}{name} is of the type {array.dtype}, not float")
        out[name] = torch.from_numpy(native(array)).to(tensor)
        if not bool(out[name].isfinite().all()):
            raise UserError(f"weights: {prefix}{name} holds a value that is not finite")
    return out


def _standing(given: dict[str, Array]) -> tuple[Array, int] | None:
    """Places (N, 2) and steps of the chains; None in a checkpoint without."""
    name = _CHAINS + "y"
    if (y := given.get(name)) is None:
        return None
    if y.ndim != 2 or y.shape[1] != 2 or y.dtype != np.float32:
        raise UserError(f"weights: {name} is of shape {y.shape} and {y.dtype}, not (N, 2) float32")
    if not np.isfinite(y).all():
        raise UserError(f"weights: {name} holds a value that is not finite")
    return y, _counter(given, _CHAINS + "steps")


def _counter(given: dict[str, Array], name: str) -> int:
    array = given.get(name)
    if array is None or array.size != 1 or array.dtype.kind not in "iu":
        raise UserError(f"weights: {name} is missing or not a count")
    count = int(array.flat[0])
    if not 0 <= count <= _MOST:
        raise UserError(f"weights: {name} is {count}, not a count of steps")
    return count
