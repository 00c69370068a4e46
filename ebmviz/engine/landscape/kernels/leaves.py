"""Sums over the points that a tile sees: as a product, or term by term.

Exponents are relative to the tile's nearest point 0 and linear in u = y1 − c1, v = y2 − c2:
    E_k(y) − E_0(y) = off_k + gx_k u + gy_k v,  g_k = −2(p_k − p_0),  off_k = E_k(c) − E_0(c) ≥ 0.
The points are columns of `sees`, with the rows below, padded to a multiple of TOGETHER. The sums
per place are Σ t and, if `more` are asked for, Σ t gx, Σ t gy and Σ t pure, t_k = 2^{−scale (E_k −
E_0)}, where `pure` is the energy's rise without the prior's part in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ebmviz.engine.landscape.kernels.maths import exp2, log2, quick

SIDE = 8  # of the smallest tile
CELLS = SIDE * SIDE  # its places, in one row: a length the compiler knows
TOGETHER = 8  # points summed at a time: padding makes the count a multiple
CHUNK = 256  # points of one table: it stays in the cache
X, Y, ENERGY, OWN, INDEX = range(5)  # rows of points: p_k, constant energy with and without prior
FIELDS = 5
PX, PY, BIAS, GX, GY, OFF, PURE = range(7)  # rows of `sees`: p_k, its constant energy, the above
ROWS = 7
_ZERO, _TWO = np.float32(0.0), np.float32(2.0)
_LEAST = np.float32(-126.0)
_FAR = np.float32(3e38)


@quick
def nearest(sees: Any, n: Any, x: Any, y: Any, least: Any) -> None:
    """The least energy at each of CELLS places (x, y)."""
    for j in range(CELLS):
        least[j] = _FAR
    for k in range(0, n, 4):
        p, q, r, s = sees[PX, k], sees[PX, k + 1], sees[PX, k + 2], sees[PX, k + 3]
        pp, qq, rr, ss = sees[PY, k], sees[PY, k + 1], sees[PY, k + 2], sees[PY, k + 3]
        bp, bq, br, bs = sees[BIAS, k], sees[BIAS, k + 1], sees[BIAS, k + 2], sees[BIAS, k + 3]
        for j in range(CELLS):
            a = (x[j] - p) * (x[j] - p) + (y[j] - pp) * (y[j] - pp) + bp
            b = (x[j] - q) * (x[j] - q) + (y[j] - qq) * (y[j] - qq) + bq
            c = (x[j] - r) * (x[j] - r) + (y[j] - rr) * (y[j] - rr) + br
            d = (x[j] - s) * (x[j] - s) + (y[j] - ss) * (y[j] - ss) + bs
            ab, cd, old = a if a < b else b, c if c < d else d, least[j]
            e = ab if ab < cd else cd
            least[j] = e if e < old else old


@quick
def lowest(sees: Any, n: Any, u: Any, v: Any, low: Any) -> None:
    """The least E_k − E_0 at places (u, v) from the centre: three operations per point and place.

    u, v, low: as long as each other. For tiles where E_k − E_0 cannot cancel digits of E_0.
    """
    for j in range(low.size):
        low[j] = _ZERO
    for k in range(0, n, 4):
        o, p, q, r = sees[OFF, k], sees[OFF, k + 1], sees[OFF, k + 2], sees[OFF, k + 3]
        ox, px, qx, rx = sees[GX, k], sees[GX, k + 1], sees[GX, k + 2], sees[GX, k + 3]
        oy, py, qy, ry = sees[GY, k], sees[GY, k + 1], sees[GY, k + 2], sees[GY, k + 3]
        for j in range(low.size):
            a, b = ox * u[j] + (oy * v[j] + o), px * u[j] + (py * v[j] + p)
            c, d = qx * u[j] + (qy * v[j] + q), rx * u[j] + (ry * v[j] + r)
            ab, cd, old = a if a < b else b, c if c < d else d, low[j]
            e = ab if ab < cd else cd
            low[j] = e if e < old else old


@quick
def nearest_index(sees: Any, n: Any, x: Any, y: Any, least: Any, which: Any) -> None:
    """The same, and which point it is."""
    for j in range(CELLS):
        least[j], which[j] = _FAR, np.int32(0)
    for k in range(n):
        px, py, bias, me = sees[PX, k], sees[PY, k], sees[BIAS, k], np.int32(k)
        for j in range(CELLS):
            dx, dy = x[j] - px, y[j] - py
            e, old, before = dx * dx + dy * dy + bias, least[j], which[j]
            which[j] = me if e < old else before
            least[j] = e if e < old else old


@quick
def direct(sees: Any, n: Any, u: Any, v: Any, scale: Any, low: Any, total: Any) -> None:
    """Term by term at CELLS places: Σ t relative to the least E_k − E_0, which is left in `low`."""
    for j in range(CELLS):
        low[j] = _FAR
        total[j] = _ZERO
    for k in range(0, n, 4):
        o, p, q, r = sees[OFF, k], sees[OFF, k + 1], sees[OFF, k + 2], sees[OFF, k + 3]
        ox, px, qx, rx = sees[GX, k], sees[GX, k + 1], sees[GX, k + 2], sees[GX, k + 3]
        oy, py, qy, ry = sees[GY, k], sees[GY, k + 1], sees[GY, k + 2], sees[GY, k + 3]
        for j in range(CELLS):
            a, b = o + ox * u[j] + oy * v[j], p + px * u[j] + py * v[j]
            c, d = q + qx * u[j] + qy * v[j], r + rx * u[j] + ry * v[j]
            ab, cd, old = a if a < b else b, c if c < d else d, low[j]
            e = ab if ab < cd else cd
            low[j] = e if e < old else old
    for k in range(0, n, 2):
        o, ox, oy = sees[OFF, k], sees[GX, k], sees[GY, k]
        p, px, py = sees[OFF, k + 1], sees[GX, k + 1], sees[GY, k + 1]
        for j in range(CELLS):
            a = scale * (low[j] - (o + ox * u[j] + oy * v[j]))
            b = scale * (low[j] - (p + px * u[j] + py * v[j]))
            a, b = a if a > _LEAST else _LEAST, b if b > _LEAST else _LEAST
            total[j] += exp2(a) + exp2(b)


@quick
def direct_more(
    kept: Any, n: Any, x: Any, y: Any, scale: Any, least: Any, sums: Any
) -> None:  # fmt: skip
    """The least energy in float64 and, relative to it, Σ t, Σ t (y − p)₁, Σ t (y − p)₂ and
    Σ t (own energy − least).

    x, y, least (CELLS,) and `kept` (as in `tiles`) float64: a rounding of βE moves P(k|y) as much,
    and F only by that over β.
    """
    total, east, north, own = sums[0], sums[1], sums[2], sums[3]
    for j in range(CELLS):
        least[j] = _FAR
        total[j] = east[j] = north[j] = own[j] = _ZERO
    for k in range(n):
        px, py, bias = kept[X, k], kept[Y, k], kept[ENERGY, k]
        for j in range(CELLS):
            dx, dy, old = x[j] - px, y[j] - py, least[j]
            e = dx * dx + dy * dy + bias
            least[j] = e if e < old else old
    for k in range(n):
        px, py, bias = kept[X, k], kept[Y, k], kept[ENERGY, k]
        extra = np.float32(kept[OWN, k] - bias)
        for j in range(CELLS):
            dx, dy = x[j] - px, y[j] - py
            above = dx * dx + dy * dy + bias - least[j]
            bits = np.float32(-scale * above)
            bits = bits if bits > _LEAST else _LEAST
            t = exp2(bits)
            total[j] += t
            east[j] += t * np.float32(dx)
            north[j] += t * np.float32(dy)
            own[j] += t * (np.float32(above) + extra)


@quick
def _add(sums: Any, left: Any, right: Any, n: Any, s: Any) -> None:
    """sums[i, j] += Σ_k left[k, i] right[k, j], TOGETHER points at a time."""
    for k in range(0, n, TOGETHER):
        for i in range(s):
            a, b, c, d = left[k, i], left[k + 1, i], left[k + 2, i], left[k + 3, i]
            e, f, g, h = left[k + 4, i], left[k + 5, i], left[k + 6, i], left[k + 7, i]
            for j in range(s):
                abcd = a * right[k, j] + b * right[k + 1, j]
                abcd += c * right[k + 2, j] + d * right[k + 3, j]
                efgh = e * right[k + 4, j] + f * right[k + 5, j]
                efgh += g * right[k + 6, j] + h * right[k + 7, j]
                sums[i, j] += abcd + efgh


@quick
def product(
    sees: Any,
    n: Any,
    u: Any,
    v: Any,
    s: Any,
    scale: Any,
    left: Any,
    right: Any,
    extra: Any,
    sums: Any,
    more: Any,
) -> None:
    """The sums on an s × s tile as products over k of a function of u and a function of v."""
    for i in range(s):
        for j in range(s):
            sums[0, i, j] = _ZERO
    if more:
        for i in range(s):
            for j in range(s):
                sums[1, i, j] = sums[2, i, j] = sums[3, i, j] = _ZERO
    for start in range(0, n, CHUNK):
        m = min(CHUNK, n - start)
        flat_left, flat_right = left[: m * s], right[: m * s]
        a, b = flat_left.reshape(m, s), flat_right.reshape(m, s)
        for k in range(m):
            dx, dy = scale * sees[GX, start + k], scale * sees[GY, start + k]
            off = scale * sees[OFF, start + k]
            for j in range(s):
                b[k, j] = -dx * u[j]
                a[k, j] = -dy * v[j] - off
        for j in range(m * s):
            flat_right[j] = exp2(flat_right[j])
        for j in range(m * s):
            bits = flat_left[j]
            flat_left[j] = exp2(bits if bits > _LEAST else _LEAST)
        _add(sums[0], a, b, m, s)
        if more:
            weighted = extra[: m * s].reshape(m, s)
            for row in range(3):
                source = GX if row == 0 else (GY if row == 1 else PURE)
                for k in range(m):
                    w = sees[source, start + k]
                    for j in range(s):
                        weighted[k, j] = w * a[k, j]
                _add(sums[1 + row], weighted, b, m, s)


@quick
def logs(total: Any, out: Any, n: Any) -> None:
    """log2 of the first n totals."""
    for j in range(n):
        out[j] = log2(total[j])
