"""Lines between the regions of answers."""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.contours import isolines

MOST_CELLS = 96  # along each axis of the maps of classes


def borders(maps: Array, window: tuple[float, ...]) -> Array:
    """Where two of the maps (C, h, w) share the least value: (M, 2), lines broken by NaN."""
    lines = [np.zeros((0, 2), np.float32)]
    for k in range(len(maps) if len(maps) > 2 else 1):  # of two, one has the other's border
        ahead = np.delete(maps, k, 0).min(0) - maps[k]
        lines.append(isolines(ahead, window, [0.0], len(ahead))[0])
    return np.concatenate(lines)
