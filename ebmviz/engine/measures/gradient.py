"""∇F_β on a coarse grid.

| need | arrays |
|---|---|
| `gradient` | `gradient_at`, `gradient` (G, 2): ∇F_β on a coarse grid, if view.arrows asks |
| `field` | `gradient_at`, `gradient` as there, whatever view.arrows asks |
"""

from __future__ import annotations

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.base.counts import GRADIENT_CELLS
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _gradient(s: Subject) -> dict[str, Array]:
    return _field(s) if s.view.arrows in ("ascent", "descent") else {}


def _field(s: Subject) -> dict[str, Array]:
    """∇F whatever arrows the map shows: a lecture figure has both."""
    y1, y2 = s.cells(*GRADIENT_CELLS)
    at = torch.cartesian_prod(y1, y2)
    slope = s.landscape(y1, y2, gradient=True).gradient
    assert slope is not None
    slopes = slope.permute(2, 1, 0).flatten(0, 1)  # in the order of `at`
    return {"gradient_at": at.cpu().numpy(), "gradient": slopes.cpu().numpy()}


MEASURES = (Measure("gradient", _gradient), Measure("field", _field))
