"""Tiles in parts of 8 × 8 places, term by term: each vector has the places of two rows."""

from __future__ import annotations

from ebmviz.engine.landscape.tiles.arithmetic import (
    FLOATS,
    LANES,
    LEAST,
    LONG,
    add,
    chose,
    chosen,
    compared,
    energy,
    exp2,
    fma,
    higher,
    log2,
    lower,
    mul,
    same,
    spread,
    sub,
)
from ebmviz.engine.landscape.tiles.layout import (
    BIAS,
    ENERGY,
    GX,
    GY,
    INDEX,
    OFF,
    OWN,
    PX,
    PY,
    SIDE,
    X,
    Y,
    count,
    given,
    narrow,
    pointer,
)
from ebmviz.engine.landscape.tiles.sums import FILLS, field
from ebmviz.engine.llvm.text import Text

PARTS = SIDE * SIDE // LANES  # vectors of one part
_HALF = LANES // 2
_FAR = 3e38
_LN2 = 0.6931471805599453
_MARKS = f"<{LANES} x i32>"


def _places(w: Text, x: str, y: str, kind: str, vectors: int) -> list[tuple[str, str]]:
    """Of two rows at a time, whose coordinates begin there."""
    part = kind.split()[-1].rstrip(">")
    short, pair = f"<{_HALF} x {part}>", f"<2 x {part}>"
    row = chosen(w, w.load(x, short), short, [*range(_HALF)] * 2)
    found = []
    for n in range(vectors):
        two = w.load(w.at(y, 2 * n, kind=part), pair)
        found.append((row, chosen(w, two, pair, [0] * _HALF + [1] * _HALF)))
    return found


def _put(w: Text, to: str, width: str, value: str, kind: str = FLOATS) -> None:
    """The two rows of a vector."""
    part = kind.split()[-1].rstrip(">")
    for n in range(2):
        half = chosen(w, value, kind, range(n * _HALF, (n + 1) * _HALF))
        w.store(w.at(to, w.times(width, n), kind=part), half, f"<{_HALF} x {part}>")


def _nearest(w: Text, places: list[tuple[str, str]], marked: bool) -> tuple[list[str], list[str]]:
    """Slots of the least energy at each place and, if marked, of which point's it is."""
    sees, stride = pointer(w, "sees"), count(w, "stride")
    least = [w.slot(FLOATS) for _ in places]
    which = [w.slot(_MARKS) for _ in places] if marked else []
    for slot in least:
        w.store(slot, same(_FAR, FLOATS), FLOATS)
    for slot in which:
        w.store(slot, "zeroinitializer", _MARKS)
    with w.loop("%n") as k:
        px, py, bias = (spread(w, field(w, sees, stride, row, k), FLOATS) for row in (PX, PY, BIAS))
        me = spread(w, w.do(f"trunc i64 {k} to i32"), _MARKS) if marked else ""
        for n, (x, y) in enumerate(places):
            e = energy(w, FLOATS, sub(w, FLOATS, x, px), sub(w, FLOATS, y, py), bias)
            old = w.load(least[n], FLOATS)
            if marked:
                less = compared(w, FLOATS, "olt", e, old)
                mark = chose(w, _MARKS, less, me, w.load(which[n], _MARKS))
                w.store(which[n], mark, _MARKS)
            w.store(least[n], lower(w, FLOATS, e, old), FLOATS)
    return least, which


def _linear(w: Text, k: str, places: list[tuple[str, str]]) -> list[str]:
    """E_k − E_0 at the places (u, v)."""
    sees, stride = pointer(w, "sees"), count(w, "stride")
    gx, gy, off = (spread(w, field(w, sees, stride, row, k), FLOATS) for row in (GX, GY, OFF))
    return [fma(w, FLOATS, gy, v, fma(w, FLOATS, gx, u, off)) for u, v in places]


