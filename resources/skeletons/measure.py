"""A measure, to begin with: copy it to ebmviz/engine/measures/. figure.py draws what it measures.

Works here as it stands; rename the file and the need, then measure something else.

| need | arrays |
|---|---|
| `data-energies` | `data_energies` (N,) float32: what the map shows at each datum, F_β(y_n) |

`data_energies_level` is what energies are shown above: 0, but for losses of differences alone.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def _data_energies(s: Subject) -> dict[str, Array]:
    """Arrays by name. One that makes no sense for an energy is left out: never NaN, never 0."""
    s.metrics["data_energies_level"] = s.level  # a single number is a metric
    return {"data_energies": np.asarray(s.data_energies, np.float32)}


# Of energies with a map; `energy=(Decoder,)` would be of those alone that are decoders.
MEASURE = Measure("data-energies", _data_energies, over=("y", "x", "xy"))
"""The engine measures it when a visible figure has "data-energies" among its needs."""
