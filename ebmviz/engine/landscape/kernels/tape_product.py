"""Matrix products of any strides."""

from __future__ import annotations

from typing import Any

import numpy as np

from ebmviz.engine.landscape.kernels.tape_codes import DEEP
from ebmviz.engine.landscape.kernels.tape_maths import strict, summing
from ebmviz.engine.landscape.kernels.tape_tiles import (
    ROWS_OF_ONE,
    ROWS_OF_TWO,
    WIDE,
    row_of_one,
    row_of_two,
    tile_of_one,
    tile_of_two,
)  # fmt: skip

_ZERO = np.float32(0.0)
_FEW = 8  # columns


@strict
def _panel(mem: Any, b: Any, sb: Any, tb: Any, deep: Any, w: Any, wide: Any, pack: Any) -> None:
    """Some columns of B side by side, zeros behind them."""
    for q in range(deep):
        p, line = b + q * sb, pack[q * wide : q * wide + wide]
        if tb == 1:
            source = mem[p : p + w]
            for j in range(w):
                line[j] = source[j]
        else:
            for j in range(w):
                line[j] = mem[p + j * tb]
        for j in range(w, wide):
            line[j] = _ZERO


@strict
def _tiles(
    mem: Any, m: Any, k: Any, n: Any, c: Any, sc: Any, tc: Any, a: Any, sa: Any, ta: Any, b: Any,
    sb: Any, tb: Any, pack: Any, tile: Any,
) -> None:  # fmt: skip
    """C (m, n) = A (m, k) B (k, n)."""
    for q in range(0, k, DEEP):
        deep, j = min(DEEP, k - q), 0
        while j < n:
            two = n - j > WIDE
            wide, rows = (2 * WIDE, ROWS_OF_TWO) if two else (WIDE, ROWS_OF_ONE)
            w = min(wide, n - j)
            _panel(mem, b + q * sb + j * tb, sb, tb, deep, w, wide, pack)
            first = q == 0
            straight = first and tc == 1 and w == wide  # to where it belongs, not by way of `tile`
            i = 0
            while i < m:
                few = rows if m >= rows else 1
                begin = min(i, m - few)  # the last tile begins within the one before
                p, done = a + begin * sa + q * ta, i - begin
                if straight:
                    _one_tile(two, few, mem, p, sa, ta, pack, deep, mem, c + begin * sc + j, sc)
                else:
                    _one_tile(two, few, mem, p, sa, ta, pack, deep, tile, 0, wide)
                    out, new = c + i * sc + j * tc, tile[done * wide :]
                    _put(mem, out, sc, tc, few - done, w, wide, new, first)
                i = begin + few
            j += wide


@strict
def _one_tile(
    two: Any, few: Any, mem: Any, p: Any, sa: Any, ta: Any, pack: Any, deep: Any, out: Any, c: Any,
    sc: Any,
) -> None:  # fmt: skip
    if two:
        if few > 1:
            tile_of_two(mem, p, sa, ta, pack, 0, deep, out, c, sc)
        else:
            row_of_two(mem, p, sa, ta, pack, 0, deep, out, c, sc)
    elif few > 1:
        tile_of_one(mem, p, sa, ta, pack, 0, deep, out, c, sc)
    else:
        row_of_one(mem, p, sa, ta, pack, 0, deep, out, c, sc)


@strict
def _put(
    mem: Any, c: Any, sc: Any, tc: Any, rows: Any, w: Any, wide: Any, tile: Any, first: Any
) -> None:
    """A tile to what is there; `first`: in its place."""
    for i in range(rows):
        line = tile[i * wide : i * wide + w]
        if tc == 1:
            target = mem[c + i * sc : c + i * sc + w]
            if first:
                for j in range(w):
                    target[j] = line[j]
            else:
                for j in range(w):
                    target[j] += line[j]
        elif first:
            for j in range(w):
                mem[c + i * sc + j * tc] = line[j]
        else:
            for j in range(w):
                mem[c + i * sc + j * tc] += line[j]


@summing
def _dots(
    mem: Any, m: Any, k: Any, n: Any, c: Any, a: Any, sa: Any, b: Any, sb: Any, tb: Any, pack: Any,
) -> None:  # fmt: skip
    """The same for few columns, where the rows of A lie close."""
    for j in range(n):
        line = pack[:k]
        for q in range(k):
            line[q] = mem[b + q * sb + j * tb]
        for i in range(m):
            row, total = mem[a + i * sa : a + i * sa + k], _ZERO
            for q in range(k):
                total += row[q] * line[q]
            mem[c + i * n + j] = total


@strict
def product(mem: Any, code: Any, at: Any, pack: Any, tile: Any) -> None:
    """[times, m, k, n, out, stride of times, A, its 3 strides, B, its 3 strides]: C (m, n),
    close, for each of `times`.
    """
    times, m, k, n = code[at], code[at + 1], code[at + 2], code[at + 3]
    sa, ta, sb, tb = code[at + 8], code[at + 9], code[at + 12], code[at + 13]
    for t in range(times):
        c = code[at + 4] + t * code[at + 5]
        a, b = code[at + 6] + t * code[at + 7], code[at + 10] + t * code[at + 11]
        if n < _FEW and ta == 1 and k > 1:
            _dots(mem, m, k, n, c, a, sa, b, sb, tb, pack)
        elif n < _FEW and m > n:  # Cᵀ = Bᵀ Aᵀ
            _tiles(mem, n, k, m, c, 1, n, b, tb, sb, a, ta, sa, pack, tile)
        else:
            _tiles(mem, m, k, n, c, n, 1, a, sa, ta, b, sb, tb, pack, tile)
