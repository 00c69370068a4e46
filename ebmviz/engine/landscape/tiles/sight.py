"""Which points can be seen from a tile of the grid (the bound is proved in `landscape.grid`)."""

from __future__ import annotations

from collections.abc import Sequence

from ebmviz.engine.landscape.tiles.arithmetic import (
    DOUBLES,
    FEW,
    add,
    chose,
    compared,
    energy,
    fma,
    higher,
    mul,
    same,
    size,
    spread,
    sub,
    whole,
)
from ebmviz.engine.landscape.tiles.layout import (
    BIAS,
    ENERGY,
    GX,
    GY,
    INDEX,
    OFF,
    OWN,
    PURE,
    PX,
    PY,
    X,
    Y,
)
from ebmviz.engine.llvm.text import Text

_ROUNDING = 1e-12  # of float64 energies, with room to spare
_NEVER = 1e300  # an energy beyond all
_PLACES, _TRUTHS = f"<{FEW} x i64>", f"<{FEW} x i1>"
_SEES = (
    "ptr %points, i64 %count, ptr %kept, i64 %fields, i64 %stride, ptr %above, "
    "ptr %tile, ptr %found, ptr %extent"
)
_PREPARES = "ptr %kept, i64 %count, i64 %first, i64 %stride, double %cx, double %cy, ptr %sees"


def padded(w: Text, kept: str, stride: str, count: str, values: Sequence[str]) -> None:
    """What fills the last vector of each row is never seen from anywhere."""
    for row, value in enumerate(values):
        w.store(w.at(kept, w.times(stride, row), count, kind="double"), value, DOUBLES)


def see(dense: bool) -> str:
    """Copies to `kept`, as far as its first `fields` rows, those of the points that come within
    `slack` of the least energy in a tile: see(points, count, kept, fields, stride, above, tile,
    found, extent).

    tile float64: its centre (cx, cy), its half sides hx, hy, and the slack. Into found: how many
    points they are, how many a tile of half the size would have, and the place in `kept` of the one
    nearest to the centre; into extent: the largest |p_k − p_0| per axis. dense: the processor can
    store some numbers of a vector close together.
    """
    w = Text()
    cx, cy, hx, hy, slack = (w.load(w.at("%tile", n, kind="double"), "double") for n in range(5))
    wide = {name: spread(w, v, DOUBLES) for name, v in zip("xyab", (cx, cy, hx, hy), strict=True)}
    first, least = _nearest(w, wide["x"], wide["y"])
    own = [w.load(_field(w, "%points", row, first), "double") for row in range(INDEX + 1)]
    x0, y0 = (spread(w, own[row], DOUBLES) for row in (X, Y))
    margin = mul(w, "double", same(_ROUNDING, "double"), add(w, "double", least, slack))
    limit = spread(w, add(w, "double", least, slack, margin), DOUBLES)
    n, half, place = (w.slot("i64", "0") for _ in range(3))
    widest, tallest = (w.slot(DOUBLES, "zeroinitializer") for _ in range(2))
    mine = spread(w, first, _PLACES)
    with w.loop("%count", step=FEW) as k:
        x, y = (w.load(_field(w, "%points", row, k), DOUBLES) for row in (X, Y))
        away = [size(w, DOUBLES, sub(w, DOUBLES, p, q)) for p, q in ((x, x0), (y, y0))]
        reach = fma(w, DOUBLES, away[0], wide["a"], mul(w, DOUBLES, away[1], wide["b"]))
        reach = add(w, DOUBLES, reach, reach)
        rest = sub(w, DOUBLES, w.load(w.at("%above", k, kind="double"), DOUBLES), limit)
        seen = compared(w, DOUBLES, "ole", rest, reach)
        near = mul(w, DOUBLES, same(0.5, DOUBLES), reach)
        close = w.do(f"and {_TRUTHS} {seen}, {compared(w, DOUBLES, 'ole', rest, near)}")
        before = w.do(f"icmp slt {_PLACES} {_numbered(w, k)}, {mine}")
        before = w.do(f"and {_TRUTHS} {seen}, {before}")
        for slot, part in ((widest, away[0]), (tallest, away[1])):
            part = chose(w, DOUBLES, seen, part, "zeroinitializer")
            w.store(slot, higher(w, DOUBLES, part, w.load(slot, DOUBLES)), DOUBLES)
        to = w.load(n, "i64")
        _keep(w, dense, seen, to, k, (x, y))
        for slot, truth in ((n, seen), (half, close), (place, before)):
            w.store(slot, w.do(f"add i64 {w.load(slot, 'i64')}, {_many(w, truth)}"), "i64")
    own[ENERGY] = same(_NEVER, "double")
    padded(w, "%kept", "%stride", w.load(n, "i64"), [spread(w, v, DOUBLES) for v in own])
    for at, slot in enumerate((n, half, place)):
        w.store(w.at("%found", at, kind="i64"), w.load(slot, "i64"), "i64")
    for at, slot in enumerate((widest, tallest)):
        most = f"call double @llvm.vector.reduce.fmax.v8f64({DOUBLES} {w.load(slot, DOUBLES)})"
        w.store(w.at("%extent", at, kind="double"), w.do(most), "double")
    return w.function("see", _SEES)


