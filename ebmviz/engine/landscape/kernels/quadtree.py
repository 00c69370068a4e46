"""Walks a grid as a quadtree, carrying along the points that can be seen from each tile.

`ebmviz.engine.landscape.grid` has the method and the proofs.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

from ebmviz.engine.landscape.kernels.fillings import (
    by_product,
    coldest,
    lone,
    term_by_term,
    with_posterior,
)
from ebmviz.engine.landscape.kernels.leaves import ENERGY, FIELDS, INDEX, OWN, PX, SIDE
from ebmviz.engine.landscape.kernels.maths import ahead, quick
from ebmviz.engine.landscape.kernels.tiles import prepare, see
from ebmviz.engine.landscape.kernels.workspace import Prior, Task, room_of

WIDEST = 64  # side of the largest tile done at once
SHARED = 3  # depth of the tree at which tiles are dealt to the threads
BITS = 40.0  # of a product's factors: far from float32's limits, and their rounding is small
LINEAR = 6.0  # energy units that E_k − E_0 may take from E_0 without loss of digits


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
    room = room_of(y1, y2, stride, max(min(WIDEST, top), SIDE))
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
            lone(task, room, i0, i1, j0, j1, kept[INDEX, 0])
            continue
        for j in range(s):
            room.across[j] = y1[j0 + j] - cx
            room.along[j] = y2[i0 + j] - cy
        if cold and plain and 2.0 * (widest * hx + tallest * hy) < LINEAR:
            coldest(task, room, n, first, s, i0, i1, j0, j1)
            continue
        if smooth and s > SIDE:
            own = kept[OWN, first]
            log_p = -(kept[ENERGY, first] - own + shift) * scale * np.log(2.0)
            prior = Prior(room.sees[PX, first], np.float32(own), small, np.float32(log_p))
            by_product(task, room, n, first, prior, s, i0, i1, j0, j1)
            continue
        if more:
            with_posterior(task, room, n, kept, i0, i1, j0, j1)
        else:
            term_by_term(task, room, n, small, kept, i0, i1, j0, j1)


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
