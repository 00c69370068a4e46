"""A machine for recorded steps: instructions over one row of float32, run many steps at a time.

`ebmviz.engine.tape.program` writes the instructions. Truth is 1 or 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba as nb
import numpy as np

from ebmviz.engine.landscape.kernels.tape_called import called
from ebmviz.engine.landscape.kernels.tape_codes import (
    CALL,
    EACH,
    PRODUCT,
    REDUCE,
    TAKE,
)  # fmt: skip
from ebmviz.engine.landscape.kernels.tape_each import each
from ebmviz.engine.landscape.kernels.tape_maths import PLAIN, STRICT, inlined
from ebmviz.engine.landscape.kernels.tape_product import product
from ebmviz.engine.landscape.kernels.tape_reduce import choose, reduce

_ZERO = np.float32(0.0)


@inlined
def _go(mem: Any, code: Any, values: Any, regs: Any, pack: Any, tile: Any) -> None:
    at, end = 0, code.size
    while at < end:
        kind, size = code[at], code[at + 1]
        if kind == CALL:
            called(mem, values, code, at + 2)
        elif kind == EACH:
            each(mem, code, at + 2, values, regs)
        elif kind == PRODUCT:
            product(mem, code, at + 2, pack, tile)
        elif kind == REDUCE:
            reduce(mem, code, at + 2, tile)
        elif kind == TAKE:
            choose(mem, code, at + 2, False)
        else:
            choose(mem, code, at + 2, True)
        at += size


def _steps(
    mem: Any,
    code: Any,
    values: Any,
    pack: Any,
    data: Any,
    order: Any,
    rows: Any,
    given: Any,
    pieces: Any,
    moves: Any,
    value: Any,
    limit: Any,
    found: Any,
    wanted: Any,
    kept: Any,
    room: Any,
) -> Any:
    regs, tile = room[:-1], room[-1]
    width, row = data.shape[1], 0
    for step in range(order.shape[0]):
        for i in range(order.shape[1]):
            n = order[step, i]
            for d in range(width):
                mem[rows + i * width + d] = data[n, d]
        for g in range(pieces.shape[0]):
            to, at, size = pieces[g, 0], pieces[g, 1], pieces[g, 2]
            for j in range(size):
                mem[to + j] = given[step, at + j]
        _go(mem, code, values, regs, pack, tile)
        found[step] = mem[value]
        if not abs(mem[value]) <= limit or not _finite(mem, moves):
            return step
        at = 0
        for i in range(moves.shape[0]):
            out, to, size = moves[i, 0], moves[i, 1], moves[i, 2]
            for j in range(size):
                mem[to + j] = mem[out + j]
            if wanted[step] and moves[i, 3]:
                for j in range(size):
                    kept[row, at + j] = mem[out + j]
                at += size
        row += wanted[step]
    return order.shape[0]


@inlined
def _finite(mem: Any, moves: Any) -> Any:
    for i in range(moves.shape[0]):
        if moves[i, 4]:
            for j in range(moves[i, 2]):
                v = mem[moves[i, 0] + j]
                if v - v != _ZERO:
                    return False
    return True


class Machine(NamedTuple):
    """steps(mem, code, values, pack, data (N, D), order (S, n), place of the rows, given (S, G),
    pieces (P, 3) of it: to, at, count; moves (M, 5) after each step: from, to, count, whether they
    are kept, whether they have to be finite; place of the value, its limit, found (S,), wanted
    (S,), kept (K, …), room (REGISTERS + 1, CHUNK)) -> how many steps were sound.
    """

    steps: Any


_F, _I = nb.float32, nb.int64


def compiled(cache: bool) -> Machine:
    """Compiled now, and kept on disk if `cache`."""
    row, numbers = _F[::1], _I[:, ::1]
    signature = _I(
        row, _I[::1], row, row, _F[:, ::1], numbers, _I, _F[:, ::1], numbers, numbers, _I,
        nb.float64, row, nb.boolean[::1], _F[:, ::1], _F[:, ::1],
    )  # fmt: skip
    return Machine(nb.njit(signature, cache=cache, fastmath=STRICT, **PLAIN)(_steps))
