"""Sums, least and most numbers along axes, as functions."""

from __future__ import annotations

import math
from typing import NamedTuple

from ebmviz.core.snapshot import Array
from ebmviz.engine.llvm.text import FAST, Index, Text, number, same, wide
from ebmviz.engine.tape import codes
from ebmviz.engine.tape.fused.given import GIVEN, array

PLACES = (1, 12)
"""Which of an instruction's numbers are places: out, in."""
_LANES, _FEW = 64, 16
_EXACT = 1 << 24  # float32 holds whole numbers below it
_ZERO, _ONE, _NAN = number(0.0), number(1.0), number(math.nan)


class _Axes(NamedTuple):
    """Dims and strides of what is kept, of what is reduced."""

    n: tuple[int, ...]
    s: tuple[int, ...]
    r: tuple[int, ...]
    t: tuple[int, ...]


def function(name: str, _kind: int, body: Array) -> str:
    """[how, out, 3 kept dims, their strides in, 2 reduced dims, their strides in, place in]: the
    kept ones lie close in `out`.
    """
    given = tuple(int(n) for n in body)
    how, axes = given[0], _Axes(given[2:5], given[5:8], given[8:10], given[10:12])
    w = Text()
    out, source = array(w, 0), array(w, 1)
    columns = axes.s[2] == 1 and axes.n[2] > 1 and axes.t[1] != 1
    if how == codes.ARGMIN or not columns:
        _rows(w, how, axes, out, source)
    else:
        _columns(w, how, axes, out, source)
    return w.function(name, GIVEN)


def _kept(w: Text, axes: _Axes, at: tuple[str, ...]) -> list[Index]:
    return [w.times(i, s) for i, s in zip(at, axes.s, strict=False)]


# -- rows -------------------------------------------------------------------------------------


def _rows(w: Text, how: int, axes: _Axes, out: str, source: str) -> None:
    """One number after the other."""
    n0, n1, n2 = axes.n
    with w.loop(n0) as i0, w.loop(n1) as i1, w.loop(n2) as i2:
        begin = w.at(source, *_kept(w, axes, (i0, i1, i2)))
        line = w.times(w.plus(w.times(i0, n1), i1), n2)
        to = w.at(out, w.plus(line, i2))
        close = axes.t[1] == 1 and axes.r[1] >= _FEW
        if how == codes.SUM:
            w.store(to, _total(w, axes, begin))
        elif how == codes.ARGMIN and close and axes.r[1] < _EXACT:
            w.store(to, _first_least(w, axes.r[1], begin))
        elif how == codes.ARGMIN:
            w.store(to, _first_of_few(w, axes, begin))
        else:
            w.store(to, _extreme(w, how, axes, begin, close))


def _total(w: Text, axes: _Axes, begin: str) -> str:
    total = w.slot("float", _ZERO)
    with w.loop(axes.r[0]) as a, w.loop(axes.r[1]) as b:
        value = w.load(w.at(begin, w.times(a, axes.t[0]), w.times(b, axes.t[1])))
        w.store(total, w.do(f"fadd {FAST} reassoc float {w.load(total)}, {value}"))
    return w.load(total)


def _better(w: Text, how: int, value: str, best: str, kind: str = "float") -> str:
    sign = "ogt" if how == codes.MAX else "olt"
    truth = w.do(f"fcmp {sign} {kind} {value}, {best}")
    return w.select(truth, value, best, kind)


