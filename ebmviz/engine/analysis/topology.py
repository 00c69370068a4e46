"""The shape of a map: minima, saddles, barriers and basins, by a watershed and its merge tree.

Every cell runs down to its steepest lower neighbour, and so belongs to the basin of one minimum.
Two basins meet where a pair of neighbouring cells, the higher of them, is lowest; joined in that
order (Kruskal, union–find), they are the merge tree of the sublevel sets: exact, as no path from
one basin to another avoids their border. A minimum's persistence is how far the level must rise
until its water joins a lower one's. Equal cells go by their number, which splits a plateau into
minima of persistence zero: these, and all up to `least`, are dropped.

A saddle that joins no basins closes a loop around a peak: it is where that peak's land, in the
merge tree of −F with the world beyond the window as its deepest sea, joins higher land.

Source: Edelsbrunner, Letscher, Zomorodian 2002; Carr, Snoeyink, Axen 2003 (merge trees).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ebmviz.core.snapshot import Array

_EIGHT = ((0, 1), (1, 0), (1, 1), (1, -1))
_FOUR = _EIGHT[:2]  # a line of land that water cannot cross diagonally, and its dual


@dataclass(frozen=True)
class Topology:
    """What there is on a map (H, W); cells go by their number in it, row by row from row 0.

    minimum (M,): cells, lowest energy first; depth (M,): persistence, ∞ of the lowest; barrier
    (M,): the lowest way out to another basin, above the minimum, ∞ where there is none. border
    (M,): at the map's edge, where it may lead down further outside. labels (H, W): each cell's
    minimum. saddle (S,): cells, lowest first; pair (S, 2): the basins on its two sides; joins (S,):
    whether these were apart below it, as M − 1 of them do; the others close a loop.
    """

    minimum: Array
    depth: Array
    barrier: Array
    border: Array
    labels: Array
    saddle: Array
    pair: Array
    joins: Array


def topology(values: Array, least: float = 0.0, spacing: tuple[float, float] = (1, 1)) -> Topology:
    """Of a map (H, W) of finite energies, in whatever unit; minima and peaks of no more than
    `least` persistence do not count. spacing: of its columns and of its rows.
    """
    heights = np.asarray(values, np.float64)
    order = np.argsort(heights, axis=None, kind="stable")
    low = _merge_tree(heights, order, least, spacing, _EIGHT)
    minimum = _central(heights, low)
    rows, columns = np.divmod(minimum, heights.shape[1])
    last_row, last_column = heights.shape[0] - 1, heights.shape[1] - 1
    border = (rows == 0) | (rows == last_row) | (columns == 0) | (columns == last_column)
    loops = _loops(heights, order, least, spacing)
    saddle = np.concatenate([low.saddle, loops])
    pair = np.concatenate([low.pair, _sides(low.labels, loops)])
    joins = np.arange(len(saddle)) < len(low.saddle)
    by_height = np.argsort(heights.flat[saddle], kind="stable")
    depth, barrier = _depths(heights, low)
    return Topology(
        minimum,
        depth,
        barrier,
        border,
        low.labels,
        saddle[by_height],
        pair[by_height],
        joins[by_height],
    )


@dataclass(frozen=True)
class _Tree:
    """Minima and joins of one merge tree, as in Topology; died (M,): the saddle's cell or −1."""

    minimum: Array
    died: Array
    labels: Array
    saddle: Array
    pair: Array


def _merge_tree(
    heights: Array,
    order: Array,
    least: float,
    spacing: tuple[float, float],
    ways: tuple[tuple[int, int], ...],
) -> _Tree:
    """order: all cells, lowest first."""
    flat = heights.ravel()
    rank = np.empty(len(flat), np.int64)
    rank[order] = np.arange(len(flat))
    target = _downhill(heights, rank.reshape(heights.shape), order, spacing, ways)
    while not np.array_equal(further := target[target], target):
        target = further
    roots = order[target[order] == order]  # lowest first
    number = np.zeros(len(flat), np.int64)
    number[roots] = np.arange(len(roots))
    basin = number[target].reshape(heights.shape)
    # From here on basins go by their number: a smaller one is lower.
    component, region = list(range(len(roots))), list(range(len(roots)))
    died: dict[int, int] = {0: -1}
    joins: list[tuple[int, int, int]] = []
    bottoms = flat[roots].tolist()
    for top, a, b in _passes(basin, rank.reshape(heights.shape), ways).tolist():
        low, high = sorted((_find(component, a), _find(component, b)))
        if low == high:
            continue
        component[high] = low
        cell = int(order[top])
        if flat[cell] - bottoms[high] > least:
            died[high] = cell
            joins.append((cell, a, b))
        else:  # all that has joined `high` is shallower still, so it is one region
            beside = a if _find(region, b) == high else b
            region[high] = _find(region, beside)
    kept = sorted(died)
    final = np.full(len(roots), -1)
    final[kept] = np.arange(len(kept))
    final = final[[_find(region, i) for i in range(len(roots))]]
    found = np.array(joins, np.int64).reshape(-1, 3)
    return _Tree(
        roots[kept],
        np.array([died[k] for k in kept]),
        final[basin],
        found[:, 0],
        final[found[:, 1:]],
    )


