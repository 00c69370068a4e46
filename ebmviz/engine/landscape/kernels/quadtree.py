"""Walks a grid as a quadtree, carrying along the points that can be seen from each tile.

`ebmviz.engine.landscape.grid` has the method and the proofs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba as nb
import numpy as np

from ebmviz.engine.landscape.kernels.leaves import (
    BIAS,
    CELLS,
    CHUNK,
    ENERGY,
    FIELDS,
    INDEX,
    OWN,
    PX,
    PY,
    ROWS,
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
from ebmviz.engine.landscape.kernels.maths import ahead, quick
from ebmviz.engine.landscape.kernels.tiles import prepare, see

WIDEST = 64  # side of the largest tile done at once
SHARED = 3  # depth of the tree at which tiles are dealt to the threads
BITS = 40.0  # of a product's factors: far from float32's limits, and their rounding is small
LINEAR = 6.0  # energy units that E_k − E_0 may take from E_0 without loss of digits
_ONE, _LN2 = np.float32(1.0), np.float32(np.log(2.0))


class Task(NamedTuple):
    """What `compiled` is given, but for the points."""

    y1: Any
    y2: Any
    scale: Any
    shift: Any
    out: Any
    index: Any
    extras: Any


class Room(NamedTuple):
    """One thread's scratch: axes in float32, then per tile, per small tile and per product."""

    x1: Any
    x2: Any
    sees: Any
    across: Any
    along: Any
    wide: Any
    x: Any
    y: Any
    u: Any
    v: Any
    low: Any
    bits: Any
    least: Any
    which: Any
    sums: Any
    areas: Any
    area_bits: Any
    left: Any
    right: Any
    extra: Any


class Prior(NamedTuple):
    """Of the nearest point: p's first coordinate, its own energy; β in bits; its ln p."""

    px: Any
    own: Any
    scale: Any
    log_p: Any


