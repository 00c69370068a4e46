"""Scene in, Snapshot out."""

from __future__ import annotations

import dataclasses
import math
import time

import numpy as np
import torch

from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, diff
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.engine import devices, registry, training
from ebmviz.engine.energies.energy import Weights
from ebmviz.engine.history import History
from ebmviz.engine.measure import Subject, measure

_COUNTERS = ("step", "epoch", "cursor", "updates")


class Engine:
    """One model under one scene: trains it, revisits it, measures it."""

    def __init__(self, scene: Scene) -> None:
        """Raises UserError when the scene cannot be built (own data missing, no such device)."""
        self.catalogue = registry.catalogue()
        self.scene = scene
        self.device = devices.pick(scene.run.device)
        self.task = training.problem(scene, self.device)
        self.state: training.TrainState
        self.history: History
        self.seen: int | None = None  # a past step being looked at
        self._begin(training.start(self.task), History())

    def set_scene(self, scene: Scene) -> Affects:
        """Adopt a scene, redoing only what the difference asks for. On an error nothing changes."""
        affects = diff(self.scene, scene, self.catalogue)
        if affects >= Affects.TRAIN:
            device = devices.pick(scene.run.device)
            task = training.problem(scene, device)
            state, history = self.state, self.history
            if affects == Affects.BUILD:
                state, history = training.start(task), History()
            elif self.scene.kind("optimizer") != scene.kind("optimizer"):
                state = training.fresh_optimizer(task, state)
            self.scene, self.task, self.device = scene, task, device
            if affects == Affects.BUILD:
                self.seen = None
                self._begin(state, history)
            else:
                self.state = _moved(state, device)
        self.scene = scene
        return affects

    def reset(self) -> None:
        """Back to the initial weights of the same seed."""
        self.seen = None
        self._begin(training.start(self.task), History())

    def train(self, steps: int, seconds: float = math.inf) -> int:
        """Up to `steps` steps within about `seconds`; how many were done.

        Raises NumericError at divergence, with the last good state kept.
        """
        self.seen = None
        deadline = time.perf_counter() + seconds
        for done in range(steps):
            self.state, loss = training.step(self.task, self.state)
            if self.history.due(self.state.step):
                self._record(loss)
            if time.perf_counter() >= deadline:
                return done + 1
        return steps

    def seek(self, step: int | None) -> None:
        """Look at a past step, or at the present again with None. Training is not moved."""
        newest = step is None or step >= self.state.step
        self.seen = None if newest else self.history.nearest(step or 0)

    @property
    def weights(self) -> Weights:
        """The weights looked at."""
        return self.state.weights if self.seen is None else self.history.at(self.seen)

    def snapshot(self, needs: tuple[str, ...], generation: int = 0) -> Snapshot:
        """Measure what `needs` names, on the weights looked at."""
        subject = Subject(self.task, self.weights, self.scene.view, self.history)
        arrays = measure(subject, needs)
        step = self.state.step if self.seen is None else self.seen
        metrics = {**subject.metrics, **self.metrics()}
        return Snapshot(generation, step, arrays, metrics)

    def metrics(self) -> dict[str, float]:
        """Scalars that describe the run: newest loss and mean energy, steps, epochs."""
        h = self.history
        return {
            "last_step": float(self.state.step),
            "epoch": self.state.epoch + self.state.cursor / len(self.task.data),
            "loss": h.losses[-1] if h.losses else math.nan,
            "mean_energy": h.energies[-1],
        }

    def checkpoint(self) -> dict[str, Array]:
        """All that training depends on, as named arrays: continuing from it is bit for bit."""
        out: dict[str, Array] = {k: w.cpu().numpy() for k, w in self.state.weights.items()}
        out |= {f"optimizer/{k}": s.cpu().numpy() for k, s in self.state.slots.items()}
        out |= {f"train/{k}": np.asarray([getattr(self.state, k)], np.int64) for k in _COUNTERS}
        return out

    def restore(self, checkpoint: dict[str, Array], history: dict[str, Array]) -> None:
        """Continue from a checkpoint of the same scene; UserError when it does not fit."""
        fresh = training.start(self.task)
        weights = _like(fresh.weights, checkpoint, "")
        slots = _like(fresh.slots, checkpoint, "optimizer/")
        counters = {k: _counter(checkpoint, f"train/{k}") for k in _COUNTERS}
        past = _past(history, fresh.weights, self.device)
        self.seen = None
        self._begin(dataclasses.replace(fresh, weights=weights, slots=slots, **counters), past)

    def _begin(self, state: training.TrainState, history: History) -> None:
        self.state, self.history = state, history
        if not history.steps:
            self._record(math.nan)

    def _record(self, loss: float) -> None:
        energy = training.mean_energy(self.task, self.state.weights)
        self.history.add(self.state.step, loss, energy, self.state.weights)


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
        if not np.isfinite(array).all():
            raise UserError(f"weights: {prefix}{name} holds a value that is not finite")
        out[name] = torch.from_numpy(np.array(array)).to(tensor)
    return out


def _counter(given: dict[str, Array], name: str) -> int:
    array = given.get(name)
    if array is None or array.size != 1 or array.dtype.kind not in "iu" or int(array.flat[0]) < 0:
        raise UserError(f"weights: {name} is missing or not a count")
    return int(array.flat[0])


def _past(arrays: dict[str, Array], weights: Weights, device: torch.device) -> History:
    if not arrays:
        return History()
    lengths = {len(a) for a in arrays.values() if a.ndim}
    wanted = {"step", "loss", "energy", *(f"weights/{k}" for k in weights)}
    shapes_fit = all(
        f"weights/{k}" in arrays and arrays[f"weights/{k}"].shape[1:] == tuple(w.shape)
        for k, w in weights.items()
    )
    steps = arrays.get("step")
    if set(arrays) != wanted or len(lengths) != 1 or not shapes_fit or steps is None:
        raise UserError("history: its arrays do not fit the scene")
    if steps.dtype.kind not in "iu" or not np.all(np.diff(steps) > 0):
        raise UserError("history: its steps do not ascend")
    return History.from_arrays(arrays, device)


def _moved(state: training.TrainState, device: torch.device) -> training.TrainState:
    return dataclasses.replace(
        state,
        weights={k: w.to(device) for k, w in state.weights.items()},
        slots={k: s.to(device) for k, s in state.slots.items()},
    )
