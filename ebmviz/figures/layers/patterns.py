"""The cells of a Hopfield network's pictures: where they lie, and painting on them."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot

_GAP = 0.18  # between stored patterns, in sides of one


def side(shot: Shot) -> int:
    """Cells per side of the grid."""
    return math.isqrt(len(shot.snapshot.arrays["recall_state"]))


def places(count: int) -> Array:
    """Lower left corners (P, 2) of the stored patterns, in sides of one; the first at the top."""
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    row, column = np.divmod(np.arange(count), columns)
    return np.stack([column, rows - 1 - row], 1) * (1 + _GAP)


def paint(shot: Shot, plot: int, stroke: Sequence[tuple[float, float]]) -> dict[str, object]:
    """A stroke over the cells of the state, or of a stored pattern: they get the sign that the
    first of them did not have. What is painted is kept in the scene.
    """
    n, a = side(shot), shot.snapshot.arrays
    if plot == 0:
        state = _painted(a["recall_state"][None], np.zeros((1, 2)), float(n), n, stroke)
        if state is not None:
            return {"energy.start": "painted", "energy.state": table(state)}
    if plot == 1:
        patterns = a["recall_patterns"]
        painted = _painted(patterns, places(len(patterns)), 1.0, n, stroke)
        if painted is not None:
            return {"data.source": "painted", "data.cells": table(painted)}
    return {}


def _painted(
    grids: Array, corners: Array, size: float, n: int, stroke: Sequence[tuple[float, float]]
) -> Array | None:
    """Grids (P, n²) in squares of a size at their corners, after a stroke that begins in one."""
    cells: list[tuple[int, int]] = []
    for x, y in stroke:
        inside = np.flatnonzero((corners <= (x, y)).all(1) & (corners + size > (x, y)).all(1))
        if len(inside):
            k = int(inside[0])
            within = (np.array([x, y]) - corners[k]) * n / size
            column, row = within.astype(int).clip(0, n - 1)
            cells.append((k, int((n - 1 - row) * n + column)))
        elif not cells:
            return None
    after = grids.copy()
    sign = -grids[cells[0]]
    for cell in cells:
        after[cell] = sign
    return after


def table(values: Array) -> str:
    """Numbers as a scene keeps them."""
    return base64.b64encode(values.astype("<f8").tobytes()).decode()
