"""The variational free energy of an energy that has an encoder, and how far it lies above F.

F̃_q(y) = ⟨E⟩_q + (1/β) KL(q‖p) with q = N(m(y), s(y)²) and p = N(0, 1), in nats. Always
β(F̃ − F) = KL(q‖q*) ≥ 0, q* = P(z|y) being the best q of all.
Source: Kingma and Welling 2014, equations 2–3 and Appendix B; mathematics.md §5.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.view import BETA_LOW, View
from ebmviz.engine.energies.base.capabilities import Code, Encodes
from ebmviz.engine.landscape.direct import direct_landscape
from ebmviz.engine.landscape.memory import in_parts
from ebmviz.engine.landscape.result import Landscape
from ebmviz.engine.theory.information import gaussian_kl
from ebmviz.engine.weights import Weights

NODES = 32
"""Nodes of z = one number, where F̃ is measured; of two, half of them along each."""
MAP_NODES = {1: 12, 2: 4}
"""On the map, along each axis, by how many numbers z has: F̃ within 0.1 in the scenes of the VAE."""
HOTTEST = BETA_LOW
"""F̃ is infinite at β = 0: where it is drawn, β is no less than this."""
_HELD = 1 << 20  # numbers held at once


@functools.lru_cache(maxsize=32)
def hermite(count: int, dimension: int) -> tuple[Tensor, Tensor]:
    """Gauss–Hermite: nodes (count^d, d) and shares (count^d,), which add up to 1, float64, such
    that Σ shares · f(nodes) = ⟨f⟩ under N(0, 1)^d; exact for polynomials of degree < 2 count.
    """
    nodes, shares = np.polynomial.hermite_e.hermegauss(count)
    at, share = torch.from_numpy(nodes), torch.from_numpy(shares / shares.sum())
    if dimension == 1:
        return at[:, None], share
    each = torch.cartesian_prod(*[share] * dimension)
    return torch.cartesian_prod(*[at] * dimension), each.prod(1)


def prior_kl(code: Code) -> Tensor:
    """KL(q‖p) of all axes together, (N,), in nats."""
    return gaussian_kl(code.mean, code.s).sum(1)


def variational(code: Code, beta: float) -> Tensor:
    """F̃_q, (N,): at β = ∞ the mean energy alone; at β = 0 infinite, but for q = p."""
    if math.isinf(beta):
        return code.energy
    return code.energy + prior_kl(code) / beta


def exact(energy: Encodes[Any], weights: Weights, rows: Tensor) -> Code:
    """⟨E⟩_q, m and s at rows (N, D), by quadrature."""
    dimension = energy.encode(weights, rows[:1])[0].shape[1]
    nodes, shares = (t.to(rows) for t in hermite(NODES // dimension, dimension))

    def some(part: slice) -> tuple[Tensor, ...]:
        return tuple(energy.expected(weights, rows[part], nodes, shares))

    step = max(1, _HELD // (64 * len(nodes)))
    parts = [found for _, found in in_parts(len(rows), step, some)]
    return Code(*(torch.cat(each) for each in zip(*parts, strict=True)))


def gap(code: Code, free: Tensor, beta: float) -> Tensor:
    """KL(q‖q*) = β(F̃ − F) in nats, (N,), with F_β of the same rows; infinite at β = ∞."""
    if math.isinf(beta):
        return torch.full_like(free, math.inf)
    return beta * (code.energy - free) + prior_kl(code)


def landscape(
    energy: Encodes[Any],
    weights: Weights,
    view: View,
    y1: Tensor,
    y2: Tensor,
    *,
    gradient: bool = False,
) -> Landscape:
    """F̃ at the view's β on the grid y1 (W,) × y2 (H,), as `Energy.landscape` gives F."""
    beta = max(view.beta, HOTTEST)
    sample = energy.rows(view, torch.stack([y1[:1], y2[:1]], 1))
    dimension = energy.encode(weights, sample)[0].shape[1]
    nodes, shares = (t.to(y1) for t in hermite(MAP_NODES[dimension], dimension))

    def tilde(places: Tensor) -> Tensor:
        code = energy.expected(weights, energy.rows(view, places), nodes, shares)
        return variational(code, beta)

    return direct_landscape(tilde, y1, y2, gradient=gradient, width=32 * len(nodes))
