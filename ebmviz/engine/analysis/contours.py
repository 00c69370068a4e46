"""Contours of a map: lines of equal energy, by contourpy's marching squares.

The time goes into looking at every cell for every level (a few ns each, whatever the algorithm:
two threads of contourpy's, chunks, float32 and the other line types are no faster), so the number
of cells is what a frame can save.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import contourpy
import numpy as np

from ebmviz.core.snapshot import Array

MOST_CELLS, MOST_VISITS = 512, 10 * 512**2  # at rest
MOVING_CELLS, MOVING_VISITS = 256, 1 << 17


def contour_cells(side: int, levels: int, every: bool) -> int:
    """Through how many cells per side of a map with `side` to draw contours at so many levels.

    every: all that are worth the time at rest (10 levels: 512), or those that a moving picture
    allows (10 levels: 114). With 114 of 512, 99 % of a line lies within 0.6 cells of where it is
    with all; only the tips on a crease of F_∞, where the map itself is too coarse, move by a few.
    """
    cells, visits = (MOST_CELLS, MOST_VISITS) if every else (MOVING_CELLS, MOVING_VISITS)
    return min(side, cells, math.isqrt(visits // max(1, levels)))


def isolines(
    values: Array, window: Sequence[float], levels: Sequence[float], cells: int
) -> tuple[Array, Array]:
    """Contours of a square map (N, N) of the window (left, right, bottom, top), through `cells`
    of its cell centres per side, the outermost among them: at least 2, at most N.

    Returns points (M, 2) float32, lines broken by NaN, in the order of the levels; and where those
    of each level start and the last ends, (L+1,).
    """
    some, across, up = _mesh(len(values), cells)
    picked = values if cells == len(values) else values[np.ix_(some, some)]
    generator = contourpy.contour_generator(
        across, up, picked.astype(np.float64), line_type=contourpy.LineType.ChunkCombinedNan
    )
    lines, start = [np.zeros((0, 2))], [0]
    for level in levels:
        (chunk,) = generator.lines(level)[0]
        if chunk is not None:
            lines += [chunk, np.full((1, 2), np.nan)]
        start.append(sum(map(len, lines)))
    left, right, bottom, top = window
    scale = np.array([right - left, top - bottom]) / len(values)
    points = np.concatenate(lines) * scale + (left, bottom)
    return points.astype(np.float32), np.asarray(start, np.int64)


@lru_cache(maxsize=2)
def _mesh(side: int, count: int) -> tuple[Array, Array, Array]:
    """`count` of `side` cells: their numbers (count,), and where their centres lie across and up,
    in cells, (count, count). Kept, for they take contourpy longer to make than to use.
    """
    some = np.linspace(0, side - 1, count).round().astype(np.int64)
    across, up = np.meshgrid(some + 0.5, some + 0.5)
    return some, across, up
