"""Walks a grid as a quadtree, carrying along the points that can be seen from each tile.

`ebmviz.engine.landscape.grid` has the method and the proofs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ebmviz.engine.landscape.tiles import cells, cold, sight, sums
from ebmviz.engine.landscape.tiles.arithmetic import (
    DECLARED,
    add,
    compared,
    fma,
    mul,
    same,
    sub,
)
from ebmviz.engine.landscape.tiles.layout import (
    FIELDS,
    GIVEN,
    SIDE,
    WIDEST,
    count,
    given,
    pointer,
)
from ebmviz.engine.llvm.text import Text

LINEAR = 6.0  # energy units that E_k − E_0 may take from E_0 without loss of digits
_TILE = f"{GIVEN}, i64 %d, i64 %i0, i64 %j0, i64 %code, i64 %many"
_PASSED = "ptr %pointers, ptr %counts, ptr %numbers"
_SIDES = (16, 32, 64)  # of tiles that are filled as a whole
# Whether to fill a tile now: four smaller ones, which see fewer points, cost more. The numbers
# balance measured costs: a point tested, a term summed, a factor of a product.
_COLD = {16: 64, 32: 16, 64: 6}  # points at most
_SMOOTH = {16: (0.3, -8.0), 32: (0.5, -5.0), 64: (0.82, -2.0)}  # of those that half of it would see


def written(dense: bool, sums_kept: int) -> str:
    """void walk(pointers, counts, numbers), as `layout` has them: fills the tiles of one thread.

    dense, sums_kept: what the processor can do, as `sight.see` and `sums.adding` ask.
    """
    parts = [DECLARED, sight.see(dense), sight.prepare(), cells.warm(), cells.posterior()]
    parts += [cells.cold(marked) for marked in (False, True)]
    parts += [cold.lone(side) for side in (SIDE, 2 * SIDE)]
    for side in _SIDES:
        parts += [sums.adding(side, sums_kept), sums.filling(side), cold.lowest(side)]
    return "\n".join((*parts, _tile(), _begin()))


def _begin() -> str:
    w = Text()
    w.say(f"call void @tile({_PASSED}, i64 0, i64 0, i64 0, i64 0, i64 {count(w, 'points')})")
    return w.function("walk", GIVEN)


@contextmanager
def _or_else(w: Text, truth: str, done: str) -> Iterator[None]:
    """Where it holds, and there it ends."""
    with w.where(truth):
        yield
        w.say(f"br label %{done}")
        w.say(f"{w.label()}:")


def _tile() -> str:
    """A tile at depth d, by its first place, which sees no others than `many` points of the level
    above. code: its place in the tree.
    """
    w = Text()
    done = w.label()
    height, width = count(w, "height"), count(w, "width")
    side = w.do(f"lshr i64 {count(w, 'top')}, %d")
    for first, end in (("%i0", height), ("%j0", width)):
        with _or_else(w, w.do(f"icmp sge i64 {first}, {end}"), done):
            pass
    dealt = w.do(f"icmp eq i64 %d, {count(w, 'share')}")
    turn = w.do(f"urem i64 %code, {count(w, 'threads')}")
    other = w.do(f"and i1 {dealt}, {w.do(f'icmp ne i64 {turn}, ' + count(w, 'thread'))}")
    with _or_else(w, other, done):
        pass
    i1, cy, hy, along = _extent(w, "y2", "%i0", side, height)
    j1, cx, hx, across = _extent(w, "y1", "%j0", side, width)
    stride = count(w, "stride")
    size = str(w.times(stride, FIELDS))
    levels = pointer(w, "levels")
    above = w.at(levels, w.times("%d", size), kind="double")
    kept = w.at(above, size, kind="double")
    where = (cx, cy, hx, hy, given(w, "slack"))
    n, half, first, reach = _seen(w, above, kept, stride, where)
    cold_, more = (w.do(f"icmp ne i64 {count(w, name)}, 0") for name in ("cold", "more"))
    smooth = _smooth(w, reach, cold_)
    with _or_else(w, w.do(f"xor i1 {_worth(w, side, n, half, cold_, smooth)}, true"), done):
        step, below = w.do(f"lshr i64 {side}, 1"), w.do("add i64 %d, 1")
        codes = w.times("%code", 4)
        for child in range(4):
            i, j = (
                w.do(f"add i64 {at}, {step}") if child & bit else at
                for at, bit in (("%i0", 2), ("%j0", 1))
            )
            code = w.plus(codes, child)
            w.say(f"call void @tile({_PASSED}, i64 {below}, i64 {i}, i64 {j}, i64 {code}, i64 {n})")
    fills = f"({_PASSED}, ptr {kept}, i64 {n}, i64 {first}, i64 %i0, i64 {i1}, i64 %j0, i64 {j1})"
    w.say(
        f"call void @prepare(ptr {kept}, i64 {n}, i64 {first}, i64 {stride}, "
        f"double {cx}, double {cy}, ptr {pointer(w, 'sees')})"
    )
    smallest = w.do(f"icmp eq i64 {side}, {SIDE}")
    one = w.do(f"icmp eq i64 {n}, 1")
    with _or_else(w, w.do(f"select i1 {more}, i1 false, i1 {one}"), done):
        with _or_else(w, smallest, done):
            w.say(f"call void @lone8{fills}")
        w.say(f"call void @lone16{fills}")
    _centred(w, across, along, cx, cy, side)
    with _or_else(w, cold_, done):
        _fill_cold(w, side, reach, smallest, fills, done)
    whole = w.do(f"and i1 {smooth}, {w.do(f'xor i1 {smallest}, true')}")
    with _or_else(w, whole, done):
        _by_side(w, "product", side, fills)
    with _or_else(w, more, done):
        w.say(f"call void @posterior{fills}")
    w.say(f"call void @warm{fills}")
    w.here(done)
    return w.function("tile", _TILE)


def _seen(
    w: Text, above: str, kept: str, stride: str, where: Sequence[str]
) -> tuple[str, str, str, list[str]]:
    """How many points are seen from a tile, how many from one of half its size, which of them is
    nearest; and the largest |p_k − p_0| per axis times its half side.
    """
    tile, found, extent = (w.slot(f"[{n}]") for n in ("5 x double", "3 x i64", "2 x double"))
    for n, value in enumerate(where):
        w.store(w.at(tile, n, kind="double"), value, "double")
    w.say(
        f"call void @see(ptr {above}, i64 %many, ptr {kept}, i64 {count(w, 'fields')}, "
        f"i64 {stride}, ptr {pointer(w, 'above')}, ptr {tile}, ptr {found}, ptr {extent})"
    )
    counts = [w.load(w.at(found, n, kind="i64"), "i64") for n in range(3)]
    most = [w.load(w.at(extent, n, kind="double"), "double") for n in range(2)]
    reach = [mul(w, "double", d, h) for d, h in zip(most, where[2:4], strict=True)]
    return counts[0], counts[1], counts[2], reach


def _fill_cold(
    w: Text, side: str, reach: Sequence[str], smallest: str, fills: str, done: str
) -> None:
    """At β = ∞."""
    marked = w.do(f"icmp ne i64 {count(w, 'asked')}, 0")
    with _or_else(w, marked, done):
        w.say(f"call void @cold1{fills}")
    far = compared(w, "double", "oge", add(w, "double", *reach), same(LINEAR / 2, "double"))
    with _or_else(w, w.do(f"or i1 {far}, {smallest}"), done):
        w.say(f"call void @cold0{fills}")
    _by_side(w, "lowest", side, fills)


def _by_side(w: Text, name: str, side: str, fills: str) -> None:
    for each in _SIDES:
        with w.where(w.do(f"icmp eq i64 {side}, {each}")):
            w.say(f"call void @{name}{each}{fills}")


def _extent(w: Text, axis: str, first: str, side: str, end: str) -> tuple[str, str, str, str]:
    """Of a tile along an axis: where it ends, its centre, half its side; and the axis there."""
    last = w.do(f"call i64 @llvm.smin.i64(i64 {w.do(f'add i64 {first}, {side}')}, i64 {end})")
    places = w.at(pointer(w, axis), first, kind="double")
    low = w.load(places, "double")
    steps = w.do(f"sub i64 {last}, {first}")
    high = w.load(w.at(places, steps, -1, kind="double"), "double")
    centre = fma(w, "double", same(0.5, "double"), sub(w, "double", high, low), low)
    sides = sub(w, "double", high, centre), sub(w, "double", centre, low)
    half = w.do(f"call double @llvm.maxnum.f64(double {sides[0]}, double {sides[1]})")
    return last, centre, half, places


def _smooth(w: Text, reach: list[str], cold_: str) -> str:
    """Whether the factors of a product stay in float32's range."""
    widest = w.do(f"call double @llvm.maxnum.f64(double {reach[0]}, double {reach[1]})")
    bits = mul(w, "double", add(w, "double", widest, widest), given(w, "scale"))
    within = compared(w, "double", "ole", bits, given(w, "limit"))
    return w.do(f"select i1 {cold_}, i1 false, i1 {within}")


