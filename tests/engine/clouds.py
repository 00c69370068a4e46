"""Sets of points that are hard for a landscape, and its values by the definition."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

INF = math.inf
BETAS = (0.0, 1e-6, 1e-3, 0.1, 0.3, 1.0, 10.0, 100.0, 1e3, 1e4, 1e6, INF)


def ellipse(count: int = 48, w1: float = -1.45263, w2: float = 0.35856) -> Tensor:
    z = torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
    return torch.stack([w1 * z.cos(), w2 * z.sin()], 1).float()


def flat(y1: Tensor, y2: Tensor) -> Tensor:
    """The grid's places in reading order: (H·W, 2)."""
    return torch.stack([y1.repeat(len(y2)), y2.repeat_interleave(len(y1))], 1)


def brute(points: Tensor, y: Tensor, beta: float, log_weights: Tensor | None = None) -> Tensor:
    """F in float64 by the definition, in blocks; log1p of expm1 while that is the better
    conditioned form.
    """
    count = points.shape[0]
    points, y = points.double(), y.double()
    uniform = torch.full((count,), -math.log(count), dtype=torch.float64)
    lw = uniform if log_weights is None else log_weights.double()
    total = torch.logsumexp(lw, 0) if log_weights is not None else 0.0
    p = torch.softmax(lw, 0)
    rows = []
    for part in y.split(max(1, 2_000_000 // count)):
        energy = (part[:, None, 0] - points[:, 0]) ** 2
        for axis in range(1, points.shape[1]):
            energy += (part[:, None, axis] - points[:, axis]) ** 2
        if beta == 0:
            rows.append(energy @ p)
            continue
        m = energy[:, lw > -INF].amin(1, keepdim=True)
        if math.isinf(beta):
            rows.append(m[:, 0])
            continue
        t = (m - energy) * beta
        log_sum = torch.logsumexp(t + lw, 1)
        if beta < 1e-3:
            u = t.expm1() @ p
            log_sum = torch.where(u > -0.999, u.log1p() + total, log_sum)
        rows.append(m[:, 0] - log_sum / beta)
    return torch.cat(rows)


def worst(ours: Tensor, exact: Tensor) -> float:
    """max |error| / max(1, |F|)."""
    error = (ours.double().flatten() - exact.flatten()).abs() / exact.flatten().abs().clamp(min=1)
    assert torch.isfinite(ours).all()
    return float(error.max())


Shape = Callable[[int, torch.Generator, float], Tensor]


def _ring(k: int, _g: torch.Generator, scale: float) -> Tensor:
    return ellipse(k, scale, 0.4 * scale)


def _cloud(k: int, g: torch.Generator, scale: float) -> Tensor:
    return torch.randn(k, 2, generator=g) * scale


def _coincident(k: int, g: torch.Generator, scale: float) -> Tensor:
    return (torch.randn(4, 2, generator=g) * scale)[torch.randint(4, (k,), generator=g)]


def _outlier(k: int, g: torch.Generator, scale: float) -> Tensor:
    points = torch.randn(k, 2, generator=g) * 0.5
    points[0] = torch.tensor([100.0, -200.0]) * scale
    return points


def _outside(k: int, g: torch.Generator, scale: float) -> Tensor:
    return torch.randn(k, 2, generator=g) * 0.3 + 50 * scale


def _lattice(k: int, g: torch.Generator, scale: float) -> Tensor:
    return torch.randint(-3, 4, (k, 2), generator=g) * (0.5 * scale)


SHAPES: tuple[Shape, ...] = (_ring, _cloud, _coincident, _outlier, _outside, _lattice)
WEIGHTS = ("none", "normalised", "prior", "e±50", "some removed")


def weights(kind: str, k: int, g: torch.Generator) -> Tensor | None:
    if kind == "none":
        return None
    if kind == "normalised":
        return torch.log_softmax(3 * torch.randn(k, generator=g), 0)
    if kind == "prior":
        return -10 * torch.rand(k, generator=g) - math.log(k)
    if kind == "e±50":
        return 100 * torch.rand(k, generator=g) - 50
    lw = torch.randn(k, generator=g)
    lw[1::2] = -INF
    return lw
