"""The map: F_β over the window.

| need | arrays |
|---|---|
| `map` | `map` (H, W): F_β at the centres of H × W cells of view.window, row 0 at the bottom |

`map_level` is what energies are shown above: the least of the map where only differences count, see
`measures.base.level`, else 0. `range_low` and `range_high` are the ends of the colours above that.
"""

from __future__ import annotations

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _map(s: Subject) -> dict[str, Array]:
    s.metrics["map_min"] = float(s.map.min())
    s.metrics["map_max"] = float(s.map.max())
    s.metrics["map_level"] = s.level
    s.metrics["range_low"], s.metrics["range_high"] = s.range
    return {"map": s.map}


MEASURE = Measure("map", _map)
