"""Backprop of one datum, twice: by the optimality conditions, and by autograd.

| need | arrays |
|---|---|
| `lagrangian` | `lagrangian_sizes` (K+1,); `lagrangian_z` (Σ sizes,), z_0 … z_K in a row; \
`lagrangian_multiplier`, `lagrangian_autograd` (Σ sizes − sizes_0,): λ_1 … λ_K, and ∂E/∂z_k; \
`lagrangian_slope` (K,): ‖∂L/∂w_k‖; `lagrangian_datum` (2,): its x and y |

Metrics: `lagrangian_energy`, and `lagrangian_error`, the largest difference between the two ways,
over all λ_k and ∂L/∂w_k. All in float64.
Source: math.md §7.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.chain import Chain
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.theory.lagrangian import Stationary, stationary
from ebmviz.engine.weights import Weights


def measure_lagrangian(s: Subject) -> dict[str, Array]:
    """At the datum whose x is nearest to the probe's."""
    energy = s.task.energy
    if not isinstance(energy, Chain):
        return {}
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


def nearest(s: Subject) -> Tensor:
    """The datum (2,) whose x is nearest to the probe's, in float64."""
    rows = s.task.data
    return rows[(rows[:, 0] - s.view.probe[0]).abs().argmin()].cpu().double()


def both(
    energy: Chain, weights: Weights, datum: Tensor
) -> tuple[Stationary, list[Tensor], list[Tensor]]:
    """The stationary point of the Lagrangian for a datum (2,), and autograd's ∂E/∂z_1 … ∂E/∂z_K
    and ∂E/∂w_1 … ∂E/∂w_K through the energy that is trained.
    """
    layers = energy.steps()
    matrices = energy.matrices(weights)

    def cost(z: Tensor) -> Tensor:
        return 0.5 * (z - datum[1:]).square().sum()

    found = stationary(layers, matrices, datum[:1], cost)
    states = [layers[0](datum[:1], matrices[0]).requires_grad_()]
    for layer, w in zip(layers[1:], matrices[1:], strict=True):
        states.append(layer(states[-1], w))
    to_states = torch.autograd.grad(cost(states[-1]), states)
    leaves = {k: w.clone().requires_grad_() for k, w in weights.items()}
    to_weights = torch.autograd.grad(
        energy.free(leaves, datum[None], 1.0).sum(), list(leaves.values())
    )
    slopes = energy.matrices(dict(zip(leaves, to_weights, strict=True)))
    return found, list(to_states), slopes


MEASURE = Measure("lagrangian", measure_lagrangian)
