"""Loss and mean energy over the steps.

| need | arrays |
|---|---|
| `curves` | `curve_step`, `curve_loss`, `curve_energy` (T,) |
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.base.counts import CURVE_POINTS
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.measures.base.measure import Measure


def _curves(s: Looked) -> dict[str, Array]:
    h = s.history
    stride = max(1, len(h.steps) // CURVE_POINTS)
    pick = slice((len(h.steps) - 1) % stride if h.steps else 0, None, stride)
    energy = np.asarray(h.energies[pick], np.float64)
    if h.steps and h.steps[-1] == s.now[0]:
        energy[-1] = s.now[1]  # the record was made under the data and the β of its time
    return {
        "curve_step": np.asarray(h.steps[pick], np.float64),
        "curve_loss": np.asarray(h.losses[pick], np.float64),
        "curve_energy": energy,
    }


MEASURE = Measure("curves", _curves, of=Looked)
