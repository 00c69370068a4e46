"""A step that is run from a tape: what goes out of one goes into the next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.tape.beforehand import Given, Unrecordable
from ebmviz.engine.tape.fused.store import code
from ebmviz.engine.tape.program import Program, program
from ebmviz.engine.tape.recording import Recording

ROWS, VALUE = "rows", "value"
"""Names of the input that is taken from data, and of the output that is looked at."""


class _Made(NamedTuple):
    """What is made beforehand: how, and where it is among all that is."""

    how: Given
    at: int
    size: int


class Played(NamedTuple):
    """Steps that were run. done: how many were sound. values: theirs, and the first unsound one's.
    kept: rows of what was asked for, of sound ones. last: what goes on after them.
    """

    done: int
    values: Array
    kept: Array
    last: Mapping[str, Tensor]


class _Runner:
    """The steps of a program, in its memory."""

    def __init__(self, program: Program) -> None:
        self._program, self._code = program, code(program.code)

    def run(
        self,
        data: Array,
        order: Array,
        rows: int,
        given: Array,
        pieces: Array,
        moves: Array,
        value: int,
        limit: float,
        found: Array,
        wanted: Array,
        kept: Array,
    ) -> int:
        """See `fused.steps`; arrays of numbers in float32 and int64, that lie close."""
        program, code = self._program, self._code
        arrays = (
            *(program.memory, program.values, code.places, program.pack, code.calls),
            *(data, order, given, pieces, moves, found, wanted, kept),
        )
        assert all(array.flags.c_contiguous for array in arrays)
        counts = len(code.calls), data.shape[1], *order.shape, rows, given.shape[1]
        places = (array.ctypes.data for array in arrays)
        return int(code.run(*places, *counts, len(pieces), len(moves), value, limit))


class Tape:
    """A recorded function of rows, of what goes on from step to step (outputs that are inputs too)
    and of what is made beforehand. It works in a memory of its own: not for two threads at once.

    Raises Unrecordable where an operation is not known, or no code can be made. first: the names of
    what is kept, which comes first among what goes on. finite: whether it must stay so.
    """

    def __init__(self, recording: Recording, first: Sequence[str], finite: bool = True) -> None:
        self._program = program(recording)
        parts = {name: t for name, t in recording.outputs.items() if name != VALUE}
        if tuple(parts)[: len(first)] != tuple(first) or not set(parts) <= set(recording.inputs):
            raise Unrecordable("what goes out does not go in again")
        self._shapes = {name: tuple(t.shape) for name, t in parts.items()}
        self._moves = np.asarray(
            [
                (
                    self._program.outputs[name],
                    self._program.inputs[name],
                    t.numel(),
                    name in first,
                    name in first and finite,
                )
                for name, t in parts.items()
            ],
            np.int64,
        ).reshape(-1, 5)
        self._size = sum(parts[name].numel() for name in first)
        self._made: list[_Made] = []
        pieces, at = [], 0
        for name, how in recording.given.items():
            size = recording.inputs[name].numel()
            self._made.append(_Made(how, at, size))
            pieces.append((self._program.inputs[name], at, size))
            at += size
        self._pieces, self._width = np.asarray(pieces, np.int64).reshape(-1, 3), at
        self._runner = _Runner(self._program)

    @property
    def size(self) -> int:
        """Bytes."""
        return self._program.size

    @property
    def length(self) -> int:
        """Numbers in its code."""
        return len(self._program.code)

    def run(
        self,
        going: Mapping[str, Tensor],
        data: Tensor,
        order: Array,
        counters: Mapping[str, int],
        limit: float,
        wanted: Array,
    ) -> Played:
        """As many steps as `order` (S, n) has rows: n numbers of data (N, D) each; the first has
        these counters. It ends before a step whose value is beyond the limit, or after which what
        must be is not finite. wanted (S,): after which steps it is kept.
        """
        memory = self._program.memory
        for name in self._shapes:
            at, values = self._program.inputs[name], going[name].numpy().ravel()
            memory[at : at + values.size] = values
        kept = np.empty((np.count_nonzero(wanted), self._size), np.float32)
        found = np.empty(len(order), np.float32)
        foreseen = self._foreseen(counters, len(order))
        done = self._runner.run(
            np.ascontiguousarray(data.numpy()),
            np.ascontiguousarray(order, np.int64),
            self._program.inputs.get(ROWS, 0),
            foreseen,
            self._pieces,
            self._moves,
            self._program.outputs[VALUE],
            limit,
            found,
            np.ascontiguousarray(wanted, np.bool_),
            kept,
        )
        kept = kept[: np.count_nonzero(wanted[:done])]
        return Played(done, found[: done + 1], kept, self._last() if done else {})

    def _foreseen(self, counters: Mapping[str, int], count: int) -> Array:
        given = np.empty((count, self._width), np.float32)
        for how, at, size in self._made:
            for number in range(counters[how.counter], counters[how.counter] + count):
                made = how.row(number) if how.row else how.make(number).numpy().ravel()
                given[number - counters[how.counter], at : at + size] = made
        return given

    def _last(self) -> dict[str, Tensor]:
        """All that goes on, as its memory holds it."""
        last = {}
        for name, shape in self._shapes.items():
            at = self._program.inputs[name]
            part = self._program.memory[at : at + math.prod(shape)]
            last[name] = torch.from_numpy(part.copy()).view(shape)
        return last


class Table:
    """A recorded function of some tensors to one number, for many of them at once."""

    def __init__(self, recording: Recording) -> None:
        self._program = program(recording)
        self._runner = _Runner(self._program)
        pieces, at = [], 0
        for name, tensor in recording.inputs.items():
            pieces.append((self._program.inputs[name], at, tensor.numel()))
            at += tensor.numel()
        self._pieces = np.asarray(pieces, np.int64).reshape(-1, 3)

    def of(self, many: Sequence[Array]) -> list[float]:
        """The number of each: a row (L,) of all tensors in the order in which they are inputs."""
        given, count = np.stack(many), len(many)
        values = np.empty(count, np.float32)
        self._runner.run(
            np.empty((0, 0), np.float32),
            np.empty((count, 0), np.int64),
            0,
            given,
            self._pieces,
            np.empty((0, 5), np.int64),
            self._program.outputs[VALUE],
            math.inf,
            values,
            np.zeros(count, np.bool_),
            np.empty((0, 0), np.float32),
        )
        numbers: list[float] = values.tolist()
        return numbers
