"""Writes a function in LLVM's language whose numbers are vectors of float32."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from llvmlite import binding, ir

WIDE = 16 if binding.get_host_cpu_features().get("avx512f") else 8
"""float32 of one vector."""
TILE = 12 if WIDE == 16 else 6
"""Rows of two vectors each whose sums stay in the registers."""
_FAST = ("contract", "nsz")  # NaN and ∞ come out as they would from torch
_VECTOR = ir.VectorType(ir.FloatType(), WIDE)
_BITS = ir.VectorType(ir.IntType(32), WIDE)
POINTER, COUNT = ir.PointerType(ir.FloatType()), ir.IntType(64)

Value = Any
"""Of llvmlite, which has no annotations."""
Done = Callable[[Value, int, Value], None]


def whole(number: int) -> Value:
    """A count or a place."""
    return ir.Constant(COUNT, number)


def bits(number: int) -> Value:
    """The same bits in every number of a vector."""
    return ir.Constant(_BITS, [number] * WIDE)


def const(number: float | np.float32) -> Value:
    """The same number all along a vector."""
    if number == 0:
        return ir.Constant(_VECTOR, None)
    return ir.Constant(_VECTOR, [float(np.float32(number))] * WIDE)


class Writer:
    """A function without a result, of so many pointers that overlap nowhere, then of counts.

    Its numbers lie in planes: those of a unit are a row, `span` places side by side of which are
    dealt with at once.
    """

    span = 2 * WIDE

    def __init__(self, name: str, pointers: int, counts: int) -> None:
        self.module = ir.Module()
        types = [POINTER] * pointers + [COUNT] * counts
        function = ir.Function(self.module, ir.FunctionType(ir.VoidType(), types), name)
        self.args: Sequence[Value] = function.args
        for each in self.args[:pointers]:
            each.add_attribute("noalias")
        self._build: Any = ir.IRBuilder(function.append_basic_block())

    def text(self) -> str:
        """All of it, at its end."""
        self._build.ret_void()
        return str(self.module)

    def loop(self, first: Value, end: Value, body: Callable[[Value], None]) -> None:
        """body(i) for i of first … end − 1, at least once."""
        build = self._build
        before, head = build.block, build.append_basic_block()
        build.branch(head)
        build.position_at_end(head)
        turn = build.phi(COUNT)
        turn.add_incoming(first, before)
        body(turn)
        self._again(turn, end, head)

    def _again(self, turn: Value, end: Value, head: Value) -> None:
        build = self._build
        following = build.add(turn, whole(1))
        turn.add_incoming(following, build.block)
        after = build.append_basic_block()
        build.cbranch(build.icmp_signed("<", following, end), head, after)
        build.position_at_end(after)

    def add(self, a: Value, b: Value) -> Value:
        """Of places."""
        return self._build.add(a, b)

    def times(self, a: Value, b: Value | int) -> Value:
        """Of places."""
        return self._build.mul(a, whole(b) if isinstance(b, int) else b)

    def at(self, start: Value, *steps: Value | int) -> Value:
        """The pointer so many numbers on."""
        for step in steps:
            number = whole(step) if isinstance(step, int) else step
            start = self._build.gep(start, [number])
        return start

    def load(self, where: Value) -> Value:
        """A vector."""
        return self._build.load(self._build.bitcast(where, _VECTOR.as_pointer()), align=4)

    def store(self, value: Value, where: Value) -> None:
        """A vector."""
        self._build.store(value, self._build.bitcast(where, _VECTOR.as_pointer()), align=4)

    def spread(self, where: Value) -> Value:
        """One number all along a vector."""
        build = self._build
        number, none = build.load(where, align=4), ir.Constant(_VECTOR, ir.Undefined)
        first = build.insert_element(none, number, ir.Constant(ir.IntType(32), 0))
        return build.shuffle_vector(first, first, ir.Constant(_BITS, None))

    def plus(self, a: Value, b: Value) -> Value:
        """a + b."""
        return self._build.fadd(a, b, flags=_FAST)

    def minus(self, a: Value, b: Value) -> Value:
        """a − b."""
        return self._build.fsub(a, b, flags=_FAST)

    def mul(self, a: Value, b: Value) -> Value:
        """a b, one with a sum that it goes into."""
        return self._build.fmul(a, b, flags=_FAST)

    def over(self, a: Value, b: Value) -> Value:
        """a / b."""
        return self._build.fdiv(a, b, flags=_FAST)

    def negative(self, a: Value) -> Value:
        """−a."""
        return self._build.fneg(a)

    def polynomial(self, x: Value, factors: Sequence[float]) -> Value:
        """Σᵢ factors[i] xⁱ."""
        total = const(factors[-1])
        for factor in factors[-2::-1]:
            total = self.plus(self.mul(total, x), const(factor))
        return total

    def where(self, a: Value, sign: str, number: float, one: Value, other: Value) -> Value:
        """`one` where a < number, or a > number, else `other`: there too where a is NaN."""
        truth = self._build.fcmp_ordered(sign, a, const(number))
        return self._build.select(truth, one, other)

    def higher(self, a: Value, b: Value) -> Value:
        """The higher of two; b where one is NaN."""
        return self._build.select(self._build.fcmp_ordered(">", a, b), a, b)

    def within(self, x: Value, most: float) -> Value:
        """x, no further from 0 than `most`; NaN stays."""
        x = self.where(x, ">", most, const(most), x)
        return self.where(x, "<", -most, const(-most), x)

    def power_of_two(self, rounded: Value) -> Value:
        """2ⁿ, of 1.5 · 2²³ + n, |n| < 127."""
        build = self._build
        exponent = build.shl(build.bitcast(rounded, _BITS), bits(23))
        return build.bitcast(build.add(exponent, bits(0x3F800000)), _VECTOR)

    def product(
        self,
        size: tuple[int, int],
        matrix: tuple[Value, int, int],
        source: tuple[Value, Value],
        offset: Value | None,
        done: Done,
    ) -> None:
        """Σᵢ matrix[o, i] source[i] + offset[o], of (outs, ins) units. matrix and source: where
        they begin, and their strides, by o and by i, and by i. done(o, v, sum): to write the code
        that puts vector v of unit o somewhere.
        """
        tiles = -(-size[0] // TILE)
        rows, more = divmod(size[0], tiles)
        for count, high, begin in ((more, rows + 1, 0), (tiles - more, rows, more * (rows + 1))):
            if count:

                def tile(number: Value, high: int = high, begin: int = begin) -> None:
                    first = self.add(self.times(number, high), whole(begin))
                    self._tile(first, high, size[1], matrix, source, offset, done)

                self.loop(whole(0), whole(count), tile)

    def _tile(
        self,
        first: Value,
        high: int,
        ins: int,
        matrix: tuple[Value, int, int],
        source: tuple[Value, Value],
        offset: Value | None,
        done: Done,
    ) -> None:
        build, vectors = self._build, range(self.span // WIDE)
        begin = [
            self.spread(self.at(offset, o, first)) if offset is not None else const(0)
            for o in range(high)
        ]
        before, head = build.block, build.append_basic_block()
        build.branch(head)
        build.position_at_end(head)
        turn = build.phi(COUNT)
        turn.add_incoming(whole(0), before)
        sums = [[build.phi(_VECTOR) for _ in vectors] for _ in range(high)]
        place = self.at(source[0], self.times(turn, source[1]))
        given = [self.load(self.at(place, v * WIDE)) for v in vectors]
        row = self.at(matrix[0], self.times(first, matrix[1]), self.times(turn, matrix[2]))
        totals = []
        for o, line in enumerate(sums):
            factor = self.spread(self.at(row, o * matrix[1]))
            totals.append([self.plus(self.mul(factor, given[v]), line[v]) for v in vectors])
            for v in vectors:
                line[v].add_incoming(begin[o], before)
                line[v].add_incoming(totals[o][v], build.block)
        self._again(turn, whole(ins), head)
        for o in range(high):
            for v in vectors:
                done(self.add(first, whole(o)), v, totals[o][v])
