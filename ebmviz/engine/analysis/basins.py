"""Between the cells of a map: where its minima and saddles really lie, and lines around basins."""

from __future__ import annotations

import contourpy
import numpy as np

from ebmviz.core.snapshot import Array

_MOVES = 3  # cells that a saddle may be from the highest cell of its pass
_BINOMIAL = (0.0625, 0.25, 0.375, 0.25, 0.0625)
_PASSES = 2
_MARGIN = 5  # cells around a basin that its blurred edge may reach


def refined(values: Array, cells: Array, saddle: bool) -> tuple[Array, Array]:
    """Places (M, 2) as column and row, and energies (M,), of minima or saddles by the quadratic
    through the 3 × 3 cells around each, exact on a quadratic map.

    A saddle's cell is only on a pass, so it goes on to the neighbour that the quadratic points to.
    Where this leads nowhere (the map's edge, a plateau, a crease), the cell itself is the answer.
    """
    height, width = values.shape
    rows, columns = np.divmod(cells, width)
    places, found = np.stack([columns, rows], 1).astype(np.float64), values[rows, columns]
    if min(height, width) < 3 or not len(cells):
        return places, found.astype(np.float64)
    at, open_ = np.stack([columns, rows], 1), np.ones(len(cells), bool)
    for _ in range(_MOVES if saddle else 1):
        inner = np.clip(at, 1, (width - 2, height - 2))
        open_ &= (inner == at).all(1)
        step, energy, right = _stationary(values, inner, saddle)
        near = (np.abs(step) <= (0.6 if saddle else 1.0)).all(1)
        done = open_ & near & right
        places[done], found = at[done] + step[done], np.where(done, energy, found)
        open_ &= ~done & right
        at = at + np.clip(step.round(), -1, 1).astype(np.int64) * open_[:, None]
    return places, found


def _stationary(values: Array, at: Array, saddle: bool) -> tuple[Array, Array, Array]:
    """Where the quadratic around cells (column, row) is flat, from there (M, 2); its energy there;
    and whether it is a saddle, or else a minimum, at all.
    """
    f = {
        (i, j): values[at[:, 1] + j, at[:, 0] + i].astype(np.float64)
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    }
    middle = f[0, 0]
    gx, gy = (f[1, 0] - f[-1, 0]) / 2, (f[0, 1] - f[0, -1]) / 2
    xx, yy = f[1, 0] - 2 * middle + f[-1, 0], f[0, 1] - 2 * middle + f[0, -1]
    xy = (f[1, 1] - f[1, -1] - f[-1, 1] + f[-1, -1]) / 4
    det = xx * yy - xy * xy
    right = (det < 0) if saddle else (det > 0) & (xx > 0)
    safe = np.where(det == 0, 1.0, det)
    step = np.stack([xy * gy - yy * gx, xy * gx - xx * gy], 1) / safe[:, None]
    step = np.clip(np.nan_to_num(step), -9.0, 9.0)
    return step, middle + (gx * step[:, 0] + gy * step[:, 1]) / 2, right


def outlines(labels: Array) -> Array:
    """Lines between basins (K, 2) as column and row, broken by NaN, from each cell's basin (H, W).

    Edges blurred by a pixel or two, so that the stairs of the cells do not show; three basins
    still meet in one point.
    """
    count = int(labels.max()) + 1
    if count == 1:
        return np.zeros((0, 2))
    best, second = np.zeros(labels.shape, np.float32), np.zeros(labels.shape, np.float32)
    parts = []
    for k in range(count):
        box = _box(labels == k)
        own = _blurred(labels[box] == k)
        second[box] = np.maximum(second[box], np.minimum(best[box], own))
        best[box] = np.maximum(best[box], own)
        parts.append((box, own))
    lines = []
    for (rows, columns), own in parts:
        if min(own.shape) < 2:
            continue
        rival = np.where(own == best[rows, columns], second[rows, columns], best[rows, columns])
        generator = contourpy.contour_generator(
            np.arange(columns.start, columns.stop),
            np.arange(rows.start, rows.stop),
            own - rival,
            line_type=contourpy.LineType.Separate,
        )
        for line in generator.lines(0.0):
            lines += [np.asarray(line), np.full((1, 2), np.nan)]
    return np.concatenate(lines) if lines else np.zeros((0, 2))


def _box(inside: Array) -> tuple[slice, slice]:
    ends = []
    for axis in (1, 0):
        some = np.nonzero(inside.any(axis))[0]
        ends.append(slice(max(0, some[0] - _MARGIN), some[-1] + 1 + _MARGIN))
    rows, columns = ends
    height, width = inside.shape
    return slice(rows.start, min(rows.stop, height)), slice(columns.start, min(columns.stop, width))


def _blurred(inside: Array) -> Array:
    field = inside.astype(np.float32)
    for _ in range(2 * _PASSES):
        around = np.pad(field, ((2, 2), (0, 0)), mode="edge")
        field = sum(w * around[i : i + len(field)] for i, w in enumerate(_BINOMIAL)).T  # type: ignore[union-attr]
    return field
