"""Two agents that each see one coordinate, and three ways to add up what they say.

x_i = μ_{y,i} + σ_i ε, y one of three classes. Agent i's E_i is u_i (x_i − μ_{y,i})²/(2σ_i²), in
a unit u_i of its own, which its own argmin does not depend on. Σ E_i decides as ln P(y|x_1, x_2)
does only where both units are equal. Σ −ln P_i does too, with P_i = softargmax_β[−E_i] at the β of
greatest likelihood (“temperature scaling”), for the coordinates are independent given y.
Source: LeCun et al. 2006, §1.3; Guo et al. 2017.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array

CLASSES = 3
LONGEST = 0.2
SIDE, REACH = 161, 4.5
"""Cells along each axis of the quadrature, and how many σ beyond the means it goes."""
_BINS, _FEW = 8, 10  # of confidence; data in one of them that tell nothing
_RADIUS = 1.5
_NEWTON = 60
_LEAST, _MOST = 1e-6, 1e6  # of β


def means() -> Tensor:
    """μ, (3, 2) float64: the corners of a triangle."""
    angle = math.tau * torch.arange(CLASSES, dtype=torch.float64) / CLASSES
    return _RADIUS * torch.stack([angle.sin(), angle.cos()], 1)


def classes(count: int) -> Tensor:
    """y (N,) int64: they take turns, as many of each as can be."""
    return torch.arange(count) % CLASSES


def sample(
    count: int, noise: tuple[float, float], generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """x (N, 2) float64 and its `classes`."""
    y = classes(count)
    spread = torch.tensor(noise, dtype=torch.float64)
    noise_of = torch.randn(count, 2, generator=generator, dtype=torch.float64)
    return means()[y] + spread * noise_of, y


def energies(x: Tensor, noise: tuple[float, float], units: tuple[float, float]) -> Tensor:
    """E_i(x_i, y) of places (N, 2): (N, 2, 3)."""
    spread, unit = (torch.tensor(t, dtype=torch.float64) for t in (noise, units))
    apart = (x[:, :, None] - means().T) / spread[:, None]
    return unit[:, None] * apart.square() / 2


def fitted(energy: Tensor, y: Tensor) -> float:
    """The β > 0 at which softargmax_β[−E] of energies (N, C) makes the classes y most likely.

    −ln P is convex in β: Newton's method, kept between the ends that are known.
    """
    low, high, beta = _LEAST, _MOST, 1.0
    own = energy.gather(1, y[:, None])[:, 0].mean()
    for _ in range(_NEWTON):
        p = torch.softmax(-beta * energy, 1)
        mean = (p * energy).sum(1)
        slope = float(own - mean.mean())
        curvature = float(((p * energy.square()).sum(1) - mean.square()).mean())
        low, high = (low, beta) if slope > 0 else (beta, high)
        moved = beta - slope / curvature if curvature > 0 else high
        beta = moved if low < moved < high else math.sqrt(low * high)
    return beta


def nll(log_scale: Tensor, energy: Tensor, y: Tensor) -> Tensor:
    """The mean of −ln P(y|x_1, x_2) with P = softargmax[−Σ_i a_i E_i], a = exp(log_scale) (2,)."""
    total = (log_scale.exp()[:, None] * energy).sum(1)
    logs = torch.log_softmax(-total, 1)
    return -logs.gather(1, y[:, None]).mean()


def descended(log_scale: Tensor, energy: Tensor, y: Tensor, rate: float) -> Tensor:
    """One step down that loss, at most LONGEST in each ln a_i: the units may be far apart."""
    with torch.enable_grad():
        leaf = log_scale.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad(nll(leaf, energy, y), leaf)
    return log_scale - (rate * slope).clamp(-LONGEST, LONGEST)


def density(x: Tensor, noise: tuple[float, float]) -> Tensor:
    """p(x, y) at places (N, 2): (N, 3), each class 1/3."""
    logs = -energies(x, noise, (1.0, 1.0)).sum(1)
    return logs.exp() / (CLASSES * math.tau * noise[0] * noise[1])


def accuracy(total: Tensor, joint: Tensor, cell: float) -> float:
    """How often argmin of energies (N, C) is the class, where p(x, y) is `joint` on equal cells;
    equals share.
    """
    best = (total == total.amin(1, keepdim=True)).double()
    return float((best / best.sum(1, keepdim=True) * joint).sum()) * cell


def grid(noise: tuple[float, float]) -> tuple[Tensor, tuple[float, ...], float]:
    """Cell centres (SIDE², 2) all around the means, their window, and the area of a cell."""
    mu = means()
    low = mu.amin(0) - REACH * torch.tensor(noise)
    high = mu.amax(0) + REACH * torch.tensor(noise)
    t = (torch.arange(SIDE, dtype=torch.float64) + 0.5) / SIDE
    x1, x2 = (low[i] + t * (high[i] - low[i]) for i in range(2))
    places = torch.cartesian_prod(x2, x1).flip(1)
    window = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
    return places, window, float((high - low).prod()) / SIDE**2


def reliability(energy: Tensor, y: Tensor) -> tuple[Array, Array]:
    """Mean confidence and share of hits in bins of confidence, (B,) each."""
    p = torch.softmax(-energy, 1)
    sure, said = p.max(1)
    low = 1 / CLASSES
    where = ((sure - low) / (1 - low) * _BINS).long().clamp(0, _BINS - 1).numpy()
    count = np.bincount(where, minlength=_BINS)
    totals = (np.bincount(where, v.double().numpy(), _BINS) for v in (sure, said == y))
    conf, hits = (np.where(count >= _FEW, t / np.maximum(count, 1), np.nan) for t in totals)
    return conf, hits
