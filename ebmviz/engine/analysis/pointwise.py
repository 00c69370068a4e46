"""F_β of a set of points and its slope, for a few places, in NumPy.

An optimiser asks for one evaluation after another of a dozen places; autograd would spend twenty
times longer on its bookkeeping than that takes.
Source: mathematics.md §1: ∂F_β/∂y = Σ_z P(z|y)·2(y − g(z)).
"""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.descents import Slopes


def free_energy_slopes(
    points: Array, beta: float, extra: Array | None = None, log_weights: Array | None = None
) -> Slopes:
    """Of E(y, k) = ‖y − points_k‖² + extra_k, points (K, 2), with ln p_k or 1/K; β in [0, ∞]."""
    count = len(points)
    log_p = np.full(count, -math.log(count)) if log_weights is None else log_weights

    def slopes(at: Array) -> tuple[Array, Array]:
        apart = at[:, None] - points
        energy = (apart * apart).sum(2)
        if extra is not None:
            energy = energy + extra
        energy = np.where(log_p > -math.inf, energy, math.inf)
        least = energy.min(1)
        if math.isinf(beta):
            k = energy.argmin(1)
            return least, 2 * apart[np.arange(len(at)), k]
        if beta == 0:
            p = np.exp(log_p)[None] / np.exp(log_p).sum()
            value = (p * np.where(p > 0, energy, 0.0)).sum(1)
        else:
            terms = np.exp(log_p - beta * (energy - least[:, None]))
            total = terms.sum(1)
            value, p = least - np.log(total) / beta, terms / total[:, None]
        return value, 2 * (p[..., None] * apart).sum(1)

    return slopes
