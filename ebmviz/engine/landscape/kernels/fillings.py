"""The ways to fill a tile of a grid from the points that can be seen from it.

`ebmviz.engine.landscape.grid` has the method and the proofs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ebmviz.engine.landscape.kernels.leaves import (
    BIAS,
    CELLS,
    INDEX,
    PX,
    PY,
    SIDE,
    TOGETHER,
    direct,
    direct_more,
    logs,
    lowest,
    nearest,
    nearest_index,
    product,
)
from ebmviz.engine.landscape.kernels.maths import quick

_ONE, _LN2 = np.float32(1.0), np.float32(np.log(2.0))


@quick
def _spread(across: Any, along: Any, x: Any, y: Any) -> None:
    """The coordinates of the CELLS places of a small tile."""
    for i in range(SIDE):
        for j in range(SIDE):
            x[i * SIDE + j] = across[j]
            y[i * SIDE + j] = along[i]


@quick
def _enrich(
    sums: Any, log_sum: Any, xs: Any, dy: Any, u: Any, v: Any, prior: Any, out: Any
) -> None:
    """A row's ∂F/∂y1, ∂F/∂y2, ⟨E⟩ and entropy from a product's sums (4, n)."""
    total, east, north, pure = sums[0], sums[1], sums[2], sums[3]
    slope_x, slope_y, mean, entropy = out[0], out[1], out[2], out[3]
    for j in range(xs.size):
        dx, part = xs[j] - prior.px, _ONE / total[j]
        gx, gy = east[j] * part, north[j] * part
        rise = pure[j] * part + u[j] * gx + v * gy
        slope_x[j] = dx + dx + gx
        slope_y[j] = dy + dy + gy
        mean[j] = dx * dx + (dy * dy + prior.own + rise)
        entropy[j] = _LN2 * (prior.scale * rise + log_sum[j]) + prior.log_p


@quick
def lone(task: Any, room: Any, i0: Any, i1: Any, j0: Any, j1: Any, me: Any) -> None:
    """A tile that sees one point."""
    px, py = room.sees[PX, 0], room.sees[PY, 0]
    base = np.float32(task.shift) + room.sees[BIAS, 0]
    xs = room.x1[j0:j1]
    for i in range(i0, i1):
        dy = room.x2[i] - py
        row, line = dy * dy + base, task.out[i, j0:j1]
        for j in range(xs.size):
            dx = xs[j] - px
            line[j] = dx * dx + row
        if task.index.size > 0:
            marks = task.index[i, j0:j1]
            for j in range(marks.size):
                marks[j] = np.int32(me)


@quick
def by_product(
    task: Any, room: Any, n: Any, first: Any, prior: Any, s: Any, i0: Any, i1: Any, j0: Any, j1: Any
) -> None:
    """A tile of side s whose sums are one product."""
    more = task.extras.size > 0
    area = room.areas[: 4 * s * s].reshape(4, s, s)
    product(
        room.sees, n + (-n) % TOGETHER, room.across, room.along, s, prior.scale,
        room.left, room.right, room.extra, area, more,
    )  # fmt: skip
    logs(room.areas, room.area_bits, s * s)
    px, py = room.sees[PX, first], room.sees[PY, first]
    base = np.float32(task.shift) + room.sees[BIAS, first]
    inverse = _ONE / prior.scale
    xs = room.x1[j0:j1]
    for i in range(i1 - i0):
        dy = room.x2[i0 + i] - py
        row, line = dy * dy + base, task.out[i0 + i, j0:j1]
        some = room.area_bits[i * s : (i + 1) * s]
        for j in range(xs.size):
            dx = xs[j] - px
            line[j] = dx * dx + row - some[j] * inverse
        if more:
            _enrich(
                area[:, i], some, xs, dy, room.across, room.along[i], prior,
                task.extras[:, i0 + i, j0:j1],
            )  # fmt: skip


@quick
def term_by_term(
    task: Any, room: Any, n: Any, scale: Any, kept: Any, i0: Any, i1: Any, j0: Any, j1: Any
) -> None:
    """A tile in parts of CELLS places, term by term."""
    asked, warm = task.index.size > 0, not np.isinf(task.scale)
    out, index, x1, x2 = task.out, task.index, room.x1, room.x2
    sees, least, which, x, y = room.sees, room.least, room.which, room.x, room.y
    across, along, u, v = room.across, room.along, room.u, room.v
    low, total, bits = room.low, room.sums[0], room.bits
    shift, inverse = np.float32(task.shift), _ONE / scale
    for i in range(i0, i1, SIDE):
        for j in range(j0, j1, SIDE):
            _spread(x1[j : j + SIDE], x2[i : i + SIDE], x, y)
            if asked:
                nearest_index(sees, n, x, y, least, which)
            else:
                nearest(sees, n, x, y, least)
            if warm:
                di, dj = i - i0, j - j0
                _spread(across[dj : dj + SIDE], along[di : di + SIDE], u, v)
                direct(sees, n, u, v, scale, low, total)
                logs(total, bits, CELLS)
                for k in range(CELLS):
                    least[k] += shift - bits[k] * inverse
            for row in range(SIDE):
                line = out[i + row, j : j + SIDE]
                for k in range(SIDE):
                    line[k] = least[row * SIDE + k]
            if asked:
                for row in range(SIDE):
                    for k in range(SIDE):
                        index[i + row, j + k] = np.int32(kept[INDEX, which[row * SIDE + k]])


@quick
def coldest(
    task: Any, room: Any, n: Any, first: Any, s: Any, i0: Any, i1: Any, j0: Any, j1: Any
) -> None:
    """F_∞ on a tile of side s, as E_0 plus what others are lower."""
    u, v, low = room.areas[: s * s], room.areas[s * s : 2 * s * s], room.area_bits[: s * s]
    across, along = room.across, room.along
    for i in range(s):
        for j in range(s):
            u[i * s + j] = across[j]
            v[i * s + j] = along[i]
    lowest(room.sees, n, u, v, low)
    px, py = room.sees[PX, first], room.sees[PY, first]
    base = np.float32(task.shift) + room.sees[BIAS, first]
    xs = room.x1[j0:j1]
    for i in range(i0, i1):
        dy = room.x2[i] - py
        row, line, some = dy * dy + base, task.out[i, j0:j1], low[(i - i0) * s :]
        for j in range(xs.size):
            dx = xs[j] - px
            line[j] = some[j] + (dx * dx + row)


@quick
def with_posterior(
    task: Any, room: Any, n: Any, kept: Any, i0: Any, i1: Any, j0: Any, j1: Any
) -> None:
    """The same as `term_by_term`, with all that can be known of P(k|y)."""
    x, y, least = room.wide[0], room.wide[1], room.wide[2]
    y1, y2, out, extras, sums, bits = task.y1, task.y2, task.out, task.extras, room.sums, room.bits
    scale, shift, inverse = np.float32(task.scale), task.shift, 1.0 / task.scale
    none = np.float32(-task.shift * task.scale)
    for i in range(i0, i1, SIDE):
        for j in range(j0, j1, SIDE):
            _spread(y1[j : j + SIDE], y2[i : i + SIDE], x, y)
            direct_more(kept, n, x, y, task.scale, least, sums)
            logs(sums[0], bits, CELLS)
            for k in range(CELLS):
                row, column = i + k // SIDE, j + k % SIDE
                part = _ONE / sums[0, k]
                rise = sums[3, k] * part
                out[row, column] = least[k] + (shift - bits[k] * inverse)
                extras[0, row, column] = (sums[1, k] + sums[1, k]) * part
                extras[1, row, column] = (sums[2, k] + sums[2, k]) * part
                extras[2, row, column] = least[k] + rise
                extras[3, row, column] = _LN2 * (scale * rise + bits[k] + none)
