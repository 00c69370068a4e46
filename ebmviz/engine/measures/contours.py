"""Isolines of the map.

| need | arrays |
|---|---|
| `contours` | `contours` (M, 2) lines broken by NaN, `contour_start` (L+1,), `contour_level` (L,) |
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.contours import contour_cells, isolines
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _levels(s: Subject) -> list[float]:
    """The energies of the contours: equal steps up to the end of the colour range."""
    low, high = s.range
    count = s.view.contours
    return [s.level + low + (high - low) * (i + 1) / count for i in range(count)]


def _contours(s: Subject) -> dict[str, Array]:
    levels = _levels(s)
    cells = contour_cells(s.side, len(levels), s.detail.lines)
    lines, start = isolines(s.map, s.view.window, levels, cells)
    return {
        "contours": lines,
        "contour_start": start,
        "contour_level": np.asarray(levels, np.float64),
    }


MEASURE = Measure("contours", _contours)
