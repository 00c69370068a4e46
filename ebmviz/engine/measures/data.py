"""The data, as they lie on the map.

| need | arrays |
|---|---|
| `data` | `data` (N, 2) in the map's plane; `data_x` or `data_class` (N,), where there is one |
"""

from __future__ import annotations

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Discrete
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.rows_on_map import rows_on_map
from ebmviz.engine.measures.base.subject import Subject


def _data(s: Subject) -> dict[str, Array]:
    if isinstance(s.task.energy, Discrete):
        s.metrics["classes"] = float(s.task.energy.classes(s.weights))
    return rows_on_map(s.task, s.weights)


MEASURE = Measure("data", _data)
