"""Where the data are taken to: the best answer of each.

| need | arrays |
|---|---|
| `nearest` | `nearest` (min(N, 1000), 2): the manifold point ỹ(ž) nearest to each datum |
"""

from __future__ import annotations

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Conditional
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

NEAREST_POINTS = 1000


def _nearest(s: Subject) -> dict[str, Array]:
    assert s.decoder is not None
    assert s.points is not None
    if isinstance(s.decoder, Conditional):  # each datum has a manifold of its own
        return {}
    y = s.task.data[:NEAREST_POINTS]
    cold = s.decoder.energies(s.weights, y).argmin(1)
    return {"nearest": s.points[cold].cpu().numpy()}


MEASURE = Measure("nearest", _nearest, energy=(Decoder,))