@quick
def _room(y1: Any, y2: Any, stride: Any, wide: Any) -> Any:
    f = np.float32
    return Room(
        y1.astype(f), y2.astype(f), np.empty((ROWS, stride), f),
        np.empty(wide, f), np.empty(wide, f), np.empty((3, CELLS)),
        np.empty(CELLS, f), np.empty(CELLS, f), np.empty(CELLS, f), np.empty(CELLS, f),
        np.empty(CELLS, f), np.empty(CELLS, f), np.empty(CELLS, f), np.empty(CELLS, np.int32),
        np.empty((4, CELLS), f), np.empty(4 * wide * wide, f), np.empty(wide * wide, f),
        np.empty(CHUNK * wide, f), np.empty(CHUNK * wide, f), np.empty(CHUNK * wide, f),
    )  # fmt: skip


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
def _fill_alone(task: Any, room: Any, i0: Any, i1: Any, j0: Any, j1: Any, me: Any) -> None:
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
def _fill_product(
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
def _fill_small(
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
def _fill_lowest(
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
def _fill_rich(task: Any, room: Any, n: Any, kept: Any, i0: Any, i1: Any, j0: Any, j1: Any) -> None:
    """The same with all that can be known of P(k|y)."""
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


@quick
def _worth(n: Any, half: Any, s: Any, cold: Any, smooth: Any) -> Any:
    """Whether to do a tile of side s now: four smaller ones, which see fewer points, cost more.

    The thresholds balance measured costs: a point tested, a term summed, a factor of a product.
    """
    if n == 1 or s == SIDE:
        return True
    if cold:
        return n <= (128 if s == 16 else 40 if s == 32 else 24)
    if not smooth:
        return False
    return half > (0.3 * n - 8 if s == 16 else 0.5 * n - 5 if s == 32 else 0.82 * n - 2)


def _walk(
    points: Any, y1: Any, y2: Any, scale: Any, slack: Any, shift: Any, out: Any, index: Any,
    extras: Any, thread: Any, threads: Any,
) -> None:  # fmt: skip
    task = Task(y1, y2, scale, shift, out, index, extras)
    height, width = out.shape
    cold, more = np.isinf(scale), extras.size > 0
    top, depth = SIDE, 0
    while top < max(height, width):
        top, depth = 2 * top, depth + 1
    share = min(SHARED, depth)
    count = points.shape[1]
    # Rows a multiple of 4 kB apart would fight for the same few places of the cache.
    stride = -(-count // 512) * 512 + 72
    levels = np.empty((depth + 2, FIELDS, stride))
    for row in range(FIELDS):
        for k in range(count):
            levels[0, row, k] = points[row, k]
    counts = np.empty(depth + 2, np.int64)
    counts[0] = count
    tested, seen = np.empty((2, stride)), np.empty(stride, np.int32)
    plain = extras.size + index.size == 0
    rows = INDEX - 1 if plain else FIELDS
    room = _room(y1, y2, stride, max(min(WIDEST, top), SIDE))
    stack = np.zeros((3 * depth + 4, 4), np.int64)
    size = 1
    small = np.float32(scale)
    limit = min(BITS, 12.0 * scale)
    while size > 0:
        size -= 1
        d, i0, j0, code = stack[size, 0], stack[size, 1], stack[size, 2], stack[size, 3]
        s = top >> d
        if i0 >= height or j0 >= width or (d == share and code % threads != thread):
            continue
        i1, j1 = min(i0 + s, height), min(j0 + s, width)
        cx, cy = y1[j0] + 0.5 * (y1[j1 - 1] - y1[j0]), y2[i0] + 0.5 * (y2[i1 - 1] - y2[i0])
        hx = max(y1[j1 - 1] - cx, cx - y1[j0])
        hy = max(y2[i1 - 1] - cy, cy - y2[i0])
        kept = levels[d + 1]
        n, half, first, widest, tallest = see(
            levels[d], counts[d], kept, rows, tested, seen, cx, cy, hx, hy, slack
        )
        counts[d + 1] = n
        smooth = not cold and 2.0 * scale * max(widest * hx, tallest * hy) <= limit
        if d < share or s > WIDEST or not _worth(n, half, s, cold, smooth):
            step = s // 2
            for child in range(4):
                stack[size, 0], stack[size, 3] = d + 1, 4 * code + child
                stack[size, 1] = i0 + (child // 2) * step
                stack[size, 2] = j0 + (child % 2) * step
                size += 1
            continue
        prepare(kept, n, first, cx, cy, room.sees)
        if n == 1 and not more:
            _fill_alone(task, room, i0, i1, j0, j1, kept[INDEX, 0])
            continue
        for j in range(s):
            room.across[j] = y1[j0 + j] - cx
            room.along[j] = y2[i0 + j] - cy
        if cold and plain and 2.0 * (widest * hx + tallest * hy) < LINEAR:
            _fill_lowest(task, room, n, first, s, i0, i1, j0, j1)
            continue
        if smooth and s > SIDE:
            own = kept[OWN, first]
            log_p = -(kept[ENERGY, first] - own + shift) * scale * np.log(2.0)
            prior = Prior(room.sees[PX, first], np.float32(own), small, np.float32(log_p))
            _fill_product(task, room, n, first, prior, s, i0, i1, j0, j1)
            continue
        if more:
            _fill_rich(task, room, n, kept, i0, i1, j0, j1)
        else:
            _fill_small(task, room, n, small, kept, i0, i1, j0, j1)


_F4, _F8 = nb.float32, nb.float64
SIGNATURE = nb.void(
    _F8[:, ::1], _F8[::1], _F8[::1], _F8, _F8, _F8, _F4[:, ::1], nb.int32[:, ::1],
    _F4[:, :, ::1], nb.int64, nb.int64,
)  # fmt: skip


def compiled(cache: bool) -> Any:
    """`walk(points, y1, y2, scale, slack, shift, out, index, extras, thread, threads)`, compiled.

    It fills the tiles of one of `threads` threads and holds no lock: call it once per thread.
    points (FIELDS, K) float64; y1, y2 float64, repeated at the end to a multiple of WIDEST; scale =
    β log2 e or ∞; slack, the energy from which a point is dropped; shift, added to F. Results:
    out (H, W) float32, H and W multiples of SIDE; index (H, W) int32 at scale = ∞ unless empty;
    extras (4, H, W) float32 at finite scale unless empty: ∂F/∂y1, ∂F/∂y2, ⟨E⟩, entropy.
    """
    return ahead(_walk, SIGNATURE, cache)
