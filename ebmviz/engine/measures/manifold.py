"""What a decoder can say: its points, and the latents they are of.

| need | arrays |
|---|---|
| `manifold` | `manifold` (K, 2), `z` (K,) |
"""

from __future__ import annotations

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _manifold(s: Subject) -> dict[str, Array]:
    assert s.points is not None
    return {"manifold": s.points.cpu().numpy(), "z": s.z.cpu().numpy()}


MEASURE = Measure("manifold", _manifold, energy=(Decoder,))