def _worth(w: Text, side: str, n: str, half: str, cold_: str, smooth: str) -> str:
    """Whether to fill a tile now."""
    many, halves = (w.do(f"sitofp i64 {each} to double") for each in (n, half))
    fills = "false"
    for each in _SIDES:
        few = w.do(f"icmp sle i64 {n}, {_COLD[each]}")
        share, least = (same(v, "double") for v in _SMOOTH[each])
        same_ = compared(w, "double", "ogt", halves, fma(w, "double", share, many, least))
        warm = w.do(f"and i1 {smooth}, {same_}")
        here = w.do(f"select i1 {cold_}, i1 {few}, i1 {warm}")
        fills = w.do(f"select i1 {w.do(f'icmp eq i64 {side}, {each}')}, i1 {here}, i1 {fills}")
    ends = w.do(f"or i1 {w.do(f'icmp eq i64 {n}, 1')}, {w.do(f'icmp eq i64 {side}, {SIDE}')}")
    fills = w.do(f"or i1 {ends}, {fills}")
    deep = w.do(f"icmp sge i64 %d, {count(w, 'share')}")
    small = w.do(f"icmp sle i64 {side}, {WIDEST}")
    return w.do(f"and i1 {fills}, {w.do(f'and i1 {deep}, {small}')}")


def _centred(w: Text, across: str, along: str, cx: str, cy: str, side: str) -> None:
    """The axes of a tile, from its centre."""
    for axis, centre, name in ((across, cx, "across"), (along, cy, "along")):
        to = pointer(w, name)
        with w.loop(side) as k:
            away = sub(w, "double", w.load(w.at(axis, k, kind="double"), "double"), centre)
            w.store(w.at(to, k), w.do(f"fptrunc double {away} to float"))
