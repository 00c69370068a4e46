"""Sums, least and most numbers along axes; and choices of numbers by their place."""

from __future__ import annotations

from typing import Any

import numpy as np

from ebmviz.engine.landscape.kernels.tape_codes import ARGMIN, MIN, SUM
from ebmviz.engine.landscape.kernels.tape_maths import strict, summing
from ebmviz.engine.landscape.kernels.tape_tiles import WIDE, least_by_lanes

_ZERO, _ONE, _FAR = np.float32(0.0), np.float32(1.0), np.float32(np.inf)
_LANES = 64
_EXACT = 1 << 24  # float32 holds whole numbers below it


@summing
def _total(mem: Any, p: Any, s: Any, n: Any) -> Any:
    total = _ZERO
    if s == 1:
        close = mem[p : p + n]
        for j in range(n):
            total += close[j]
    else:
        for j in range(n):
            total += mem[p + j * s]
    return total


@strict
def _folded(close: Any, n: Any, sums: Any, out: Any) -> None:
    """Sums of the columns of a table that lies close, n numbers each row: many rows at a time."""
    wide = sums.size // n * n
    lanes = sums[:wide]
    for q in range(wide):
        lanes[q] = _ZERO
    for j in range(0, close.size, wide):
        part = close[j : j + wide]
        for q in range(part.size):
            lanes[q] += part[q]
    for k in range(n):
        out[k] = _ZERO
    for q in range(0, wide, n):
        for k in range(n):
            out[k] += lanes[q + k]


@strict
def _lanes(close: Any, low: Any, best: Any, odd: Any) -> None:
    """Least (low) or most numbers of each lane, and how many of it are NaN."""
    lanes = best.size
    for j in range(0, close.size, lanes):
        part = close[j : j + lanes]
        if low:
            for q in range(part.size):
                v, w = part[q], best[q]
                best[q] = v if v < w else w
                odd[q] += _ONE if v != v else _ZERO
        else:
            for q in range(part.size):
                v, w = part[q], best[q]
                best[q] = v if v > w else w
                odd[q] += _ONE if v != v else _ZERO


@strict
def _rows(mem: Any, p: Any, apart: Any, count: Any, here: Any) -> None:
    """Adds so many rows to one; four at a time, so that it is seldom written."""
    n, b = here.size, 0
    while b + 4 <= count:
        q = p + b * apart
        one, two = mem[q : q + n], mem[q + apart : q + apart + n]
        q += 2 * apart
        three, four = mem[q : q + n], mem[q + apart : q + apart + n]
        for j in range(n):
            here[j] += (one[j] + two[j]) + (three[j] + four[j])
        b += 4
    while b < count:
        row = mem[p + b * apart : p + b * apart + n]
        for j in range(n):
            here[j] += row[j]
        b += 1


