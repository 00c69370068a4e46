"""Where the data are taken to: the best answer of each.

| need | arrays |
|---|---|
| `nearest` | `nearest` (min(N, 1000), 2): the manifold point ỹ(ž) nearest to each datum |
"""

from __future__ import annotations

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

NEAREST_POINTS = 1000


def _nearest(s: Subject) -> dict[str, Array]:
    if s.decoder is None or s.points is None or "conditional" in s.decoder.traits:
        return {}
    y = s.task.data[:NEAREST_POINTS]
    cold = s.decoder.energies(s.weights, y).argmin(1)
    return {"nearest": s.points[cold].cpu().numpy()}


MEASURE = Measure("nearest", _nearest)
