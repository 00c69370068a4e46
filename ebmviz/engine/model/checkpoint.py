"""A model's training as named arrays, and back: continuing from them is bit for bit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch

from ebmviz.core.checkpoint import CHAINS, OPTIMIZER, TRAINING, Checkpoint, under
from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array
from ebmviz.engine.sampling.run import Sampling
from ebmviz.engine.training import step as training
from ebmviz.engine.training.history import History
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.retreat import better
from ebmviz.engine.training.taking_up import Gathered, fresh_optimizer
from ebmviz.engine.training.trainer import Trainer
from ebmviz.engine.weights import Weights
from ebmviz.files.tensors import native

_DIVERGED = TRAINING + "diverged"
_UPDATES = TRAINING + "updates"
_COUNTERS = ("step", "epoch", "cursor", "updates")
_MOST = 10**15  # steps: more were never done


class Restored(NamedTuple):
    """What a checkpoint holds. start: what training from it begins from. chains: their places
    (N, 2) and steps, where it has some.
    """

    state: TrainState
    history: History
    start: TrainState
    diverged: bool
    chains: tuple[Array, int] | None


def arrays(trainer: Trainer, sampling: Sampling | None) -> dict[str, Array]:
    """Weights, `optimizer/` slots, `train/` counters and, where there are some, `chains/`: those of
    the loss, and of the watched ones places `y` and `steps`.
    """
    state = trainer.state
    out: dict[str, Array] = {k: w.cpu().numpy() for k, w in state.weights.items()}
    out |= {_of_slot(k): s.cpu().numpy() for k, s in state.slots.items()}
    out |= {TRAINING + k: np.asarray([getattr(state, k)], np.int64) for k in _COUNTERS}
    if trainer.diverged:
        out[_DIVERGED] = np.asarray([1], np.int64)
    if sampling:
        out |= {CHAINS + k: a for k, a in sampling.checkpoint().items()}
    return out


def read(task: Problem, checkpoint: Checkpoint) -> Restored:
    """A checkpoint of the same energy; UserError when it does not fit, or together.

    One of another optimiser gives this one its weights to start on.
    """
    given, history = checkpoint.weights, checkpoint.history
    fresh = training.start(task)
    weights = _like(fresh.weights, given)
    counters = {k: _counter(given, TRAINING + k) for k in _COUNTERS}
    own = {k: s for k, s in fresh.slots.items() if not k.startswith(CHAINS)}
    chains = {k: s for k, s in fresh.slots.items() if k.startswith(CHAINS) and k in given}
    slots = {**fresh.slots, **_like(chains, given)}
    state = TrainState(weights, slots, **counters)
    if under(OPTIMIZER, given).keys() == own.keys():
        state = dataclasses.replace(state, slots={**slots, **_like(own, given, OPTIMIZER)})
    else:
        state = fresh_optimizer(task, state)
    past = History.from_arrays(history, fresh.weights) if history else History()
    if past.steps and past.steps[-1] > counters["step"]:
        raise UserError("history: it goes on after the step of the weights")
    standing = _standing(given)
    start = better(task, fresh, state)
    return Restored(state, past, start, _DIVERGED in given, standing)


def resume(trainer: Trainer, kept: Checkpoint) -> None:
    """Take up the slots of a checkpoint of the very weights that there are, where they fit."""
    given, state = kept.weights, trainer.state
    now = arrays(trainer, None)
    names = {k: _of_slot(k) for k in state.slots}
    other = {*names.values(), _UPDATES}
    same = all(k in given and np.array_equal(a, given[k]) for k, a in now.items() if k not in other)
    if same and all(k in given and given[k].shape == now[k].shape for k in other):
        slots = {
            k: torch.from_numpy(native(given[name])).to(state.slots[k]) for k, name in names.items()
        }
        gathered = Gathered(slots, _counter(given, _UPDATES))
        trainer.go_on_under(trainer.task, trainer.device, gathered)


def _of_slot(name: str) -> str:
    """Its name in a checkpoint: chains are of the loss, whatever the optimiser."""
    return name if name.startswith(CHAINS) else OPTIMIZER + name


class RestoredExperiment(NamedTuple):
    """What a checkpoint holds of an experiment."""

    weights: Weights
    step: int
    history: History
    diverged: bool


def of_experiment(weights: Weights, step: int, diverged: bool) -> dict[str, Array]:
    """Its state, and how many steps it is from the start."""
    out: dict[str, Array] = {k: w.cpu().numpy() for k, w in weights.items()}
    out[TRAINING + "step"] = np.asarray([step], np.int64)
    return out | ({_DIVERGED: np.asarray([1], np.int64)} if diverged else {})


def read_experiment(fresh: Weights, checkpoint: Checkpoint) -> RestoredExperiment:
    """A checkpoint of the same experiment; UserError when it does not fit. What older programs kept
    of an idle optimiser and of placeholder weights is left out.
    """
    given = checkpoint.weights
    weights = _like(fresh, given)
    step = _counter(given, TRAINING + "step")
    own = {f"weights/{k}" for k in fresh} | {"step", "loss", "energy"}
    kept = {k: a for k, a in checkpoint.history.items() if k in own}
    past = History.from_arrays(kept, fresh) if kept else History()
    if past.steps and past.steps[-1] > step:
        raise UserError("history: it goes on after the step of the weights")
    return RestoredExperiment(weights, step, past, _DIVERGED in given)


def _like(
    wanted: dict[str, torch.Tensor], given: Mapping[str, Array], prefix: str = ""
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


def _standing(given: Mapping[str, Array]) -> tuple[Array, int] | None:
    """Places (N, 2) and steps of the chains; None in a checkpoint without."""
    name = CHAINS + "y"
    if (y := given.get(name)) is None:
        return None
    if y.ndim != 2 or y.shape[1] != 2 or y.dtype != np.float32:
        raise UserError(f"weights: {name} is of shape {y.shape} and {y.dtype}, not (N, 2) float32")
    if not np.isfinite(y).all():
        raise UserError(f"weights: {name} holds a value that is not finite")
    return y, _counter(given, CHAINS + "steps")


def _counter(given: Mapping[str, Array], name: str) -> int:
    array = given.get(name)
    if array is None or array.size != 1 or array.dtype.kind not in "iu":
        raise UserError(f"weights: {name} is missing or not a count")
    count = int(array.flat[0])
    if not 0 <= count <= _MOST:
        raise UserError(f"weights: {name} is {count}, not a count of steps")
    return count
