"""An elementwise instruction as a function: loops over its axes, all operations in one turn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.tape import codes
from ebmviz.engine.tape.fused.given import GIVEN
from ebmviz.engine.tape.fused.operations import lines

_OUTSIDE = (codes.LOAD, codes.STORE, codes.FILL)
_WRITTEN_OUT = 16  # numbers of an instruction without any loop
_SIDE_BY_SIDE = 4  # in one turn of a loop: the columns of a narrow table


class Operation(NamedTuple):
    """One of an instruction. strides: of an array, along the axes of all."""

    op: int
    out: int
    ins: tuple[int, int, int]
    strides: tuple[int, ...] = ()


def places(body: Array) -> list[int]:
    """Which of its numbers are places of arrays, or numbers of values."""
    rows = body[2:].reshape(-1, codes.SIZE)
    outside = np.flatnonzero(np.isin(rows[:, 0], _OUTSIDE))
    return (2 + outside * codes.SIZE + 2).tolist()


def operations(body: Array) -> tuple[tuple[int, ...], list[Operation]]:
    """Of the numbers of an instruction behind its kind and size: its axes, which all its arrays can
    be gone through along, and what it does.
    """
    count, many = int(body[0]), int(body[1])
    rows = [[int(n) for n in row] for row in body[2:].reshape(many, codes.SIZE)]
    shapes = {_shape(count, row) for row in rows if row[0] in (codes.LOAD, codes.STORE)}
    ends = {1, count} | {math.prod(shape[i:]) for shape in shapes for i in range(len(shape))}
    cuts = sorted(ends)
    axes = tuple(after // before for before, after in pairwise(cuts))[::-1]
    return axes or (1,), [_operation(count, row, axes or (1,)) for row in rows]


def _shape(count: int, row: Sequence[int]) -> tuple[int, ...]:
    return count // math.prod(row[3:6]), *row[3:6]


def _operation(count: int, row: Sequence[int], axes: Sequence[int]) -> Operation:
    if row[0] not in (codes.LOAD, codes.STORE):
        return Operation(row[0], row[1], (row[2], row[3], row[4]))
    shape, own, strides, inner = _shape(count, row), row[6:10], [0] * len(axes), 1
    for i in range(len(axes) - 1, -1, -1):
        below = 1  # numbers within the axis of the array that this one is a part of
        for size, stride in zip(reversed(shape), reversed(own), strict=True):
            if below <= inner < below * size:
                strides[i] = stride * (inner // below)
                break
            below *= size
        inner *= axes[i]
    return Operation(row[0], row[1], (0, 0, 0), tuple(strides))


def function(name: str, _kind: int, body: Array) -> str:
    """What the instruction does."""
    axes, ops = operations(body)
    outer, inner = _split(axes)
    writer = _Writer(ops, outer, inner)
    return "\n".join((f"define void @{name}({GIVEN}) {{", *writer, "}"))


def _split(axes: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Axes of loops, and those that are written out within them."""
    if math.prod(axes) <= _WRITTEN_OUT:
        return (), axes
    at = len(axes)
    while at > 1 and math.prod(axes[at - 1 :]) <= _SIDE_BY_SIDE:
        at -= 1
    return axes[:at], axes[at:]


class _Writer:
    """The lines of a function. All that is read in a turn is read before anything is written: what
    an instruction writes is nothing that it reads elsewhere.
    """

    def __init__(
        self, ops: Sequence[Operation], outer: tuple[int, ...], inner: tuple[int, ...]
    ) -> None:
        self._ops, self._outer, self._inner = ops, outer, inner

    def __iter__(self) -> Iterator[str]:
        yield "entry:"
        outside = [(n, op) for n, op in enumerate(self._ops) if op.op in _OUTSIDE]
        for place, (number, op) in enumerate(outside):
            yield f"%k{number}.q = getelementptr i64, ptr %places, i64 {place}"
            yield f"%k{number} = load i64, ptr %k{number}.q, align 8"
            if op.op == codes.FILL:
                yield f"%v{op.out}.p = getelementptr float, ptr %values, i64 %k{number}"
                yield f"%v{op.out} = load float, ptr %v{op.out}.p, align 4"
            else:
                yield f"%b{number} = getelementptr float, ptr %mem, i64 %k{number}"
        depth = len(self._outer)
        if depth:
            yield "br label %head0"
        for i in range(depth):
            before = "entry" if i == 0 else f"head{i - 1}"
            yield f"head{i}:"
            yield f"%i{i} = phi i64 [ 0, %{before} ], [ %i{i}.n, %tail{i} ]"
            if i + 1 < depth:
                yield f"br label %head{i + 1}"
        yield from self._turn()
        for i in range(depth - 1, -1, -1):
            if i == depth - 1:
                yield f"br label %tail{i}"
            yield f"tail{i}:"
            yield f"%i{i}.n = add nuw nsw i64 %i{i}, 1"
            yield f"%i{i}.e = icmp eq i64 %i{i}.n, {self._outer[i]}"
            then = f"tail{i - 1}" if i else "end"
            loop = ", !llvm.loop !1" if i == depth - 1 else ""
            yield f"br i1 %i{i}.e, label %{then}, label %head{i}{loop}"
        if depth:
            yield "end:"
        yield "ret void"

    def _turn(self) -> Iterator[str]:
        lanes = [*product(*map(range, self._inner))]
        for op in (codes.LOAD, None, codes.STORE):
            for lane, index in enumerate(lanes):
                names: dict[int, str] = {}
                yield from self._part(op, lane, index, names)

    def _part(
        self, kind: int | None, lane: int, index: Sequence[int], names: dict[int, str]
    ) -> Iterator[str]:
        """Of one of what is side by side: what is read, what is done, or what is written."""
        for number, op in enumerate(self._ops):
            own = f"%x{number}.{lane}"
            if op.op == codes.FILL:
                names[op.out] = f"%v{op.out}"
            elif op.op == codes.LOAD:
                names[op.out] = own
                if kind == codes.LOAD:
                    yield from self._address(own, number, index)
                    yield f"{own} = load float, ptr {own}.p, align 4, !llvm.access.group !0"
            elif op.op == codes.STORE:
                if kind == codes.STORE:
                    yield from self._address(own, number, index)
                    value = names[op.out]
                    yield f"store float {value}, ptr {own}.p, align 4, !llvm.access.group !0"
            else:
                if kind is None:
                    a, b, c = (names.get(n, "") for n in op.ins)
                    yield from lines(op.op, own, a, b, c)
                names[op.out] = own

    def _address(self, own: str, number: int, index: Sequence[int]) -> Iterator[str]:
        depth, strides = len(self._outer), self._ops[number].strides
        at = str(sum(map(int.__mul__, index, strides[depth:])))
        for i, stride in enumerate(strides[:depth]):
            if stride:
                yield f"{own}.m{i} = mul nsw i64 %i{i}, {stride}"
                yield f"{own}.a{i} = add nsw i64 {at}, {own}.m{i}"
                at = f"{own}.a{i}"
        yield f"{own}.p = getelementptr float, ptr %b{number}, i64 {at}"


LOOPS = """
!0 = distinct !{}
!1 = distinct !{!1, !2}
!2 = !{!"llvm.loop.parallel_accesses", !0}
"""
"""What is said of them all."""
