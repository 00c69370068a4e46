"""Backprop of one datum, twice: by the optimality conditions, and by autograd.

| need | arrays |
|---|---|
| `lagrangian` | `lagrangian_sizes` (K+1,); `lagrangian_z` (Σ sizes,), z_0 … z_K in a row; \
`lagrangian_multiplier`, `lagrangian_autograd` (Σ sizes − sizes_0,): λ_1 … λ_K, and ∂E/∂z_k; \
`lagrangian_slope` (K,): ‖∂L/∂w_k‖; `lagrangian_datum` (2,): its x and y |

Metrics: `lagrangian_energy`, and `lagrangian_error`, the largest difference between the two ways,
over all λ_k and ∂L/∂w_k. All in float64.
Source: mathematics.md §7.
"""

from __future__ import annotations

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Layered
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.stationary import both, nearest
from ebmviz.engine.measures.base.subject import Subject


def measure_lagrangian(s: Subject) -> dict[str, Array]:
    """At the datum whose x is nearest to the probe's."""
    energy = s.task.energy
    assert isinstance(energy, Layered)
    weights = {k: w.detach().cpu().double() for k, w in s.weights.items()}
    datum = nearest(s)
    with torch.enable_grad():
        found, states, slopes = both(energy, weights, datum)
    pairs = zip([*found.multipliers, *found.slopes], [*states, *slopes], strict=True)
    s.metrics["lagrangian_energy"] = float(found.cost)
    s.metrics["lagrangian_error"] = max(float((a - b).abs().max()) for a, b in pairs)
    return {
        "lagrangian_sizes": np.asarray(energy.sizes),
        "lagrangian_z": torch.cat(found.states).numpy(),
        "lagrangian_multiplier": torch.cat(found.multipliers).numpy(),
        "lagrangian_autograd": torch.cat(states).numpy(),
        "lagrangian_slope": torch.stack([g.norm() for g in found.slopes]).numpy(),
        "lagrangian_datum": datum.numpy(),
    }


MEASURE = Measure("lagrangian", measure_lagrangian, energy=(Layered,))
