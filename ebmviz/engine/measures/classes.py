"""What energies of a class say all over the plane: each answer's energy, the best answer's number,
and the lines between the regions.

| need | arrays |
|---|---|
| `classes` | `class_maps` (C, h, w): E(x, k), row 0 at the bottom; `class_region` (h, w): |
| | argmin_k E; `class_border` (M, 2): where two share the least, lines broken by NaN |
"""

from __future__ import annotations

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.borders import MOST_CELLS, borders
from ebmviz.engine.energies.base.capabilities import Discrete
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def classes(s: Subject) -> dict[str, Array]:
    """See above."""
    energy = s.task.energy
    assert isinstance(energy, Discrete)
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


MEASURE = Measure("classes", classes, energy=(Discrete,))
