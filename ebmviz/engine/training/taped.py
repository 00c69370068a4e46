"""Steps of a problem from tapes: on the CPU, as far as all of their operations are known there.

A step is recorded as torch does it, so there is no second form of any formula. What cannot be
recorded (chains, steps of an energy's own, tensors on a GPU, plug-ins that look at numbers) goes by
torch. Which it is, is found out once for a problem: a run is gone through again by the same
operations, bit for bit.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple, cast
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import OwnSteps
from ebmviz.engine.tape.beforehand import Counter, Unrecordable
from ebmviz.engine.tape.program import program
from ebmviz.engine.tape.recording import Recording, recorded
from ebmviz.engine.tape.tape import ROWS, VALUE, Played, Table, Tape
from ebmviz.engine.training.batches import Run
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.weights import Packed, Weights

_WEIGHT, _SLOT = "weight ", "slot "
_OWN = "ebmviz."
_ODD = 1.1  # what a step of a plug-in is recorded with again: its weights times it
# Problems of before keep their tapes: so many of them, and more in so many bytes, up to so many.
_PAST, _ROOM, _MOST = 4, 64 << 20, 64


class _Key(NamedTuple):
    """What a tape holds for: how many rows, and what shapes the tensors have that go on."""

    rows: int
    shapes: tuple[tuple[str, tuple[int, ...]], ...]


class Tapes:
    """The tapes of one problem, each made when it is first needed. fit: whether there can be some.
    past: whether another problem has taken its place. pace: seconds of a step, as the last ones
    were.
    """

    def __init__(self, fit: bool) -> None:
        self._fit, self.past = fit, False
        self.pace = math.inf
        self._tapes: dict[_Key, Tape | None] = {}
        self._table: Table | None = None
        self._looked = False

    def tape(self, task: Problem, state: TrainState, rows: int) -> Tape | None:
        """For steps on so many rows from states like this one. None where there is none for this
        number, or for the other that batches have: then all steps go by torch.
        """
        if not self._fit:
            return None
        shapes = tuple((name, tuple(t.shape)) for name, t in going(state).items())
        sizes = {rows, task.batch, len(task.data) % task.batch or rows}
        for size in sizes:
            key = _Key(size, shapes)
            if key not in self._tapes:
                self._tapes[key] = _tape(task, state, task.data[:size])
                if self.past:
                    _remember(self)
        found = [self._tapes[_Key(size, shapes)] for size in sizes]
        return self._tapes[_Key(rows, shapes)] if all(found) else None

    def means(self, task: Problem, weights: Packed) -> Table | None:
        """Of weights like these to the mean energy of the data; None where there is no tape."""
        if self._fit and not self._looked:
            self._table, self._looked = _table(task, weights.unpacked()), True
        return self._table

    @property
    def size(self) -> int:
        """Bytes of the tapes."""
        return sum(tape.size for tape in self._tapes.values() if tape)

    def forget(self) -> None:
        """Let go of what takes memory; it can be recorded again, and is the same then."""
        self._tapes = {key: tape for key, tape in self._tapes.items() if tape is None}
        self._table, self._looked = None, False


_past: deque[Tapes] = deque()


def _remember(found: Tapes) -> None:
    if found not in _past:
        _past.append(found)
        size = sum(each.size for each in _past)
        while len(_past) > _PAST and (size > _ROOM or len(_past) > _MOST):
            size -= _past[0].size
            _past.popleft().forget()


def retire(task: Problem) -> None:
    """Another problem takes its place. A run holds all it went by, and a hand at a slider makes
    one at every turn: their tapes, for going through the past again, are let go of in time.
    """
    found = _tapes.get(task)
    if found is not None:
        found.past = True
        _remember(found)


_tapes: WeakKeyDictionary[Problem, Tapes] = WeakKeyDictionary()


def tapes(task: Problem) -> Tapes:
    """Those of a problem."""
    found = _tapes.get(task)
    if found is None:
        found = _tapes[task] = Tapes(_fit(task))
    return found


def mean_table(task: Problem, weights: Packed) -> Table | None:
    """Of weights like these to the mean energy of the data; None where there is no tape, and before
    the first step: a first picture does not wait for its code.
    """
    found = _tapes.get(task)
    return found.means(task, weights) if found else None


def plays(task: Problem, state: TrainState) -> bool:
    """Whether steps from states like this one are made from tapes."""
    return tapes(task).tape(task, state, task.batch) is not None


def play(
    tape: Tape, task: Problem, state: TrainState, run: Run, limit: float, wanted: Array
) -> tuple[Played, TrainState]:
    """The steps of a run, as far as they are sound, and the state after them; wanted (S,): after
    which of them weights are kept.
    """
    counters = {"step": state.step, "updates": state.updates}
    played = tape.run(going(state), task.data, run.order, counters, limit, wanted)
    if not played.done:
        return played, state
    weights, slots = parted(played.last)
    step, updates = state.step + played.done, state.updates + played.done
    return played, TrainState(weights, slots, step, *run.after(played.done), updates)


def going(state: TrainState) -> dict[str, Tensor]:
    """All tensors of a state, each under a name of its own."""
    weights = {_WEIGHT + name: t for name, t in state.weights.items()}
    return weights | {_SLOT + name: t for name, t in state.slots.items()}


def parted(tensors: Mapping[str, Tensor]) -> tuple[Weights, Weights]:
    """The inverse: weights and slots."""
    weights = {k.removeprefix(_WEIGHT): t for k, t in tensors.items() if k.startswith(_WEIGHT)}
    return weights, {k.removeprefix(_SLOT): t for k, t in tensors.items() if k.startswith(_SLOT)}


def record(task: Problem, state: TrainState, rows: Tensor) -> Recording:
    """A step from a state on rows. Raises Unrecordable."""
    number, updates = cast(int, Counter("step")), cast(int, Counter("updates"))

    def step(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        weights, slots = parted(inputs)
        loss, weights, slots = task.stepped(
            inputs[ROWS], TrainState(weights, slots, number, updates=updates)
        )
        return {VALUE: loss, **going(TrainState(weights, slots))}

    return recorded(step, {ROWS: rows.contiguous(), **going(state)})


def _fit(task: Problem) -> bool:
    return (
        task.data.device.type == "cpu"
        and task.data.dtype == torch.float32
        and not isinstance(task.energy, OwnSteps)
    )


def _tape(task: Problem, state: TrainState, rows: Tensor) -> Tape | None:
    try:
        recording = record(task, state, rows)
        if not of_ours(task):
            _check(task, state, rows, recording)
        return Tape(recording, tuple(_WEIGHT + name for name in state.weights))
    except Exception as why:
        if of_ours(task) and not isinstance(why, Unrecordable):
            raise
        # Whatever a plug-in raises: torch makes the step, and says what is wrong with it.
        logging.getLogger(__name__).debug("Steps go by torch: %s", why)
        return None


def of_ours(task: Problem) -> bool:
    """Whether no plug-in has a part in its steps."""
    own = task.objective
    parts = (task.energy, own.loss, own.regularizer, task.optimizer)
    return all(type(part).__module__.startswith(_OWN) for part in parts)


def _check(task: Problem, state: TrainState, rows: Tensor, recording: Recording) -> None:
    """Unrecordable where another step is not the same operations with the same constants."""
    weights = {k: w * _ODD for k, w in state.weights.items()}
    other = record(task, TrainState(weights, state.slots), task.data[-len(rows) :].flip(0))
    if not program(recording).same(program(other)):
        raise Unrecordable("another step is not done by the same operations")


def _table(task: Problem, weights: Weights) -> Table | None:
    beta = task.loss.params.beta

    def mean(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {VALUE: task.energy.free(dict(inputs), task.data, beta).mean()}

    # Of a plug-in nobody has looked whether it is the same function of other weights.
    if len(task.data) * task.energy.width(weights) > task.most_at_once or not of_ours(task):
        return None
    try:
        return Table(recorded(mean, weights))
    except Unrecordable:
        return None
