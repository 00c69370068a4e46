"""Tiles at β = ∞, and those that see one point: no exponentials."""

from __future__ import annotations

from ebmviz.engine.landscape.tiles.arithmetic import (
    FLOATS,
    LANES,
    add,
    fma,
    lower,
    spread,
    sub,
)
from ebmviz.engine.landscape.tiles.layout import (
    BIAS,
    GX,
    GY,
    INDEX,
    OFF,
    PX,
    PY,
    SIDE,
    count,
    given,
    narrow,
    pointer,
)
from ebmviz.engine.landscape.tiles.sums import FILLS, field
from ebmviz.engine.llvm.text import Text, wide

MOST = 2048 // SIDE  # points of which `lowest` has room for their parts, a row of places each
_CHAINS = 8  # vectors of lowest energies that do not wait for each other


def lone(side: int) -> str:
    """lone{side}: a tile of this side, or a wider one, that sees one point."""
    w = Text()
    lanes = min(side, LANES)
    kind, whole = wide(lanes), f"<{lanes} x i32>"
    sees, stride = pointer(w, "sees"), count(w, "stride")
    px, py, bias = (field(w, sees, stride, row, "%first") for row in (PX, PY, BIAS))
    base = add(w, "float", narrow(w, given(w, "shift")), bias)
    me = w.load(w.at("%kept", w.times(stride, INDEX), "%first", kind="double"), "double")
    me, x0 = w.do(f"fptosi double {me} to i32"), spread(w, px, kind)
    mine = spread(w, me, whole)
    asked = w.do(f"icmp ne i64 {count(w, 'asked')}, 0")
    x1, x2, out, index = (pointer(w, name) for name in ("x1", "x2", "out", "index"))
    width = count(w, "width")
    with w.loop("%i1", first="%i0") as i:
        dy = sub(w, "float", w.load(w.at(x2, i)), py)
        level = spread(w, fma(w, "float", dy, dy, base), kind)
        with w.loop("%j1", first="%j0", step=lanes) as j:
            dx = sub(w, kind, w.load(w.at(x1, j), kind), x0)
            to = w.plus(w.times(i, width), j)
            w.store(w.at(out, to), fma(w, kind, dx, dx, level), kind)
            with w.where(asked):
                w.store(w.at(index, to, kind="i32"), mine, whole)
    return w.function(f"lone{side}", FILLS)


def lowest(side: int) -> str:
    """lowest{side}: F_∞ on a tile of this side as E_0 plus what others are lower: two operations
    per point and place. Where E_k − E_0 cannot cancel digits of E_0, for MOST points at most.
    """
    w = Text()
    parts = range(0, side, LANES)
    high = _CHAINS // len(parts)
    sees, stride = pointer(w, "sees"), count(w, "stride")
    px, py, bias = (field(w, sees, stride, row, "%first") for row in (PX, PY, BIAS))
    base = add(w, "float", narrow(w, given(w, "shift")), bias)
    x1, x2, out, room = (pointer(w, name) for name in ("x1", "x2", "out", "left"))
    across, along, width = pointer(w, "across"), pointer(w, "along"), count(w, "width")
    u = [w.load(w.at(across, n), FLOATS) for n in parts]
    xs = [sub(w, FLOATS, w.load(w.at(x1, "%j0", n), FLOATS), spread(w, px, FLOATS)) for n in parts]
    columns = w.do("sub i64 %j1, %j0")
    least = [[w.slot(FLOATS) for _ in parts] for _ in range(high)]
    with w.loop("%i1", first="%i0", step=high) as i:
        at = w.do(f"sub i64 {i}, %i0")
        v = [spread(w, w.load(w.at(along, at, n)), FLOATS) for n in range(high)]
        with w.loop("%n", step=LANES) as k:
            gy, off = (w.load(w.at(sees, w.times(stride, r), k), FLOATS) for r in (GY, OFF))
            for n in range(high):
                w.store(w.at(room, n * MOST, k), fma(w, FLOATS, gy, v[n], off), FLOATS)
        for row in least:
            for slot in row:
                w.store(slot, "zeroinitializer", FLOATS)
        with w.loop("%n") as k:
            gx = spread(w, field(w, sees, stride, GX, k), FLOATS)
            for n, row in enumerate(least):
                rest = spread(w, w.load(w.at(room, n * MOST, k)), FLOATS)
                for slot, place in zip(row, u, strict=True):
                    e = fma(w, FLOATS, gx, place, rest)
                    w.store(slot, lower(w, FLOATS, e, w.load(slot, FLOATS)), FLOATS)
        for n, row in enumerate(least):
            line = w.plus(i, n)
            dy = sub(w, "float", w.load(w.at(x2, line)), py)
            level = spread(w, fma(w, "float", dy, dy, base), FLOATS)
            to = w.at(out, w.times(line, width), "%j0")
            for part, slot, dx in zip(parts, row, xs, strict=True):
                value = add(w, FLOATS, w.load(slot, FLOATS), fma(w, FLOATS, dx, dx, level))
                with w.where(w.do(f"icmp slt i64 {part}, {columns}")):
                    w.store(w.at(to, part), value, FLOATS)
    return w.function(f"lowest{side}", FILLS)