def cold(marked: bool) -> str:
    """cold0, cold1: the least energy and, if marked, the point whose it is."""
    w = Text()
    x1, x2, out, index = (pointer(w, name) for name in ("x1", "x2", "out", "index"))
    width, stride = count(w, "width"), count(w, "stride")
    shift = spread(w, narrow(w, given(w, "shift")), FLOATS)
    names = w.at("%kept", w.times(stride, INDEX), kind="double")
    with w.loop("%i1", first="%i0", step=SIDE) as i, w.loop("%j1", first="%j0", step=SIDE) as j:
        places = _places(w, w.at(x1, j), w.at(x2, i), FLOATS, PARTS)
        least, which = _nearest(w, places, marked)
        for n in range(PARTS):
            to = w.plus(w.times(w.plus(i, 2 * n), width), j)
            value = add(w, FLOATS, w.load(least[n], FLOATS), shift)
            _put(w, w.at(out, to), width, value)
            if marked:
                marks = w.load(which[n], _MARKS)
                found = "zeroinitializer"
                for lane in range(LANES):
                    at = w.do(f"extractelement {_MARKS} {marks}, i64 {lane}")
                    at = w.do(f"sext i32 {at} to i64")
                    name = w.load(w.at(names, at, kind="double"), "double")
                    name = w.do(f"fptosi double {name} to i32")
                    found = w.do(f"insertelement {_MARKS} {found}, i32 {name}, i64 {lane}")
                _put(w, w.at(index, to, kind="i32"), width, found, _MARKS)
    return w.function(f"cold{int(marked)}", FILLS)


def warm() -> str:
    """warm: F where β is finite."""
    w = Text()
    x1, x2, out = (pointer(w, name) for name in ("x1", "x2", "out"))
    across, along, width = pointer(w, "across"), pointer(w, "along"), count(w, "width")
    shift = spread(w, narrow(w, given(w, "shift")), FLOATS)
    number = narrow(w, given(w, "scale"))
    scale = spread(w, number, FLOATS)
    inverse = spread(w, w.do(f"fdiv float {same(1.0, 'float')}, {number}"), FLOATS)
    low = [w.slot(FLOATS) for _ in range(PARTS)]
    total = [w.slot(FLOATS) for _ in range(PARTS)]
    with w.loop("%i1", first="%i0", step=SIDE) as i, w.loop("%j1", first="%j0", step=SIDE) as j:
        least, _ = _nearest(w, _places(w, w.at(x1, j), w.at(x2, i), FLOATS, PARTS), False)
        u, v = w.at(across, w.do(f"sub i64 {j}, %j0")), w.at(along, w.do(f"sub i64 {i}, %i0"))
        places = _places(w, u, v, FLOATS, PARTS)
        for n in range(PARTS):
            w.store(low[n], same(_FAR, FLOATS), FLOATS)
            w.store(total[n], "zeroinitializer", FLOATS)
        with w.loop("%n") as k:
            for n, e in enumerate(_linear(w, k, places)):
                w.store(low[n], lower(w, FLOATS, e, w.load(low[n], FLOATS)), FLOATS)
        with w.loop("%n") as k:
            for n, e in enumerate(_linear(w, k, places)):
                bits = mul(w, FLOATS, scale, sub(w, FLOATS, w.load(low[n], FLOATS), e))
                t = exp2(w, higher(w, FLOATS, bits, same(LEAST, FLOATS)))
                w.store(total[n], add(w, FLOATS, w.load(total[n], FLOATS), t), FLOATS)
        for n in range(PARTS):
            bits = log2(w, w.load(total[n], FLOATS))
            rest = sub(w, FLOATS, shift, mul(w, FLOATS, bits, inverse))
            to = w.plus(w.times(w.plus(i, 2 * n), width), j)
            _put(w, w.at(out, to), width, add(w, FLOATS, w.load(least[n], FLOATS), rest))
    return w.function("warm", FILLS)


