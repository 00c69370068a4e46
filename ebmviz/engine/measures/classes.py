"""What energies of a class say all over the plane: each answer's energy, the best answer's number,
and the lines between the regions.

| need | arrays |
|---|---|
| `classes` | `class_maps` (C, h, w): E(x, k), row 0 at the bottom; `class_region` (h, w): |
| | argmin_k E; `class_border` (M, 2): where two share the least, lines broken by NaN |
"""

from __future__ import annotations

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.contours import isolines
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

MOST_CELLS = 96


def classes(s: Subject) -> dict[str, Array]:
    """See above; nothing of an energy of no class."""
    energy = s.task.energy
    if "discrete" not in energy.traits:
        return {}
    side, count = min(MOST_CELLS, s.side), energy.classes(s.weights)
    x1, x2 = s.cells(side)
    places = torch.cartesian_prod(x2, x1).flip(1)
    every = torch.arange(count, dtype=places.dtype, device=places.device)[:, None]
    table = energy.table(s.weights, energy.rows(s.view, places), every, s.view.beta)
    maps = table.t().reshape(count, side, side).contiguous().cpu().numpy()
    return {
        "class_maps": maps,
        "class_region": maps.argmin(0),
        "class_border": borders(maps, s.view.window),
    }


def borders(maps: Array, window: tuple[float, ...]) -> Array:
    """Where two of the maps (C, h, w) share the least value: (M, 2), lines broken by NaN."""
    lines = [np.zeros((0, 2), np.float32)]
    for k in range(len(maps) if len(maps) > 2 else 1):  # of two, one has the other's border
        ahead = np.delete(maps, k, 0).min(0) - maps[k]
        lines.append(isolines(ahead, window, [0.0], len(ahead))[0])
    return np.concatenate(lines)


MEASURE = Measure("classes", classes)
