"""Matrix products of any strides, as functions: tiles of the result that stay in the registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ebmviz.core.snapshot import Array
from ebmviz.engine.llvm.text import FAST, Index, Text, number, wide
from ebmviz.engine.llvm.vectors import TILE, WIDE
from ebmviz.engine.tape.fused.given import GIVEN, array

PLACES = (4, 6, 10)
"""Which of an instruction's numbers are places: out, A, B."""
_DEEP = 256  # rows of B at a time, which stay in the cache
_PANEL = 2 * WIDE  # columns of B at a time
_FEW = 8  # columns
_VECTOR = wide(WIDE)


class _Matrix(NamedTuple):
    """Where it begins, and its strides."""

    start: str
    row: int
    column: int


def room(body: Sequence[int]) -> int:
    """Numbers that it needs beside."""
    _, m, k, n = body[:4]
    return _DEEP * _PANEL + max(k, m * min(n, _FEW))


def function(name: str, _kind: int, body: Array) -> str:
    """[times, m, k, n, out, stride of times, A, its 3 strides, B, its 3 strides]: C (m, n) =
    A (m, k) B (k, n), close, for each of `times`.
    """
    times, m, k, n, _, step, _, ra, sa, ta, _, rb, sb, tb = (int(each) for each in body)
    w = Text()
    out, left, right = (array(w, i) for i in range(3))
    with w.loop(times) as t:
        c = w.at(out, w.times(t, step))
        a = _Matrix(w.at(left, w.times(t, ra)), sa, ta)
        b = _Matrix(w.at(right, w.times(t, rb)), sb, tb)
        if n < _FEW and ta == 1 and k > 1:
            _dots(w, (m, k, n), c, a, b)
        elif n < _FEW and m > n:
            _turned(w, (m, k, n), c, a, b)
        else:
            _tiles(w, (m, k, n), c, a, b)
    return w.function(name, GIVEN)


def _dots(w: Text, size: tuple[int, int, int], c: str, a: _Matrix, b: _Matrix) -> None:
    """For few columns, where the rows of A lie close."""
    m, k, n = size
    with w.loop(n) as j:
        line = w.at(b.start, w.times(j, b.column))
        if b.row != 1:
            with w.loop(k) as q:
                w.store(w.at("%pack", q), w.load(w.at(line, w.times(q, b.row))))
            line = "%pack"
        with w.loop(m) as i:
            row, total = w.at(a.start, w.times(i, a.row)), w.slot("float", number(0.0))
            with w.loop(k) as q:
                part = w.do(
                    f"fmul {FAST} reassoc float {w.load(w.at(row, q))}, {w.load(w.at(line, q))}"
                )
                w.store(total, w.do(f"fadd {FAST} reassoc float {w.load(total)}, {part}"))
            w.store(w.at(c, w.times(i, n), j), w.load(total))


def _turned(w: Text, size: tuple[int, int, int], c: str, a: _Matrix, b: _Matrix) -> None:
    """Cᵀ = Bᵀ Aᵀ, for few columns, and then C."""
    m, k, n = size
    room = w.at("%pack", _DEEP * _PANEL)  # behind what `_panel` uses
    one, other = _Matrix(b.start, b.column, b.row), _Matrix(a.start, a.column, a.row)
    _tiles(w, (n, k, m), room, one, other)
    with w.loop(m) as i, w.loop(n) as j:
        w.store(w.at(c, w.times(i, n), j), w.load(w.at(room, w.times(j, m), i)))


