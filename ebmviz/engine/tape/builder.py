"""Instructions in their order, before they have a place in memory; see `fused` for what they do.

Elementwise operations of one shape that follow each other become one instruction.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.tape import codes
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.places import Place, place

Operand = Tensor | float | int | bool


class Step(NamedTuple):
    """One operation of an elementwise instruction: value numbers; an array; or a number."""

    op: int
    out: int
    ins: tuple[int, ...] = ()
    array: Place | None = None
    value: float = 0.0


@dataclass
class Each:
    """An elementwise instruction, over a shape."""

    shape: tuple[int, ...]
    steps: list[Step] = field(default_factory=list)
    known: dict[Place | float, int] = field(default_factory=dict)
    written: set[int] = field(default_factory=set)
    count: int = 0

    @property
    def places(self) -> list[Place]:
        """All arrays that it reads or writes."""
        return [s.array for s in self.steps if s.array]

    @property
    def reads(self) -> set[int]:
        return {s.array.memory for s in self.steps if s.op == codes.LOAD and s.array}

    @property
    def writes(self) -> set[int]:
        return {s.array.memory for s in self.steps if s.op == codes.STORE and s.array}

    @property
    def touched(self) -> list[int]:
        """All memory that it reads or writes, in its order."""
        return list(dict.fromkeys(p.memory for p in self.places))


class Other(NamedTuple):
    """Any other instruction: its kind, the arrays that it reads and writes, and its numbers."""

    kind: int
    ins: tuple[Place, ...]
    out: Place
    numbers: tuple[int, ...] = ()

    @property
    def reads(self) -> set[int]:
        changed = {self.out.memory} if self.kind == codes.PUT else set()
        return {p.memory for p in self.ins} | changed

    @property
    def writes(self) -> set[int]:
        return {self.out.memory}

    @property
    def touched(self) -> list[int]:
        """All memory that it reads or writes, in its order."""
        return list(dict.fromkeys(p.memory for p in (*self.ins, self.out)))


Instruction = Each | Other


class Builder:
    """Takes operations on tensors, whose memory names where they will be."""

    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        self.kept: list[Tensor] = []
        self.constants: list[Tensor] = []

    def new(self, shape: Sequence[int]) -> Tensor:
        """An array for what is between."""
        made = torch.empty(tuple(shape))
        self.kept.append(made)
        return made

    def constant(self, made: Tensor) -> Tensor:
        """An array that every run finds as it is."""
        self.constants.append(made)
        return made

    def each(self, op: int, out: Tensor, *ins: Operand) -> Tensor:
        """out = op(ins), elementwise; they are spread over its shape."""
        # In the order of memory: an instruction goes along the last axis.
        axes = sorted(range(out.dim()), key=lambda axis: -out.stride()[axis])
        where = place(out.permute(axes).squeeze())
        spread = [self._spread(a, out, axes) for a in ins]
        group = self._group(where, [s for s in spread if isinstance(s, Place)])
        numbers = tuple(self._value(group, s) for s in spread)
        number = group.count
        group.count += 1
        group.steps.append(Step(op, number, numbers))
        group.steps.append(Step(codes.STORE, number, (number,), where))
        group.known[where] = number
        group.written.add(where.memory)
        return out

    def reduce(self, how: int, out: Tensor, source: Tensor, axes: Sequence[int]) -> Tensor:
        """out = source reduced over its axes, which are left out."""
        where = place(out)
        if not where.close:
            raise Unrecordable("a reduction to where numbers do not lie close")
        kept = [i for i in range(source.dim()) if i not in axes]
        ordered = source.permute(*kept, *axes)
        self.instructions.append(Other(codes.REDUCE, (place(ordered),), where, (how, len(kept))))
        return out

    def product(self, out: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """out (T, m, n) = a (T, m, k) b (T, k, n)."""
        where = place(out)
        if not where.close:
            raise Unrecordable("a product to where numbers do not lie close")
        self.instructions.append(Other(codes.PRODUCT, (place(a), place(b)), where))
        return out

    def take(self, out: Tensor, source: Tensor, index: Tensor) -> Tensor:
        """out (a, b, n) = source (a, b, many, n) at index (a, b, n)."""
        self.instructions.append(Other(codes.TAKE, (place(source), place(index)), place(out)))
        return out

    def put(self, target: Tensor, index: Tensor, source: Tensor) -> Tensor:
        """target (a, b, many, n) at index (a, b, n) += source (a, b, n)."""
        self.instructions.append(Other(codes.PUT, (place(source), place(index)), place(target)))
        return target

    def _spread(self, a: Operand, out: Tensor, axes: list[int]) -> Place | float:
        if not isinstance(a, Tensor):
            return float(a)
        place(a)  # may refuse
        return place(a.expand(out.shape).permute(axes).squeeze())

    def _group(self, out: Place, ins: list[Place]) -> Each:
        """The last instruction, if this operation can be done along with it; else a new one."""
        if any(_crosses(p, out) for p in ins):
            raise Unrecordable("an operation upon what it reads")
        last = self.instructions[-1] if self.instructions else None
        if isinstance(last, Each) and last.shape == out.shape:
            unknown = {p for p in ins if p not in last.known}
            room = last.count + len(ins) + 1 <= codes.REGISTERS
            behind = any(p.memory in last.written for p in unknown)
            before = any(_crosses(p, out) for p in last.places)
            if room and not behind and not before:
                return last
        made = Each(out.shape)
        self.instructions.append(made)
        return made

    def _value(self, group: Each, given: Place | float) -> int:
        known = group.known.get(given)
        if known is not None:
            return known
        number = group.count
        group.count += 1
        group.known[given] = number
        if isinstance(given, Place):
            group.steps.append(Step(codes.LOAD, number, (), given))
        else:
            group.steps.append(Step(codes.FILL, number, (), None, given))
        return number


def _crosses(one: Place, other: Place) -> bool:
    return one.memory == other.memory and one != other and not _interleaved(one, other)


def _interleaved(one: Place, other: Place) -> bool:
    """Whether they take turns in memory, such as two columns of one table."""
    if (one.shape, one.strides) != (other.shape, other.strides):
        return False
    apart = math.gcd(*one.strides)
    return apart > 0 and (one.start - other.start) % apart != 0
