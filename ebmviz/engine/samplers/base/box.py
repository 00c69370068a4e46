"""Langevin chains that stay within a box: they sample p ∝ exp(−βF) of the box alone.

That is the density whose ln Z a grid over the box finds, so the two can be compared; and no energy,
however it slopes, carries a chain away.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

LONGEST = 4.0
"""The drift of an adjusted step, in standard deviations of its noise, at most."""


class Chance(NamedTuple):
    """All that is random in k steps of N chains. xi (k, N, A): standard normal. u (k, N): uniform
    in [0, 1[.
    """

    xi: Tensor
    u: Tensor


def chance(generator: np.random.Generator, steps: int, like: Tensor) -> Chance:
    """For chains at places (N, A), of their type and on their device."""
    xi = torch.from_numpy(generator.standard_normal((steps, *like.shape)))
    u = torch.from_numpy(generator.random((steps, len(like))))
    return Chance(xi.to(like), u.to(like))


def reflected(y: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Places (N, A), those outside the box low, high (A,) mirrored at its sides, as often as
    needed.
    """
    width = high - low
    return high - (torch.remainder(y - low, 2 * width) - width).abs()


def langevin(
    energy: Callable[[Tensor], Tensor],
    y: Tensor,
    drawn: Chance,
    step: float,
    beta: float,
    low: Tensor,
    high: Tensor,
) -> Tensor:
    """Places (N, A) after k steps y ← y − h ∇F + √(2h/β) ξ, mirrored at the sides of the box.

    energy: F (N,) of places; β in ]0, ∞]. What comes out is detached from all weights.
    Source: Roberts and Tweedie 1996, ULA
    """
    y = reflected(y.detach(), low, high)
    scale = math.sqrt(2 * step / beta)
    for xi in drawn.xi:
        y = reflected(y - step * with_slope(energy, y)[1] + scale * xi, low, high)
    return y


def adjusted(
    energy: Callable[[Tensor], Tensor],
    y: Tensor,
    drawn: Chance,
    step: float,
    beta: float,
    low: Tensor,
    high: Tensor,
) -> Tensor:
    """The same with a Metropolis decision on each step, which keeps p of the box as it is at every
    step size; steps out of the box are refused. So that chains also come down steep walls, the
    drift h ∇F is cut to 4 √(2h/β). At β = ∞ whatever does not climb is taken.
    Source: Roberts and Tweedie 1996, MALTA
    """
    y = reflected(y.detach(), low, high)
    scale = math.sqrt(2 * step / beta)
    most = LONGEST * math.sqrt(2 * step / beta) if beta < math.inf else math.inf

    def drift(slope: Tensor) -> Tensor:
        move = step * slope
        length = torch.linalg.vector_norm(move, dim=1, keepdim=True)
        shorter: Tensor = move * (most / length.clamp(min=1e-30)).clamp(max=1)
        return shorter

    free, slope = with_slope(energy, y)
    away = drift(slope)
    for xi, u in zip(*drawn, strict=True):
        moved = y - away + scale * xi
        free_there, slope_there = with_slope(energy, moved)
        away_there = drift(slope_there)
        log_ratio = free - free_there
        if beta < math.inf and step > 0:
            there = (scale * xi).square().sum(1)
            back = (y - moved + away_there).square().sum(1)
            log_ratio = beta * (log_ratio + (there - back) / (4 * step))
            take = u.log() < log_ratio
        else:
            take = log_ratio >= 0
        take = take & ((moved >= low) & (moved <= high)).all(1)
        y = torch.where(take[:, None], moved, y)
        free = torch.where(take, free_there, free)
        away = torch.where(take[:, None], away_there, away)
    return y


def with_slope(energy: Callable[[Tensor], Tensor], y: Tensor) -> tuple[Tensor, Tensor]:
    """F (N,) and ∇F (N, A), detached from all weights."""
    with torch.enable_grad():
        leaf = y.detach().requires_grad_()
        free = energy(leaf)
        (slope,) = torch.autograd.grad(free.sum(), leaf)
    return free.detach(), slope