@strict
def _first_least(close: Any, room: Any) -> Any:
    """Where the first of the least numbers is, or the first NaN."""
    least_by_lanes(close, 0, close.size, room)
    which, least = 0, _FAR
    for q in range(WIDE):
        if room[2 * WIDE + q] > _ZERO:
            return _first_odd(close)
        k = int(room[WIDE + q]) * WIDE + q
        if room[q] < least or (room[q] == least and k < which):
            which, least = k, room[q]
    for k in range(close.size // WIDE * WIDE, close.size):
        v = close[k]
        if v != v:
            return k
        if v < least:
            which, least = k, v
    return which


@strict
def _first_odd(close: Any) -> Any:
    for j in range(close.size):
        if close[j] != close[j]:
            return j
    return 0


@strict
def _extreme(mem: Any, p: Any, s: Any, n: Any, best: Any, low: Any, wrong: Any, room: Any) -> Any:
    """The least (low) or most of n numbers and `best`; whether one of them is NaN."""
    if s == 1 and n >= _LANES:
        tops, odd = room[:_LANES], room[_LANES : 2 * _LANES]
        for q in range(_LANES):
            tops[q], odd[q] = best, _ZERO
        _lanes(mem[p : p + n], low, tops, odd)
        for q in range(_LANES):
            v = tops[q]
            best = v if (v < best if low else v > best) else best
            wrong = wrong or odd[q] > _ZERO
        return best, wrong
    for j in range(n):
        v = mem[p + j * s]
        wrong = wrong or v != v
        best = v if (v < best if low else v > best) else best
    return best, wrong


@strict
def reduce(mem: Any, code: Any, at: Any, room: Any) -> None:
    """[how, out, 3 kept dims, their strides in, 2 reduced dims, their strides in, place in]: the
    kept ones lie close in `out`.
    """
    how, out = code[at], code[at + 1]
    n0, n1, n2 = code[at + 2], code[at + 3], code[at + 4]
    s0, s1, s2 = code[at + 5], code[at + 6], code[at + 7]
    r0, r1, t0, t1, place = code[at + 8], code[at + 9], code[at + 10], code[at + 11], code[at + 12]
    if how == SUM and s2 == 1 and t1 == n2 and 1 < n2 <= _LANES // 4 and r0 == 1:
        for i0 in range(n0):
            for i1 in range(n1):
                p = place + i0 * s0 + i1 * s1
                _folded(mem[p : p + r1 * n2], n2, room[:_LANES], mem[out : out + n2])
                out += n2
        return
    if how == SUM and s2 == 1 and t1 != 1 and n2 > 1:  # columns: row after row
        for i0 in range(n0):
            for i1 in range(n1):
                first = out + (i0 * n1 + i1) * n2
                here = mem[first : first + n2]
                for j in range(n2):
                    here[j] = _ZERO
                for a in range(r0):
                    _rows(mem, place + i0 * s0 + i1 * s1 + a * t0, t1, r1, here)
        return
    for i0 in range(n0):
        for i1 in range(n1):
            for i2 in range(n2):
                p = place + i0 * s0 + i1 * s1 + i2 * s2
                if how == SUM:
                    total = _ZERO
                    for a in range(r0):
                        total += _total(mem, p + a * t0, t1, r1)
                    mem[out] = total
                elif how == ARGMIN and t1 == 1 and WIDE <= r1 < _EXACT:
                    mem[out] = np.float32(_first_least(mem[p : p + r1], room))
                elif how == ARGMIN:
                    best, which = mem[p], 0
                    for b in range(1, r1):
                        v = mem[p + b * t1]
                        if v < best or (v != v and best == best):
                            best, which = v, b
                    mem[out] = np.float32(which)
                else:
                    low = how == MIN
                    best, wrong = (_FAR if low else -_FAR), False
                    for a in range(r0):
                        best, wrong = _extreme(mem, p + a * t0, t1, r1, best, low, wrong, room)
                    mem[out] = np.float32(np.nan) if wrong else best
                out += 1


@strict
def choose(mem: Any, code: Any, at: Any, put: Any) -> None:
    """[2 outer dims, inner, choices, strides out (3), strides of the index (3), place in, strides
    in (2), stride along, stride inner, out, index]: out[i0, i1, j] = in[i0, i1, index, j], or in
    there += out.
    """
    n0, n1, inner, many = code[at], code[at + 1], code[at + 2], code[at + 3]
    for i0 in range(n0):
        for i1 in range(n1):
            for j in range(inner):
                o = code[at + 14] + i0 * code[at + 4] + i1 * code[at + 5] + j * code[at + 6]
                w = code[at + 15] + i0 * code[at + 7] + i1 * code[at + 8] + j * code[at + 9]
                k = int(mem[w])
                k = k + many if k < 0 else k
                k = min(max(k, 0), many - 1)
                p = code[at + 10] + i0 * code[at + 11] + i1 * code[at + 12] + k * code[at + 13]
                p += j * code[at + 16]
                if put:
                    mem[p] += mem[o]
                else:
                    mem[o] = mem[p]
