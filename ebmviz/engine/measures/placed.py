"""Weights that a hand can take on the map.

| need | arrays |
|---|---|
| `placed` | `placed` (K, 2): where each is |
"""

from __future__ import annotations

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Placed
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _placed(s: Subject) -> dict[str, Array]:
    energy = s.task.energy
    assert isinstance(energy, Placed)
    return {"placed": energy.places(s.weights).cpu().numpy()}


MEASURE = Measure("placed", _placed, energy=(Placed,))