def posterior() -> str:
    """posterior: F, ∂F/∂y1, ∂F/∂y2, ⟨E⟩ and the entropy. Energies are float64: a rounding of βE
    moves P(k|y) as much, and F only by that over β.
    """
    w = Text()
    y1, y2, out, extras = (pointer(w, name) for name in ("y1", "y2", "out", "extras"))
    width, height, stride = count(w, "width"), count(w, "height"), count(w, "stride")
    plane, number = w.times(width, height), given(w, "scale")
    scale, shift = spread(w, number, LONG), spread(w, given(w, "shift"), LONG)
    inverse = spread(w, w.do(f"fdiv double {same(1.0, 'double')}, {number}"), LONG)
    small = spread(w, narrow(w, number), FLOATS)
    none = mul(w, "double", mul(w, "double", given(w, "shift"), number), same(-1.0, "double"))
    none = spread(w, narrow(w, none), FLOATS)
    least, sums = w.slot(LONG), [w.slot(FLOATS) for _ in range(4)]

    def of(row: int, k: str) -> str:
        return w.load(w.at("%kept", w.times(stride, row), k, kind="double"), "double")

    with w.loop("%i1", first="%i0", step=2) as i, w.loop("%j1", first="%j0", step=SIDE) as j:
        ((x, y),) = _places(w, w.at(y1, j, kind="double"), w.at(y2, i, kind="double"), LONG, 1)
        w.store(least, same(1e300, LONG), LONG)
        for slot in sums:
            w.store(slot, "zeroinitializer", FLOATS)
        with w.loop("%n") as k:
            px, py, bias = (spread(w, of(row, k), LONG) for row in (X, Y, ENERGY))
            e = energy(w, LONG, sub(w, LONG, x, px), sub(w, LONG, y, py), bias)
            w.store(least, lower(w, LONG, e, w.load(least, LONG)), LONG)
        with w.loop("%n") as k:
            px, py, bias = (spread(w, of(row, k), LONG) for row in (X, Y, ENERGY))
            dx, dy = sub(w, LONG, x, px), sub(w, LONG, y, py)
            above = sub(w, LONG, energy(w, LONG, dx, dy, bias), w.load(least, LONG))
            bits = _low(w, mul(w, LONG, w.do(f"fneg {LONG} {scale}"), above))
            t = exp2(w, higher(w, FLOATS, bits, same(LEAST, FLOATS)))
            extra = spread(w, narrow(w, sub(w, "double", of(OWN, k), of(ENERGY, k))), FLOATS)
            own = add(w, FLOATS, _low(w, above), extra)
            for slot, weight in zip(sums, ("", _low(w, dx), _low(w, dy), own), strict=True):
                part = mul(w, FLOATS, t, weight) if weight else t
                w.store(slot, add(w, FLOATS, w.load(slot, FLOATS), part), FLOATS)
        total, east, north, own = (w.load(slot, FLOATS) for slot in sums)
        bits, part = log2(w, total), w.do(f"fdiv {FLOATS} {same(1.0, FLOATS)}, {total}")
        rise, low = mul(w, FLOATS, own, part), w.load(least, LONG)
        free = sub(w, LONG, shift, mul(w, LONG, _long(w, bits), inverse))
        to = w.plus(w.times(i, width), j)
        _put(w, w.at(out, to), width, _low(w, add(w, LONG, low, free)))
        mean = _low(w, add(w, LONG, low, _long(w, rise)))
        nats = add(w, FLOATS, fma(w, FLOATS, small, rise, bits), none)
        slopes = [mul(w, FLOATS, add(w, FLOATS, s, s), part) for s in (east, north)]
        for n, value in enumerate((*slopes, mean, mul(w, FLOATS, same(_LN2, FLOATS), nats))):
            _put(w, w.at(extras, w.times(plane, n), to), width, value)
    return w.function("posterior", FILLS)


def _low(w: Text, value: str) -> str:
    return w.do(f"fptrunc {LONG} {value} to {FLOATS}")


def _long(w: Text, value: str) -> str:
    return w.do(f"fpext {FLOATS} {value} to {LONG}")
