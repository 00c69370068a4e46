"""Elementwise instructions: some hundred numbers at a time go through all operations of one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ebmviz.engine.landscape.kernels.tape_codes import (
    ABS,
    ADD,
    CHUNK,
    COPY,
    COS,
    DIV,
    EQ,
    EXP,
    EXPM1,
    FILL,
    FINITE,
    FLOOR,
    LE,
    LOAD,
    LOG,
    LOG1P,
    LT,
    MAXIMUM,
    MINIMUM,
    MUL,
    NE,
    NEG,
    RELU,
    SIGMOID,
    SIGN,
    SILU,
    SILU_RISE,
    SIN,
    SIZE,
    SQRT,
    SQUARE,
    STORE,
    SUB,
    TANH,
    TRUNC,
    WHERE,
)  # fmt: skip
from ebmviz.engine.landscape.kernels.tape_maths import (
    cosine,
    exp,
    expm1,
    log,
    log1p,
    sigmoid,
    sine,
    strict,
    tanh,
)

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_SHORT = 256  # a row that is repeated is copied from what is there already


@strict
def _row(mem: Any, here: Any, p: Any, s: Any, take: Any, out: Any) -> None:
    if s == 1:
        close = mem[p : p + take]
        if out:
            for j in range(take):
                close[j] = here[j]
        else:
            for j in range(take):
                here[j] = close[j]
    elif s == 0 and not out:
        value = mem[p]
        for j in range(take):
            here[j] = value
    elif out:
        for j in range(take):
            mem[p + j * s] = here[j]
    else:
        for j in range(take):
            here[j] = mem[p + j * s]


@strict
def _again(here: Any, known: Any, take: Any) -> None:
    """Repeat the first `known` numbers until there are `take`."""
    while known < take:
        more = min(known, take - known)
        old, new = here[:more], here[known : known + more]
        for j in range(more):
            new[j] = old[j]
        known += more


@strict
def _walk(mem: Any, reg: Any, code: Any, at: Any, start: Any, m: Any, out: Any) -> None:
    """m numbers of an array, from the start-th on, into a register or out of it. code[at:]: its
    place, its last three dims, its four strides.
    """
    d1, d2, d3 = code[at + 1], code[at + 2], code[at + 3]
    s0, s1, s2, s3 = code[at + 4], code[at + 5], code[at + 6], code[at + 7]
    i0, i1, i2, i3 = 0, 0, 0, start
    if start >= d3:
        i2, i3 = start // d3, start % d3
        i1, i2 = i2 // d2, i2 % d2
        i0, i1 = i1 // d1, i1 % d1
    done = 0
    while done < m:
        p = code[at] + i0 * s0 + i1 * s1 + i2 * s2
        if d3 < _SHORT and s2 == 0 and not out and i3 == 0 and d2 > 1:
            take = min((d2 - i2) * d3, m - done)
            here = reg[done : done + take]
            known = min(d3, take)
            _row(mem, here, p, s3, known, False)
            _again(here, known, take)
            done += take
            i2 += take // d3
            i3 = take % d3
        else:
            take = min(d3 - i3, m - done)
            _row(mem, reg[done : done + take], p + i3 * s3, s3, take, out)
            done += take
            i3 = 0
            i2 += 1
        if i2 == d2:
            i2 = 0
            i1 += 1
            if i1 == d1:
                i1 = 0
                i0 += 1


@strict
def _arithmetic(op: Any, d: Any, a: Any, b: Any, m: Any) -> None:
    if op == ADD:
        for j in range(m):
            d[j] = a[j] + b[j]
    elif op == SUB:
        for j in range(m):
            d[j] = a[j] - b[j]
    elif op == MUL:
        for j in range(m):
            d[j] = a[j] * b[j]
    elif op == DIV:
        for j in range(m):
            d[j] = a[j] / b[j]
    elif op == NEG:
        for j in range(m):
            d[j] = -a[j]
    elif op == SQUARE:
        for j in range(m):
            d[j] = a[j] * a[j]
    elif op == COPY:
        for j in range(m):
            d[j] = a[j]
    elif op == ABS:
        for j in range(m):
            d[j] = abs(a[j])
    elif op == SQRT:
        for j in range(m):
            d[j] = np.sqrt(a[j])


@strict
def _choosing(op: Any, d: Any, a: Any, b: Any, c: Any, m: Any) -> None:
    if op == RELU:
        for j in range(m):
            v = a[j]
            d[j] = _ZERO if v < _ZERO else v
    elif op == WHERE:
        for j in range(m):
            v, w = b[j], c[j]
            d[j] = v if a[j] != _ZERO else w
    elif op == MINIMUM:
        for j in range(m):
            v, w = a[j], b[j]
            least = v if v < w else w
            d[j] = v if v != v else least
    elif op == MAXIMUM:
        for j in range(m):
            v, w = a[j], b[j]
            most = v if v > w else w
            d[j] = v if v != v else most
    elif op == LT:
        for j in range(m):
            d[j] = _ONE if a[j] < b[j] else _ZERO
    elif op == LE:
        for j in range(m):
            d[j] = _ONE if a[j] <= b[j] else _ZERO
    elif op == EQ:
        for j in range(m):
            d[j] = _ONE if a[j] == b[j] else _ZERO
    elif op == NE:
        for j in range(m):
            d[j] = _ONE if a[j] != b[j] else _ZERO
    elif op == SIGN:
        for j in range(m):
            v = a[j]
            d[j] = _ONE if v > _ZERO else (-_ONE if v < _ZERO else _ZERO)
    elif op == FINITE:
        for j in range(m):
            d[j] = _ONE if a[j] - a[j] == _ZERO else _ZERO


@strict
def _functions(op: Any, d: Any, a: Any, m: Any) -> None:
    if op == EXP:
        for j in range(m):
            d[j] = exp(a[j])
    elif op == LOG:
        for j in range(m):
            d[j] = log(a[j])
    elif op == TANH:
        for j in range(m):
            d[j] = tanh(a[j])
    elif op == SIGMOID:
        for j in range(m):
            d[j] = sigmoid(a[j])
    elif op == SILU:
        for j in range(m):
            v = a[j]
            d[j] = v * sigmoid(v)
    elif op == SILU_RISE:
        for j in range(m):
            v = a[j]
            s = sigmoid(v)
            d[j] = s * (v * (_ONE - s) + _ONE)
    elif op == SIN:
        for j in range(m):
            d[j] = sine(a[j])
    elif op == COS:
        for j in range(m):
            d[j] = cosine(a[j])
    elif op == FLOOR:
        for j in range(m):
            d[j] = np.floor(a[j])
    elif op == TRUNC:
        for j in range(m):
            d[j] = np.trunc(a[j])
    elif op == EXPM1:
        for j in range(m):
            d[j] = expm1(a[j])
    elif op == LOG1P:
        for j in range(m):
            d[j] = log1p(a[j])


@strict
def each(mem: Any, code: Any, at: Any, values: Any, regs: Any) -> None:
    """[count, operations, then SIZE numbers per operation]: (op, d, a, b, c) of one; (LOAD or
    STORE, register, place, 3 dims, 4 strides) of an array; (FILL, register, number of the value).
    """
    count, operations, start = code[at], code[at + 1], 0
    while start < count:
        m = min(CHUNK, count - start)
        q = at + 2
        for _ in range(operations):
            op, d = code[q], regs[code[q + 1]]
            if op == LOAD:
                _walk(mem, d, code, q + 2, start, m, False)
            elif op == STORE:
                _walk(mem, d, code, q + 2, start, m, True)
            elif op == FILL:
                value = values[code[q + 2]]
                for j in range(m):
                    d[j] = value
            elif op <= ABS:
                _arithmetic(op, d, regs[code[q + 2]], regs[code[q + 3]], m)
            elif op <= LOG1P:
                _functions(op, d, regs[code[q + 2]], m)
            else:
                _choosing(op, d, regs[code[q + 2]], regs[code[q + 3]], regs[code[q + 4]], m)
            q += SIZE
        start += m