def _downhill(
    heights: Array,
    rank: Array,
    order: Array,
    spacing: tuple[float, float],
    ways: tuple[tuple[int, int], ...],
) -> Array:
    """Each cell's steepest lower neighbour, (H·W,); on a plateau the one that comes first."""
    steepest, target = np.zeros(heights.shape), np.arange(heights.size).reshape(heights.shape)
    own, first = target.copy(), rank.copy()
    for rows, columns in ways:
        here, there = _shifted(rows, columns)
        rise = heights[there] - heights[here]
        rise /= math.hypot(rows * spacing[1], columns * spacing[0])
        for at, to, slope in ((here, there, rise), (there, here, -rise)):
            better = slope < steepest[at]
            steepest[at] = np.where(better, slope, steepest[at])
            target[at] = np.where(better, own[to], target[at])
            np.minimum(first[at], rank[to], out=first[at])
    return np.where(steepest < 0, target, order[first]).ravel()


def _passes(basin: Array, rank: Array, ways: tuple[tuple[int, int], ...]) -> Array:
    """The lowest pass between every two basins that meet, as (rank of its cell, a, b), (P, 3),
    lowest first.
    """
    found = []
    for rows, columns in ways:
        here, there = _shifted(rows, columns)
        apart = np.nonzero(basin[here] != basin[there])
        a, b = basin[here][apart], basin[there][apart]
        top = np.maximum(rank[here][apart], rank[there][apart])
        found.append(np.stack([np.minimum(a, b), np.maximum(a, b), top], 1))
    every = np.concatenate(found)
    every = every[np.lexsort(every.T[::-1])]
    new = np.ones(len(every), bool)
    new[1:] = (every[1:, :2] != every[:-1, :2]).any(1)
    passes = every[new][:, [2, 0, 1]]
    ordered: Array = passes[np.lexsort(passes.T[::-1])]
    return ordered


def _shifted(rows: int, columns: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """All cells that have a neighbour so far away, and those neighbours."""
    up, none = (slice(None, -rows), slice(rows, None)), (slice(None), slice(None))
    a, b = up if rows else none
    if columns == 0:
        return (a, none[0]), (b, none[0])
    left, right = slice(None, -1), slice(1, None)
    return ((a, left), (b, right)) if columns > 0 else ((a, right), (b, left))


def _find(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = i = parent[parent[i]]
    return i


def _depths(heights: Array, tree: _Tree) -> tuple[Array, Array]:
    bottom = heights.flat[tree.minimum]
    depth = np.where(tree.died < 0, np.inf, heights.flat[tree.died] - bottom)
    way = np.full(len(bottom), np.inf)
    for side in tree.pair.T:
        np.minimum.at(way, side, heights.flat[tree.saddle])
    return depth, way - bottom


def _loops(heights: Array, order: Array, least: float, spacing: tuple[float, float]) -> Array:
    """Cells of the saddles around peaks.

    Cells across a sharp ridge alternate: peaks no higher than the curvature there are of the grid.
    """
    around = np.pad(-heights, 1, constant_values=-heights.max() - 1.0)
    within = np.pad(np.ones(heights.shape, bool), 1)
    # Upside down, equal cells too: or a saddle could be met from both sides.
    inner = np.flatnonzero(within)[order[::-1]]
    upside_down = np.concatenate([np.flatnonzero(~within), inner])
    tree = _merge_tree(around, upside_down, least, spacing, _FOUR)
    flat, width, peaks = around.ravel(), around.shape[1], tree.minimum[1:]
    pairs = np.max([flat[peaks - i] + flat[peaks + i] for i in (1, width, width - 1, width + 1)], 0)
    depth = flat[tree.died[1:]] - flat[peaks]
    rows, columns = np.divmod(tree.died[1:][depth > pairs - 2 * flat[peaks]], width)
    cells: Array = (rows - 1) * heights.shape[1] + columns - 1
    return cells


def _sides(labels: Array, cells: Array) -> Array:
    """The smallest and largest basin around each cell, (S, 2)."""
    around = np.pad(labels, 1, mode="edge")
    rows, columns = np.divmod(cells, labels.shape[1])
    near = np.stack([around[rows + i, columns + j] for i in range(3) for j in range(3)])
    ends: Array = np.stack([near.min(0), near.max(0)], 1) if len(cells) else np.zeros((0, 2), int)
    return ends.astype(np.int64)


def _central(heights: Array, tree: _Tree) -> Array:
    """Of each minimum's plateau the cell nearest to its centre."""
    flat, labels = heights.ravel(), tree.labels.ravel()
    lowest = np.nonzero(flat == flat[tree.minimum][labels])[0]
    if len(lowest) == len(tree.minimum):
        return tree.minimum
    cells = tree.minimum.copy()
    for k in range(len(cells)):
        own = lowest[labels[lowest] == k]
        at = np.stack(np.divmod(own, heights.shape[1]), 1)
        cells[k] = own[((at - at.mean(0)) ** 2).sum(1).argmin()]
    return cells
