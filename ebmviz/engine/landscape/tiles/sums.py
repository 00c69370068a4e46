"""Tiles whose sums are one matrix product.

Exponents are relative to the tile's nearest point 0 and linear in u = y1 − c1, v = y2 − c2:
    E_k(y) − E_0(y) = off_k + gx_k u + gy_k v,  g_k = −2(p_k − p_0),  off_k = E_k(c) − E_0(c) ≥ 0.
The points are columns of `sees`, whose rows are p_k, its constant energy, gx, gy, off, and the
energy's rise without the prior's part in it (`pure`). The sums per place are Σ t and, if `more` are
asked for, Σ t gx, Σ t gy and Σ t pure, t_k = 2^{−scale (E_k − E_0)}.
"""

from __future__ import annotations

from itertools import chain

from ebmviz.engine.landscape.tiles.arithmetic import (
    FLOATS,
    LANES,
    LEAST,
    add,
    exp2,
    fma,
    higher,
    log2,
    mul,
    same,
    spread,
    sub,
)
from ebmviz.engine.landscape.tiles.layout import (
    BIAS,
    CHUNK,
    ENERGY,
    GIVEN,
    GX,
    GY,
    OFF,
    OWN,
    PURE,
    PX,
    PY,
    count,
    given,
    narrow,
    pointer,
)
from ebmviz.engine.llvm.text import Text

FILLS = f"{GIVEN}, ptr %kept, i64 %n, i64 %first, i64 %i0, i64 %i1, i64 %j0, i64 %j1"
"""Of a tile: its points as `sight.see` and `sight.prepare` leave them; rows and columns."""
_TOGETHER = 16  # terms that are summed before others: fewer roundings meet in one sum
_LN2 = 0.6931471805599453
_ADDS = "ptr noalias %sums, ptr noalias readonly %left, ptr noalias readonly %right, i64 %many"


def field(w: Text, sees: str, stride: str, row: int, k: str) -> str:
    """A number of a point, float32."""
    return w.load(w.at(sees, w.times(stride, row), k))