def _extreme(w: Text, how: int, axes: _Axes, begin: str, close: bool) -> str:
    """The least or most; NaN where one is."""
    far = math.inf if how == codes.MIN else -math.inf
    best, wrong = w.slot("float", number(far)), w.slot("i1", "false")

    def take(value: str) -> None:
        w.store(best, _better(w, how, value, w.load(best)))
        odd = w.do(f"fcmp uno float {value}, {value}")
        _note(w, wrong, odd)

    with w.loop(axes.r[0]) as a:
        row, done = w.at(begin, w.times(a, axes.t[0])), 0
        if close:
            lanes = min(_LANES, axes.r[1] // _FEW * _FEW)
            done = axes.r[1] // lanes * lanes
            tops, odds = _by_lanes(w, how, row, done, lanes)
            with w.loop(lanes) as lane:
                w.store(best, _better(w, how, w.load(w.at(tops, lane)), w.load(best)))
                odd = w.do(f"fcmp ogt float {w.load(w.at(odds, lane))}, {_ZERO}")
                _note(w, wrong, odd)
        if done < axes.r[1]:
            with w.loop(axes.r[1], done) as b:
                take(w.load(w.at(row, w.times(b, axes.t[1]))))
    return w.select(w.load(wrong, "i1"), _NAN, w.load(best))


def _note(w: Text, slot: str, truth: str) -> None:
    """It holds from now on, if this does."""
    w.store(slot, w.do(f"or i1 {w.load(slot, 'i1')}, {truth}"), "i1")


def _by_lanes(w: Text, how: int, row: str, count: int, lanes: int) -> tuple[str, str]:
    """Of so many numbers that lie close: the best of each lane, and how many of it are NaN."""
    kind, far = wide(lanes), math.inf if how == codes.MIN else -math.inf
    best, odd = w.slot(kind, same(far, lanes)), w.slot(kind, same(0.0, lanes))
    with w.loop(count, step=lanes) as b:
        value = w.load(w.at(row, b), kind)
        w.store(best, _better(w, how, value, w.load(best, kind), kind), kind)
        _count_odd(w, value, odd, kind, lanes)
    return _laid(w, best, kind), _laid(w, odd, kind)


def _count_odd(w: Text, value: str, odd: str, kind: str, lanes: int) -> None:
    wrong = w.do(f"fcmp uno {kind} {value}, {value}")
    one = w.select(wrong, same(1.0, lanes), same(0.0, lanes), kind)
    w.store(odd, w.do(f"fadd {kind} {w.load(odd, kind)}, {one}"), kind)


def _laid(w: Text, slot: str, kind: str) -> str:
    """Its numbers in memory, to be gone through one by one."""
    return w.slot(kind, w.load(slot, kind))


def _first_of_few(w: Text, axes: _Axes, begin: str) -> str:
    """Where the first of the least numbers is, or the first NaN."""
    best, which = w.slot("float", w.load(begin)), w.slot("i64", "0")
    if axes.r[1] > 1:
        with w.loop(axes.r[1], 1) as b:
            value, old = w.load(w.at(begin, w.times(b, axes.t[1]))), w.load(best)
            # Less than what was there, or the first that is none.
            less = w.do(f"fcmp olt float {value}, {old}")
            odd = w.do(f"fcmp uno float {value}, {value}")
            sound = w.do(f"fcmp ord float {old}, {old}")
            both = w.do(f"and i1 {odd}, {sound}")
            truth = w.do(f"or i1 {less}, {both}")
            w.store(best, w.select(truth, value, old))
            w.store(which, w.select(truth, b, w.load(which, "i64"), "i64"), "i64")
    return w.do(f"sitofp i64 {w.load(which, 'i64')} to float")


def _first_least(w: Text, count: int, begin: str) -> str:
    """The same of many that lie close: by lanes, each of which knows its row."""
    lanes = _FEW
    kind, done = wide(lanes), count // lanes * lanes
    best, at = w.slot(kind, same(math.inf, lanes)), w.slot(kind, same(0.0, lanes))
    odd, row = w.slot(kind, same(0.0, lanes)), w.slot(kind, same(0.0, lanes))
    with w.loop(done, step=lanes) as b:
        value, old, here = w.load(w.at(begin, b), kind), w.load(best, kind), w.load(row, kind)
        less = w.do(f"fcmp olt {kind} {value}, {old}")
        w.store(best, w.select(less, value, old, kind), kind)
        w.store(at, w.select(less, here, w.load(at, kind), kind), kind)
        _count_odd(w, value, odd, kind, lanes)
        w.store(row, w.do(f"fadd {kind} {here}, {same(1.0, lanes)}"), kind)
    tops, rows, odds = (_laid(w, each, kind) for each in (best, at, odd))
    least, which = w.slot("float", number(math.inf)), w.slot("i64", "0")
    wrong = w.slot("i1", "false")

    def take(value: str, place: str) -> None:
        """Of equal ones the first."""
        old, first = w.load(least), w.load(which, "i64")
        less = w.do(f"fcmp olt float {value}, {old}")
        equal = w.do(f"fcmp oeq float {value}, {old}")
        before = w.do(f"icmp slt i64 {place}, {first}")
        both = w.do(f"and i1 {equal}, {before}")
        truth = w.do(f"or i1 {less}, {both}")
        w.store(least, w.select(truth, value, old))
        w.store(which, w.select(truth, place, first, "i64"), "i64")

    with w.loop(lanes) as lane:
        turn = w.do(f"fptosi float {w.load(w.at(rows, lane))} to i64")
        place = w.plus(w.times(turn, lanes), lane)
        take(w.load(w.at(tops, lane)), str(place))
        bad = w.do(f"fcmp ogt float {w.load(w.at(odds, lane))}, {_ZERO}")
        _note(w, wrong, bad)
    if done < count:
        with w.loop(count, done) as b:
            value = w.load(w.at(begin, b))
            take(value, b)
            bad = w.do(f"fcmp uno float {value}, {value}")
            _note(w, wrong, bad)
    with w.where(w.load(wrong, "i1")):
        w.store(which, str(count), "i64")
        with w.loop(count) as b:
            value, first = w.load(w.at(begin, b)), w.load(which, "i64")
            bad = w.do(f"fcmp uno float {value}, {value}")
            before = w.do(f"icmp slt i64 {b}, {first}")
            both = w.do(f"and i1 {bad}, {before}")
            w.store(which, w.select(both, b, first, "i64"), "i64")
    return w.do(f"sitofp i64 {w.load(which, 'i64')} to float")


# -- columns ----------------------------------------------------------------------------------


def _columns(w: Text, how: int, axes: _Axes, out: str, source: str) -> None:
    """Some columns side by side, all rows of them."""
    n0, n1, n2 = axes.n
    with w.loop(n0) as i0, w.loop(n1) as i1:
        begin = w.at(source, *_kept(w, axes, (i0, i1)))
        to = w.at(out, w.times(w.plus(w.times(i0, n1), i1), n2))
        narrow = n2 <= _FEW and axes.t[1] == n2 and axes.r[0] == 1
        if how == codes.SUM and narrow and axes.r[1] * n2 >= 2 * _LANES:
            _folded(w, axes.r[1], n2, to, begin)
            return
        done = n2 // _LANES * _LANES
        if done:
            with w.loop(done, step=_LANES) as j:
                _side_by_side(w, how, axes, _LANES, w.at(to, j), w.at(begin, j))
        for lanes in (32, 16, 8, 4, 2, 1):
            if (n2 - done) & lanes:
                _side_by_side(w, how, axes, lanes, w.at(to, done), w.at(begin, done))
                done += lanes


def _side_by_side(w: Text, how: int, axes: _Axes, lanes: int, to: str, begin: str) -> None:
    kind = wide(lanes)
    far = {codes.SUM: 0.0, codes.MIN: math.inf, codes.MAX: -math.inf}[how]
    best, odd = w.slot(kind, same(far, lanes)), w.slot(kind, same(0.0, lanes))
    with w.loop(axes.r[0]) as a, w.loop(axes.r[1]) as b:
        value = w.load(w.at(begin, w.times(a, axes.t[0]), w.times(b, axes.t[1])), kind)
        old = w.load(best, kind)
        if how == codes.SUM:
            w.store(best, w.do(f"fadd {FAST} {kind} {old}, {value}"), kind)
        else:
            w.store(best, _better(w, how, value, old, kind), kind)
            _count_odd(w, value, odd, kind, lanes)
    found = w.load(best, kind)
    if how != codes.SUM:
        wrong = w.do(f"fcmp ogt {kind} {w.load(odd, kind)}, {same(0.0, lanes)}")
        nan = f"<{', '.join([f'float {_NAN}'] * lanes)}>"
        found = w.select(wrong, nan, found, kind)
    w.store(to, found, kind)


def _folded(w: Text, rows: int, n: int, to: str, begin: str) -> None:
    """Sums of the columns of a narrow table whose rows follow each other: many rows at a time."""
    lanes = _LANES // n * n
    kind, done = wide(lanes), rows * n // lanes * lanes
    sums = w.slot(kind, same(0.0, lanes))
    with w.loop(done, step=lanes) as b:
        value = w.load(w.at(begin, b), kind)
        w.store(sums, w.do(f"fadd {FAST} {kind} {w.load(sums, kind)}, {value}"), kind)
    found = w.load(sums, kind)
    for column in range(n):
        total = w.slot("float", _ZERO)
        for lane in range(column, lanes, n):
            part = w.do(f"extractelement {kind} {found}, i64 {lane}")
            w.store(total, w.do(f"fadd {FAST} float {w.load(total)}, {part}"))
        if done < rows * n:
            with w.loop(rows * n, done + column, n) as b:
                value = w.load(w.at(begin, b))
                w.store(total, w.do(f"fadd {FAST} float {w.load(total)}, {value}"))
        w.store(w.at(to, column), w.load(total))
