"""A recording as instructions, and their memory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.tape import codes
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.builder import Builder, Each, Instruction, Other
from ebmviz.engine.tape.fused import products
from ebmviz.engine.tape.hoisted import hoisted
from ebmviz.engine.tape.lowering import lower
from ebmviz.engine.tape.places import Place, merged, padded, place
from ebmviz.engine.tape.recording import Recording, storage


@dataclass(frozen=True)
class Program:
    """code, values: the instructions and the numbers in them. memory: with all constants in it.
    pack: what products need beside. inputs, outputs: where each begins; its numbers lie close.
    """

    code: Array
    values: Array
    memory: Array
    pack: Array
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(part.nbytes for part in (self.code, self.values, self.memory, self.pack))

    def same(self, other: Program) -> bool:
        """Whether it does the same with the same constants."""
        return (
            np.array_equal(self.code, other.code)
            and np.array_equal(self.values, other.values, equal_nan=True)
            and np.array_equal(self.memory, other.memory, equal_nan=True)
        )


_BEYOND = 64
"""Numbers behind all others: a vector may be read that goes beyond what is asked for."""


def program(recording: Recording) -> Program:
    """Raises Unrecordable where an operation is not known."""
    builder = Builder()
    for call in recording.calls:
        lower(builder, call)
    outputs = _closed(builder, recording)
    wanted = {storage(t) for t in outputs.values()}
    instructions = _without_waste(hoisted(builder.instructions, wanted), wanted)
    memory = _Memory(recording, builder, outputs, instructions)
    return _written(instructions, memory, recording, outputs)


def _closed(builder: Builder, recording: Recording) -> dict[str, Tensor]:
    """Outputs that each lie close in memory of their own."""
    written = {memory for one in builder.instructions for memory in one.writes}
    taken = {storage(t) for t in recording.inputs.values()}
    outputs = {}
    for name, t in recording.outputs.items():
        own = storage(t) in written - taken and place(t).close
        outputs[name] = t if own else builder.each(codes.COPY, builder.new(t.shape), t)
        taken.add(storage(t))
    return outputs


def _without_waste(instructions: Sequence[Instruction], wanted: set[int]) -> list[Instruction]:
    """Without what nobody reads."""
    read, kept = set(wanted), []
    for one in reversed(instructions):
        if isinstance(one, Each):
            needed: set[int] = set()
            steps = []
            for step in reversed(one.steps):
                if step.op == codes.STORE:
                    assert step.array
                    if step.array.memory not in read:
                        continue
                    needed.update(step.ins)
                elif step.out not in needed:
                    continue
                else:
                    needed.update(step.ins)
                steps.append(step)
            if not steps:
                continue
            one.steps = steps[::-1]
        elif not one.writes & read:
            continue
        read |= one.reads
        kept.append(one)
    return kept[::-1]


class _Memory:
    """Where each memory of the recording begins in the row of all. Constants and inputs
    stay; what is between shares room with what is no longer needed.
    """

    def __init__(
        self,
        recording: Recording,
        builder: Builder,
        outputs: Mapping[str, Tensor],
        instructions: Sequence[Instruction],
    ) -> None:
        self.start: dict[int, int] = {}
        self.size = 0
        self.constants: list[tuple[int, Tensor]] = []
        sizes = _sizes(recording, builder)
        for t in (*recording.inputs.values(), *outputs.values()):
            self._place(storage(t), sizes[storage(t)])
        made = {m for one in instructions for m in one.writes}
        last: dict[int, int] = {}
        for i, one in enumerate(instructions):
            for memory in one.touched:
                last[memory] = i
        tensors = _by_memory(recording, builder)
        for memory in last:
            if memory not in made and memory not in self.start:
                base = tensors[memory]
                flat = torch.empty(0, dtype=base.dtype).set_(base.untyped_storage())
                self.constants.append((self._place(memory, len(flat)), flat))
        free: list[tuple[int, int]] = []
        fixed = set(self.start)
        for i, one in enumerate(instructions):
            for memory in one.touched:
                if memory not in self.start:
                    self._between(memory, sizes[memory], free)
            for memory in one.touched:
                if last[memory] == i and memory not in fixed:
                    free.append((_room(sizes[memory]), self.start[memory]))

    def _place(self, memory: int, size: int) -> int:
        if memory not in self.start:
            self.start[memory] = self.size
            self.size += _room(size)
        return self.start[memory]

    def _between(self, memory: int, size: int, free: list[tuple[int, int]]) -> None:
        fits = [f for f in free if f[0] == _room(size)]
        if fits:
            free.remove(fits[-1])
            self.start[memory] = fits[-1][1]
        else:
            self._place(memory, size)

    def at(self, where: Place) -> int:
        return self.start[where.memory] + where.start


def _room(size: int) -> int:
    return -(-size // 16) * 16


def _by_memory(recording: Recording, builder: Builder) -> dict[int, Tensor]:
    found = {storage(t): t for t in (*builder.constants, *recording.outputs.values())}
    for call in (*recording.calls, *recording.others):
        for t in call.given:
            found.setdefault(storage(t), t)
    return found


def _sizes(recording: Recording, builder: Builder) -> dict[int, int]:
    """Numbers in each memory."""
    found: dict[int, int] = {}
    every = [
        *recording.inputs.values(),
        *recording.outputs.values(),
        *builder.kept,
        *builder.constants,
    ]
    for call in recording.calls:
        every += (*call.given, *call.made)
    for t in every:
        memory = t.untyped_storage()
        if memory._cdata not in found:
            found[memory._cdata] = memory.nbytes() // t.element_size()
    return found


class _Values:
    """Numbers in instructions, each once."""

    def __init__(self) -> None:
        self.list: list[float] = []

    def of(self, value: float) -> int:
        self.list.append(value)
        return len(self.list) - 1


def _written(
    instructions: Sequence[Instruction],
    memory: _Memory,
    recording: Recording,
    outputs: Mapping[str, Tensor],
) -> Program:
    values, code, pack = _Values(), [], 1
    for one in instructions:
        if isinstance(one, Each):
            body, kind = _each(one, memory, values), codes.EACH
        else:
            body, kind = _OTHER[one.kind](one, memory), one.kind
            if kind == codes.PRODUCT:
                pack = max(pack, products.room(body))
        code += [kind, len(body) + 2, *body]
    row = np.zeros(memory.size + _BEYOND, np.float32)
    for start, flat in memory.constants:
        row[start : start + len(flat)] = flat.to(torch.float32).numpy()
    places = [
        {name: memory.at(place(t)) for name, t in each.items()}
        for each in (recording.inputs, outputs)
    ]
    return Program(
        np.asarray(code, np.int64),
        np.asarray(values.list or [0.0], np.float32),
        row,
        np.zeros(pack, np.float32),
        *places,
    )


def _each(one: Each, memory: _Memory, values: _Values) -> list[int]:
    body = [math.prod(one.shape), len(one.steps)]
    for step in one.steps:
        if step.array:
            sizes, (strides,) = merged(one.shape, [step.array.strides])
            dims, own = padded(sizes or [1], 4, 1), padded(strides or [0], 4, 0)
            reg = step.ins[0] if step.op == codes.STORE else step.out
            numbers = [step.op, reg, memory.at(step.array), *dims[1:], *own]
        elif step.op == codes.FILL:
            numbers = [step.op, step.out, values.of(step.value)]
        else:
            numbers = [step.op, step.out, *step.ins, *[step.out] * (3 - len(step.ins))]
        body += numbers + [0] * (codes.SIZE - len(numbers))
    return body


def _reduce(one: Other, memory: _Memory) -> list[int]:
    how, kept = one.numbers
    (source,) = one.ins
    n, (s,) = merged(source.shape[:kept], [source.strides[:kept]])
    r, (t,) = merged(source.shape[kept:], [source.strides[kept:]])
    if how == codes.ARGMIN and len(r) > 1:
        raise Unrecordable("an argmin over several axes")
    return [
        how, memory.at(one.out), *padded(n, 3, 1), *padded(s, 3, 0), *padded(r, 2, 1),
        *padded(t, 2, 0), memory.at(source),
    ]  # fmt: skip


def _product(one: Other, memory: _Memory) -> list[int]:
    a, b = one.ins
    times, m, k = a.shape
    n = b.shape[2]
    return [
        times, m, k, n, memory.at(one.out), m * n, memory.at(a), *a.strides, memory.at(b),
        *b.strides,
    ]  # fmt: skip


def _take(one: Other, memory: _Memory) -> list[int]:
    if one.kind == codes.TAKE:
        (source, index), out = one.ins, one.out
    else:
        (out, index), source = one.ins, one.out
    n0, n1, many, inner = source.shape
    s = source.strides
    return [
        n0, n1, inner, many, *out.strides, *index.strides, memory.at(source), s[0], s[1], s[2],
        memory.at(out), memory.at(index), s[3],
    ]  # fmt: skip


_OTHER = {
    codes.REDUCE: _reduce,
    codes.PRODUCT: _product,
    codes.TAKE: _take,
    codes.PUT: _take,
}