def adding(side: int, sums: int) -> str:
    """add{side}(sums, left, right, many): sums[i, j] += Σ_k left[k, i] right[k, j] for a tile of
    this side; so many vectors of sums stay in the registers.
    """
    w = Text()
    across = side // LANES
    high = max(1, sums // across)
    totals = [[w.slot(FLOATS) for _ in range(across)] for _ in range(high)]
    with w.loop(side, step=high) as i, w.loop("%many", step=_TOGETHER) as first:
        rest = w.do(f"add i64 {first}, {_TOGETHER}")
        end = w.do(f"call i64 @llvm.smin.i64(i64 {rest}, i64 %many)")
        for total in chain(*totals):
            w.store(total, "zeroinitializer", FLOATS)
        with w.loop(end, first=first) as k:
            line, column = w.at("%right", w.times(k, side)), w.at("%left", w.times(k, side), i)
            right = [w.load(w.at(line, v * LANES), FLOATS) for v in range(across)]
            for n, row in enumerate(totals):
                factor = spread(w, w.load(w.at(column, n)), FLOATS)
                for total, other in zip(row, right, strict=True):
                    w.store(total, fma(w, FLOATS, factor, other, w.load(total, FLOATS)), FLOATS)
        for n, total in enumerate(chain(*totals)):
            at = w.at("%sums", w.times(i, side), n // across * side + n % across * LANES)
            w.store(at, add(w, FLOATS, w.load(at, FLOATS), w.load(total, FLOATS)), FLOATS)
    return w.function(f"add{side}", _ADDS)


def filling(side: int) -> str:
    """product{side}: a tile of this side."""
    w = Text()
    more = w.do(f"icmp ne i64 {count(w, 'more')}, 0")
    sees, stride, areas = pointer(w, "sees"), count(w, "stride"), pointer(w, "areas")
    scale = narrow(w, given(w, "scale"))
    bytes_ = w.do(f"select i1 {more}, i64 {16 * side * side}, i64 {4 * side * side}")
    w.say(f"call void @llvm.memset.p0.i64(ptr {areas}, i8 0, i64 {bytes_}, i1 false)")
    with w.loop("%n", step=CHUNK) as start:
        rest = w.do(f"sub i64 %n, {start}")
        many = w.do(f"call i64 @llvm.smin.i64(i64 {rest}, i64 {CHUNK})")
        left, right, weighted = (pointer(w, name) for name in ("left", "right", "weighted"))
        own = w.at(sees, start)
        _tables(w, side, own, stride, many, scale)
        w.say(f"call void @add{side}(ptr {areas}, ptr {left}, ptr {right}, i64 {many})")
        with w.where(more):
            for n, row in enumerate((GX, GY, PURE)):
                with w.loop(many) as k:
                    weight = spread(w, field(w, own, stride, row, k), FLOATS)
                    for v in range(0, side, LANES):
                        at = w.times(k, side)
                        part = mul(w, FLOATS, weight, w.load(w.at(left, at, v), FLOATS))
                        w.store(w.at(weighted, at, v), part, FLOATS)
                to = w.at(areas, (n + 1) * side * side)
                w.say(f"call void @add{side}(ptr {to}, ptr {weighted}, ptr {right}, i64 {many})")
    _finish(w, side, sees, stride, scale, more)
    return w.function(f"product{side}", FILLS)


def _tables(w: Text, side: int, own: str, stride: str, many: str, scale: str) -> None:
    """2^ of what is linear in u, and of what is linear in v."""
    left, right = pointer(w, "left"), pointer(w, "right")
    parts = range(0, side, LANES)
    u, v = (
        [w.load(w.at(pointer(w, name), n), FLOATS) for n in parts] for name in ("across", "along")
    )
    minus = w.do(f"fneg float {scale}")
    with w.loop(many) as k:
        gx, gy, off = (
            spread(w, mul(w, "float", minus, field(w, own, stride, row, k)), FLOATS)
            for row in (GX, GY, OFF)
        )
        for n, at in enumerate(parts):
            east = exp2(w, mul(w, FLOATS, gx, u[n]))
            w.store(w.at(right, w.times(k, side), at), east, FLOATS)
            bits = higher(w, FLOATS, fma(w, FLOATS, gy, v[n], off), same(LEAST, FLOATS))
            w.store(w.at(left, w.times(k, side), at), exp2(w, bits), FLOATS)


def _finish(w: Text, side: int, sees: str, stride: str, scale: str, more: str) -> None:
    """F, and what more is asked for, from the sums."""
    px, py, bias = (field(w, sees, stride, row, "%first") for row in (PX, PY, BIAS))
    base = add(w, "float", narrow(w, given(w, "shift")), bias)
    own = w.load(w.at("%kept", w.times(stride, OWN), "%first", kind="double"), "double")
    log_p = _log_p(w, own, w.load(
        w.at("%kept", w.times(stride, ENERGY), "%first", kind="double"), "double"
    ))  # fmt: skip
    x0, own = spread(w, px, FLOATS), narrow(w, own)
    inverse = spread(w, w.do(f"fdiv float {same(1.0, 'float')}, {scale}"), FLOATS)
    areas, x1, x2, out = (pointer(w, name) for name in ("areas", "x1", "x2", "out"))
    across, along, extras = (pointer(w, name) for name in ("across", "along", "extras"))
    width, height = count(w, "width"), count(w, "height")
    high, wide = w.do("sub i64 %i1, %i0"), w.do("sub i64 %j1, %j0")
    plane = w.times(width, height)
    with w.loop(high) as i:
        row = w.do(f"add i64 %i0, {i}")
        dy = sub(w, "float", w.load(w.at(x2, row)), py)
        level = spread(w, fma(w, "float", dy, dy, base), FLOATS)
        rise = spread(w, fma(w, "float", dy, dy, own), FLOATS)
        steep = spread(w, add(w, "float", dy, dy), FLOATS)
        v = spread(w, w.load(w.at(along, i)), FLOATS)
        with w.loop(wide, step=LANES) as j:
            to = w.plus(w.times(row, width), "%j0", j)
            sums = w.at(areas, w.times(i, side), j)
            total = w.load(sums, FLOATS)
            bits = log2(w, total)
            dx = sub(w, FLOATS, w.load(w.at(x1, "%j0", j), FLOATS), x0)
            low = fma(w, FLOATS, dx, dx, level)
            w.store(w.at(out, to), sub(w, FLOATS, low, mul(w, FLOATS, bits, inverse)), FLOATS)
            with w.where(more):
                part = w.do(f"fdiv {FLOATS} {same(1.0, FLOATS)}, {total}")
                gx, gy, pure = (
                    mul(w, FLOATS, part, w.load(w.at(sums, n * side * side), FLOATS))
                    for n in (1, 2, 3)
                )
                u = w.load(w.at(across, j), FLOATS)
                lifted = fma(w, FLOATS, v, gy, fma(w, FLOATS, u, gx, pure))
                mean = add(w, FLOATS, fma(w, FLOATS, dx, dx, rise), lifted)
                nats = fma(w, FLOATS, spread(w, scale, FLOATS), lifted, bits)
                entropy = fma(w, FLOATS, same(_LN2, FLOATS), nats, spread(w, log_p, FLOATS))
                values = (add(w, FLOATS, dx, dx, gx), add(w, FLOATS, steep, gy), mean, entropy)
                for n, value in enumerate(values):
                    w.store(w.at(extras, w.times(plane, n), to), value, FLOATS)


def _log_p(w: Text, own: str, whole: str) -> str:
    """ln p of the nearest point: −(its prior energy + shift) β."""
    energy_ = add(w, "double", sub(w, "double", whole, own), given(w, "shift"))
    nats = mul(w, "double", mul(w, "double", energy_, given(w, "scale")), same(-_LN2, "double"))
    return narrow(w, nats)
