"""Hamiltonian chains that stay within a box, whose sides are walls that they bounce off."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ebmviz.engine.samplers.base.box import Chance, reflected, with_slope

JITTER = 0.2
"""By which part a step may be longer or shorter, so that no period of H is met time and again."""


def bounced(y: Tensor, v: Tensor, low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
    """Places and velocities (N, A) of what flew straight to y, with walls at low, high (A,): each
    wall met turns the velocity across it around.
    """
    odd = torch.remainder(torch.floor((y - low) / (high - low)), 2) == 1
    return reflected(y, low, high), torch.where(odd, -v, v)


def hamiltonian(
    energy: Callable[[Tensor], Tensor],
    y: Tensor,
    drawn: Chance,
    times: Tensor,
    leaps: int,
    beta: float,
    low: Tensor,
    high: Tensor,
) -> Tensor:
    """Places (N, A) after k trajectories of `leaps` leapfrog steps, of times (k, N), under
    H = F + ½‖v‖², each from a fresh v ~ N(0, 1/β) and taken with min(1, e^{−β ΔH}):
    p ∝ exp(−βF) of the box stays as it is, at every step size.

    energy: F (N,) of places; β in ]0, ∞[. What comes out is detached from all weights.
    Source: Duane et al. 1987; Neal 2011, §5.4.2.2 (jitter) and §5.5.1.5 (walls)
    """
    y = reflected(y.detach(), low, high)
    free, slope = with_slope(energy, y)
    for xi, u, time in zip(*drawn, times, strict=True):
        h = time[:, None]
        v = start = xi / math.sqrt(beta)
        moved, free_there, slope_there = y, free, slope
        for _ in range(leaps):
            v = v - 0.5 * h * slope_there
            moved, v = bounced(moved + h * v, v, low, high)
            free_there, slope_there = with_slope(energy, moved)
            v = v - 0.5 * h * slope_there
        kinetic = 0.5 * (start.square().sum(1) - v.square().sum(1))
        log_ratio = beta * (free - free_there + kinetic)
        take = (u.log() < log_ratio) & log_ratio.isfinite()
        y = torch.where(take[:, None], moved, y)
        free = torch.where(take, free_there, free)
        slope = torch.where(take[:, None], slope_there, slope)
    return y