def _field(w: Text, rows: str, row: int, k: str) -> str:
    return w.at(rows, w.times("%stride", row), k, kind="double")


def _numbered(w: Text, k: str) -> str:
    steps = ", ".join(f"i64 {n}" for n in range(FEW))
    return w.do(f"add {_PLACES} {spread(w, k, _PLACES)}, <{steps}>")


def _many(w: Text, truth: str) -> str:
    bits = w.do(f"bitcast {_TRUTHS} {truth} to i8")
    return w.do(f"zext i8 {w.do(f'call i8 @llvm.ctpop.i8(i8 {bits})')} to i64")


def _nearest(w: Text, cx: str, cy: str) -> tuple[str, str]:
    """Which point has the least energy at the centre, and that; all energies go to `above`."""
    best, which = w.slot(DOUBLES, same(_NEVER, DOUBLES)), w.slot(_PLACES, "zeroinitializer")
    with w.loop("%count", step=FEW) as k:
        x, y, bias = (w.load(_field(w, "%points", row, k), DOUBLES) for row in (X, Y, ENERGY))
        e = energy(w, DOUBLES, sub(w, DOUBLES, x, cx), sub(w, DOUBLES, y, cy), bias)
        w.store(w.at("%above", k, kind="double"), e, DOUBLES)
        old = w.load(best, DOUBLES)
        lowest = compared(w, DOUBLES, "olt", e, old)
        w.store(best, chose(w, DOUBLES, lowest, e, old), DOUBLES)
        w.store(which, chose(w, _PLACES, lowest, _numbered(w, k), w.load(which, _PLACES)), _PLACES)
    found = w.load(best, DOUBLES)
    least = w.do(f"call double @llvm.vector.reduce.fmin.v8f64({DOUBLES} {found})")
    there = compared(w, DOUBLES, "oeq", found, spread(w, least, DOUBLES))
    places = chose(w, _PLACES, there, w.load(which, _PLACES), whole(2**62, _PLACES))
    return w.do(f"call i64 @llvm.vector.reduce.smin.v8i64({_PLACES} {places})"), least


def _keep(w: Text, dense: bool, seen: str, to: str, k: str, known: Sequence[str]) -> None:
    """The rows of those that are seen, from place `to` on."""

    def keep(row: int, values: str) -> None:
        if dense:
            at = _field(w, "%kept", row, to)
            given = f"{DOUBLES} {values}, {_TRUTHS} {seen}, {DOUBLES} poison"
            close = f"call {DOUBLES} @llvm.experimental.vector.compress.v8f64({given})"
            w.store(at, w.do(close), DOUBLES)  # quicker than to store the part that counts
            return
        here = to
        for lane in range(FEW):  # without a branch, which would be mispredicted as often as not
            one = w.do(f"extractelement {DOUBLES} {values}, i64 {lane}")
            w.store(_field(w, "%kept", row, here), one, "double")
            truth = w.do(f"extractelement {_TRUTHS} {seen}, i64 {lane}")
            here = w.do(f"add i64 {here}, {w.do(f'zext i1 {truth} to i64')}")

    for row, values in enumerate(known):
        keep(row, values)
    keep(ENERGY, w.load(_field(w, "%points", ENERGY, k), DOUBLES))
    with w.where(w.do(f"icmp sgt i64 %fields, {OWN}")):
        for row in (OWN, INDEX):
            keep(row, w.load(_field(w, "%points", row, k), DOUBLES))


def prepare() -> str:
    """Fills the rows of `sees`, relative to point `first` and the centre.

    prepare(kept, count, first, stride, cx, cy, sees).
    """
    w = Text()
    names = (X, Y, ENERGY, OWN)
    own = [spread(w, w.load(_field(w, "%kept", n, "%first"), "double"), DOUBLES) for n in names]
    twice = [spread(w, add(w, "double", c, c), DOUBLES) for c in ("%cx", "%cy")]
    with w.loop("%count", step=FEW) as k:
        mine = [w.load(_field(w, "%kept", n, k), DOUBLES) for n in names]
        away = [sub(w, DOUBLES, p, q) for p, q in zip(mine[:2], own[:2], strict=True)]
        # E_k(c) − E_0(c) without the squares of c, which would cancel.
        parts = [
            mul(w, DOUBLES, d, sub(w, DOUBLES, add(w, DOUBLES, p, q), c))
            for d, p, q, c in zip(away, mine[:2], own[:2], twice, strict=True)
        ]
        rise = add(w, DOUBLES, *parts)
        minus = [mul(w, DOUBLES, d, same(-2.0, DOUBLES)) for d in away]
        off = add(w, DOUBLES, rise, sub(w, DOUBLES, mine[ENERGY], own[ENERGY]))
        pure = add(w, DOUBLES, rise, sub(w, DOUBLES, mine[OWN], own[OWN]))
        rows = {PX: mine[X], PY: mine[Y], BIAS: mine[ENERGY], GX: minus[0], GY: minus[1]}
        for row, value in (rows | {OFF: off, PURE: pure}).items():
            low = w.do(f"fptrunc {DOUBLES} {value} to <{FEW} x float>")
            w.store(w.at("%sees", w.times("%stride", row), k), low, f"<{FEW} x float>")
    return w.function("prepare", _PREPARES)
