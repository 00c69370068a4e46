"""The curves of all slips.

| need | arrays |
|---|---|
| `errata` | `errata_NAME` (3, T) for every slip: x, the right values, and those of the slip |

The labels `errata` are the names, and `errata_NAME` of each its title, source, labels of x and y,
names of both curves, and what is wrong. Source: mathematics.md §9.
"""

from __future__ import annotations

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.errata import Errata
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.theory.errata import SLIPS


def measure_errata(s: Subject) -> dict[str, Array]:
    """The need `errata`."""
    if not isinstance(s.task.energy, Errata):
        return {}
    s.labels["errata"] = tuple(SLIPS)
    found = {}
    for name, slip in SLIPS.items():
        s.labels[f"errata_{name}"] = slip[:-1]
        found[f"errata_{name}"] = torch.stack(slip.curves()).numpy()
    return found


MEASURE = Measure("errata", measure_errata)
