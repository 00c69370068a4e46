"""Inference over the latent: exhaustive, and by descent from an initial z̃."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.core.params import ParamSet
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.weights import Weights

MAX_STEPS = 200
MAX_STRIDE = 0.35  # radians: a longer step could leave the valley of z̃
_ARMIJO = 1e-4


def descend(
    energy: Decoder[ParamSet], weights: Weights, row: Tensor, z0: float
) -> tuple[list[float], list[float]]:
    """Gradient descent of E over a continuous z from z̃ = z0, at one row (D,).

    Steps are halved until the Armijo condition holds, so E never rises; it ends in a local
    minimum near z0, which may be the wrong one. Returns the z and the E along
    the path, both including the start.
    """
    z = torch.tensor([z0], dtype=torch.float64)
    weights = {k: w.detach().cpu().double() for k, w in weights.items()}
    row = row.detach().cpu().double()

    def value_and_slope(at: Tensor) -> tuple[float, float]:
        at = at.detach().requires_grad_()
        value = energy.energies(weights, row[None], at).sum()
        (slope,) = torch.autograd.grad(value, at)
        return float(value.detach()), float(slope)

    value, slope = value_and_slope(z)
    path_z, path_e = [z0], [value]
    rate = 0.5
    for _ in range(MAX_STEPS):
        if abs(slope) < 1e-6 * (1 + abs(value)):
            break
        rate = min(rate, MAX_STRIDE / abs(slope))
        while True:
            trial = z - rate * slope
            after, after_slope = value_and_slope(trial)
            if after <= value - _ARMIJO * rate * slope * slope or rate < 1e-12:
                break
            rate /= 2
        if after >= value:
            break
        curvature = (after_slope - slope) / float(trial - z)
        # Barzilai and Borwein 1988: the next rate fits the curvature just seen.
        rate = 1 / curvature if curvature > 0 else 2 * rate
        z, value, slope = trial, after, after_slope
        path_z.append(float(z))
        path_e.append(value)
    return path_z, path_e
