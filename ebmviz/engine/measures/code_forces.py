"""What moves the codes of an encoder: the reconstruction, the springs, and where they balance.

| need | arrays |
|---|---|
| `code-forces` | `code_apart` (N, d): −∂⟨E⟩_q/∂m, where the reconstruction pushes the codes; \
`code_spring` (N, d): −(1/β) ∂KL(q‖p)/∂m − 2γ m, which pulls them to the origin |

Metrics, of the same data as those of `codes`: `code_sharp` and `code_fuzzy`, the mean of E at the
middle of each ball and of ⟨E⟩_q over it; `code_beta` and `code_gamma`: β and γ of the loss where
it is the variational one, else the view's β and 0. Source: LeCun 2023; mathematics.md §5.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base import variational as v
from ebmviz.engine.energies.base.capabilities import Encodes
from ebmviz.engine.losses.variational import VariationalParams
from ebmviz.engine.measures.base.counts import MARKS
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject


def code_forces(s: Subject) -> dict[str, Array]:
    """The need `code-forces`, in float64."""
    energy, p = s.task.energy, s.task.loss.params
    assert isinstance(energy, Encodes)
    beta, gamma = s.view.beta, 0.0
    if isinstance(p, VariationalParams):
        beta, gamma = p.beta, p.springs
    weights = {k: w.detach().double() for k, w in s.weights.items()}
    rows = s.task.data[:MARKS].double()
    mean, width = energy.encode(weights, rows)
    d = mean.shape[1]
    nodes, shares = (t.to(rows) for t in v.hermite(v.NODES // d, d))
    with torch.enable_grad():
        # A shift of all nodes of a ball is a shift of its middle.
        shift = torch.zeros_like(mean).requires_grad_()
        moved = nodes[None] + (shift / width)[:, None]
        fuzzy = energy.expected(weights, rows, moved, shares).energy
        (slope,) = torch.autograd.grad(fuzzy.sum(), shift)
    sharp = energy.expected(weights, rows, torch.zeros_like(nodes[:1]), torch.ones_like(shares[:1]))
    s.metrics |= {
        "code_fuzzy": float(fuzzy.detach().mean()),
        "code_sharp": float(sharp.energy.mean()),
        "code_beta": beta,
        "code_gamma": gamma,
    }
    return {"code_apart": _array(-slope), "code_spring": _array(spring(mean, beta, gamma))}


def spring(mean: Tensor, beta: float, gamma: float) -> Tensor:
    """−∂/∂m of (1/β) KL(N(m, s²) ‖ N(0, 1)) + γ‖m‖²: like `mean`; β = 0 takes the hottest β that
    F̃ is drawn at.
    """
    rate = 0.0 if math.isinf(beta) else 1 / max(beta, v.HOTTEST)
    return -(rate + 2 * gamma) * mean


def _array(values: Tensor) -> Array:
    found: Array = values.detach().cpu().numpy()
    return found


MEASURE = Measure("code-forces", code_forces, energy=(Encodes,))
