"""The Lagrangian itself, L(z, λ, w), around its stationary point, and how far its conditions hold.

| need | arrays |
|---|---|
| `lagrangian-conditions` | `conditions` (2, 3, K): of both signs of λ, the norms of ∂L/∂λ_{k+1}, of
∂L/∂z_{k+1} and of ∂L/∂w_k minus autograd's gradient, k = 0 … K − 1; `condition_way` (T,) and
`condition_lines` (3, T): L along a unit direction of λ, of z and of w, less its value there |

With L = C + Σλ'(g − z) λ_K is ∂C/∂z_K; with L = C + Σλ'(z − g), as LeCun 2023 has it, it is minus
that. All in float64, at the datum of the need `lagrangian`. Source: mathematics.md §7.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Layered
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.stationary import both, nearest
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.theory.lagrangian import Stationary, lagrangian

Value = Callable[[list[Tensor], list[Tensor], list[Tensor]], Tensor]
"""L of z_1 … z_K, λ_1 … λ_K and w_0 … w_{K−1}."""
SAMPLES, REACH = 61, 0.6
"""Of the lines, and how far they go on either side."""
SIGNS = (1.0, -1.0)
"""Of λ in L = C + Σ ±λ'(g − z): ours, and LeCun 2023's."""


def lagrangian_conditions(s: Subject) -> dict[str, Array]:
    """The need `lagrangian-conditions`."""
    energy = s.task.energy
    assert isinstance(energy, Layered)
    weights = {k: w.detach().cpu().double() for k, w in s.weights.items()}
    datum = nearest(s)
    layers, matrices = energy.steps(), energy.matrices(weights)
    with torch.enable_grad():
        found, _, gradient = both(energy, weights, datum)

        def value(states: list[Tensor], multipliers: list[Tensor], w: list[Tensor]) -> Tensor:
            def cost(z: Tensor) -> Tensor:
                return 0.5 * (z - datum[1:]).square().sum()

            return lagrangian(layers, w, [datum[:1], *states], multipliers, cost)

        norms = torch.stack([_norms(value, found, matrices, gradient, sign) for sign in SIGNS])
    way = torch.linspace(-REACH, REACH, SAMPLES, dtype=torch.float64)
    states, at = found.states[1:], value(found.states[1:], found.multipliers, matrices)
    along, down = _unit(found.multipliers), _unit(found.slopes)
    lines = [
        [value(states, _moved(found.multipliers, along, t), matrices) for t in way],
        [value(_moved(states, along, t), found.multipliers, matrices) for t in way],
        [value(states, found.multipliers, _moved(matrices, down, t)) for t in way],
    ]
    return {
        "conditions": norms.numpy(),
        "condition_way": way.numpy(),
        "condition_lines": torch.stack([torch.stack(line) - at for line in lines]).numpy(),
    }


def _norms(
    value: Value, found: Stationary, matrices: list[Tensor], gradient: list[Tensor], sign: float
) -> Tensor:
    """‖∂L/∂λ‖, ‖∂L/∂z‖ and ‖∂L/∂w − gradient‖ of each layer, (3, K), by autograd through L."""
    leaves = [
        [t.detach().clone().requires_grad_() for t in each]
        for each in (found.states[1:], [sign * t for t in found.multipliers], matrices)
    ]
    states, multipliers, w = leaves
    total = value(states, [sign * t for t in multipliers], w)
    count = len(matrices)
    slopes = torch.autograd.grad(total, [*multipliers, *states, *w])
    rest = [a - b for a, b in zip(slopes[2 * count :], gradient, strict=True)]
    return torch.stack([t.norm() for t in (*slopes[: 2 * count], *rest)]).view(3, count)


def _norm(parts: list[Tensor]) -> Tensor:
    size: Tensor = torch.stack([t.norm() for t in parts]).norm()
    return size


def _unit(parts: list[Tensor]) -> list[Tensor]:
    """Their common direction; that of all ones where they vanish."""
    size = _norm(parts)
    if size > 0:
        return [t / size for t in parts]
    return _unit([torch.ones_like(t) for t in parts])


def _moved(parts: list[Tensor], along: list[Tensor], t: Tensor) -> list[Tensor]:
    return [a + t * b for a, b in zip(parts, along, strict=True)]


MEASURE = Measure("lagrangian-conditions", lagrangian_conditions, energy=(Layered,))
