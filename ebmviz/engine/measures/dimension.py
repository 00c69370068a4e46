"""What the experiment on dimension has found so far.

| need | arrays |
|---|---|
| `dimension` | `dimension_d` (n,), from 2; `dimension_tried` (m,), the numbers of wrong answers; \
`dimension_needed` (n,): M*(D), NaN if not known, ∞ if more than the most; \
`dimension_share` (n, m), `dimension_regular` (n,): what the network and K-means hold up, or NaN |

Metrics: `dimension_now`, `dimension_wrong`, `dimension_done`: the try under way, D, M and the part
of its updates that are done; `dimension_over`: 1 once all is measured.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.dimension import FIRST, LEAST, NEVER, Dimension
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def measure_dimension(s: Subject) -> dict[str, Array]:
    """The tables, from the first dimension on."""
    energy = s.task.energy
    if not isinstance(energy, Dimension):
        return {}
    found = {k: s.weights[k].cpu().double().numpy() for k in ("at", "needed", "shares", "regular")}
    dim, doubling, done = found["at"]
    s.metrics |= {
        "dimension_now": float(dim),
        "dimension_wrong": float(LEAST * 2**doubling),
        "dimension_done": float(done / energy.params.updates),
        "dimension_over": float(dim > energy.params.largest),
    }
    needed = np.where(found["needed"] == NEVER, np.inf, found["needed"])
    regular = found["regular"]
    seen = (regular >= 0).sum(1)
    return {
        "dimension_d": np.arange(FIRST, energy.params.largest + 1, dtype=float),
        "dimension_tried": LEAST * 2.0 ** np.arange(energy.params.most + 1),
        "dimension_needed": _known(needed)[FIRST:],
        "dimension_share": _known(found["shares"])[FIRST:],
        "dimension_regular": _known(
            np.where(seen > 0, np.maximum(regular, 0).sum(1) / np.maximum(seen, 1), -1)
        )[FIRST:],
    }


def _known(values: Array) -> Array:
    """NaN for what is not measured."""
    return np.where(values < 0, np.nan, values)


MEASURE = Measure("dimension", measure_dimension)
