"""The data, as they lie on the map.

| need | arrays |
|---|---|
| `data` | `data` (N, 2) in the map's plane; `data_x` or `data_class` (N,), where there is one |
"""

from __future__ import annotations

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Conditional, Discrete
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _data(s: Subject) -> dict[str, Array]:
    rows, (i, j) = s.task.data, s.task.energy.plane
    found = {"data": rows[:, [i, j]].cpu().numpy()}
    if isinstance(s.task.energy, Conditional):
        found["data_x"] = rows[:, 0].cpu().numpy()
    if isinstance(s.task.energy, Discrete):
        count = s.task.energy.classes(s.weights)
        s.metrics["classes"] = float(count)
        found["data_class"] = (rows[:, -1] % count).cpu().numpy()
    return found


MEASURE = Measure("data", _data)