def _tiles(w: Text, size: tuple[int, int, int], c: str, a: _Matrix, b: _Matrix) -> None:
    k, n = size[1:]
    blocks = -(-k // _DEEP)
    deep = -(-k // blocks)
    with w.loop(blocks) as block:
        first = w.times(block, deep)
        rest = w.do(f"sub i64 {k}, {first}") if blocks > 1 else str(k)
        count = w.do(f"call i64 @llvm.smin.i64(i64 {rest}, i64 {deep})") if blocks > 1 else rest
        anew = w.do(f"icmp eq i64 {block}, 0") if blocks > 1 else "true"
        whole = n // _PANEL
        here = _Matrix(w.at(b.start, w.times(first, b.row)), b.row, b.column)
        part = _Matrix(w.at(a.start, w.times(first, a.column)), a.row, a.column)
        if whole:
            with w.loop(whole) as panel:
                _panel(w, size, c, part, here, w.times(panel, _PANEL), _PANEL, count, anew)
        if n % _PANEL:
            _panel(w, size, c, part, here, whole * _PANEL, n % _PANEL, count, anew)


def _panel(
    w: Text,
    size: tuple[int, int, int],
    c: str,
    a: _Matrix,
    b: _Matrix,
    j: Index,
    columns: int,
    count: str,
    anew: str,
) -> None:
    """Some columns of C."""
    m, _, n = size
    lines, apart = w.at(b.start, w.times(j, b.column)), b.row
    if b.column != 1:
        with w.loop(count) as q, w.loop(columns) as one:
            value = w.load(w.at(lines, w.times(q, b.row), w.times(one, b.column)))
            w.store(w.at("%pack", w.times(q, _PANEL), one), value)
        lines, apart = "%pack", _PANEL
    rows, more = divmod(m, tiles := _tiles_of(m))
    for times, high, begin in ((more, rows + 1, 0), (tiles - more, rows, more * (rows + 1))):
        if times:
            with w.loop(times) as tile:
                i = w.plus(w.times(tile, high), begin)
                to = w.at(c, w.times(i, n), j)
                row = _Matrix(w.at(a.start, w.times(i, a.row)), a.row, a.column)
                _tile(w, high, columns, row, lines, apart, to, n, count, anew)


def _tiles_of(m: int) -> int:
    """How many tiles so many rows are dealt to: all of one height where that costs little."""
    least = -(-m // TILE)
    return next((n for n in range(least, 3 * least // 2 + 1) if m % n == 0), least)


def _tile(
    w: Text,
    high: int,
    columns: int,
    a: _Matrix,
    lines: str,
    apart: int,
    to: str,
    n: int,
    count: str,
    anew: str,
) -> None:
    vectors = -(-columns // WIDE)
    sums = [[w.slot(_VECTOR) for _ in range(vectors)] for _ in range(high)]
    for i, row in enumerate(sums):
        for v, total in enumerate(row):
            start = "zeroinitializer"
            if anew != "true":
                old = w.load(w.at(to, i * n + v * WIDE), _VECTOR)
                start = w.do(f"select i1 {anew}, {_VECTOR} zeroinitializer, {_VECTOR} {old}")
            w.store(total, start, _VECTOR)
    with w.loop(count) as q:
        line = w.at(lines, w.times(q, apart))
        given = [w.load(w.at(line, v * WIDE), _VECTOR) for v in range(vectors)]
        for i, row in enumerate(sums):
            factor = w.load(w.at(a.start, w.times(q, a.column), i * a.row))
            one = w.do(f"insertelement {_VECTOR} poison, float {factor}, i64 0")
            spread = w.do(
                f"shufflevector {_VECTOR} {one}, {_VECTOR} poison, <{WIDE} x i32> zeroinitializer"
            )
            for v, total in enumerate(row):
                part = w.do(f"fmul {FAST} {_VECTOR} {spread}, {given[v]}")
                more = w.do(f"fadd {FAST} {_VECTOR} {w.load(total, _VECTOR)}, {part}")
                w.store(total, more, _VECTOR)
    for i, row in enumerate(sums):
        for v, total in enumerate(row):
            _put(w, w.at(to, i * n + v * WIDE), w.load(total, _VECTOR), columns - v * WIDE)


def _put(w: Text, to: str, value: str, lanes: int) -> None:
    if lanes >= WIDE:
        w.store(to, value, _VECTOR)
        return
    done = 0
    for size in (8, 4, 2, 1):
        if lanes & size:
            which = ", ".join(f"i32 {done + lane}" for lane in range(size))
            few = f"{_VECTOR} {value}, {_VECTOR} poison, <{size} x i32> <{which}>"
            w.store(w.at(to, done), w.do(f"shufflevector {few}"), wide(size))
            done += size
