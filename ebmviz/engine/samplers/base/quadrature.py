"""A density over a window by cells, fine where it matters, in each of which −βF is a plane.

Cells that may hold some of P are divided until F is almost flat in those that do; the planes come
from ∇F. So a mode far narrower than the first cells is drawn with its own width.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.samplers.base.sampler import Field

SIDE = 160
"""Cells along each axis of the window, before any is divided."""
_MOST = 1 << 17  # cells at once
_NOTHING = 30.0  # nats: a cell that holds e^−30 of P at most holds none
_FLAT = 0.3  # nats from the middle of a cell to its side, on average over P
_ROUNDS, _FINEST = 4, 32  # how often cells are divided, and into how many along each axis


class Cells(NamedTuple):
    """centre (M, 2); size (2,); tilt (M, 2): the rise of βF across the cell along each axis; share
    (M,): ln of the mass, up to a constant. All float64 but for the centres.
    """

    centre: Tensor
    size: Tensor
    tilt: Tensor
    share: Tensor


def measured(
    field: Field, beta: float, window: tuple[float, float, float, float], like: Tensor
) -> Cells:
    """The cells of a window (left, right, bottom, top) for p ∝ exp(−βF), β in ]0, ∞[."""
    left, right, bottom, top = window
    size = torch.tensor([(right - left) / SIDE, (top - bottom) / SIDE], dtype=torch.float64)
    corner = torch.tensor([[left, bottom]], dtype=torch.float64)
    cells = _looked_at(field, beta, corner + size * (_square(SIDE) + 0.5), size, like)
    for _ in range(_ROUNDS):
        p = torch.softmax(cells.share, 0)
        if float((p * cells.tilt.abs().amax(1)).sum()) < 2 * _FLAT:
            break
        # The highest that the plane gets in a cell bounds what a convex F lets it hold.
        most = cells.share - _spread(cells.tilt).sum(1) + cells.tilt.abs().sum(1) / 2
        kept = cells.centre[most > torch.logsumexp(cells.share, 0) - _NOTHING].double().cpu()
        parts = min(_FINEST, math.isqrt(_MOST // max(1, len(kept))))
        if parts < 2:
            break
        finer = cells.size / parts
        inside = finer * (_square(parts) + 0.5) - cells.size / 2
        cells = _looked_at(field, beta, (kept[:, None] + inside).flatten(0, 1), finer, like)
    return cells


def drawn(cells: Cells, count: int, generator: torch.Generator) -> Tensor:
    """Places (count, 2): a cell by its mass, and within it by the plane."""
    p = torch.softmax(cells.share, 0)
    device = generator.device
    u = torch.rand(count, 3, generator=generator, dtype=torch.float64, device=device)
    mass = torch.cumsum(p, 0).to(device)
    index = torch.searchsorted(mass, u[:, 0] * mass[-1]).clamp(max=len(p) - 1).to(p.device)
    offset = _within(cells.tilt[index], u[:, 1:].to(p.device))
    return cells.centre[index] + (offset * cells.size.to(offset)).to(cells.centre)


def _looked_at(field: Field, beta: float, centre: Tensor, size: Tensor, like: Tensor) -> Cells:
    centre = centre.to(like)
    free, slope = field(centre)
    tilt = beta * slope.double() * size.to(slope.device)
    return Cells(centre, size, tilt, _spread(tilt).sum(1) - beta * free.double())


def _spread(tilt: Tensor) -> Tensor:
    """ln ∫ exp(−a t) dt over [−½, ½] = ln (sinh(a/2) / (a/2))."""
    a = tilt.abs()
    steep = a / 2 - torch.log(a.clamp(min=1e-3)) + torch.log1p(-torch.exp(-a))
    return torch.where(a > 1e-3, steep, a.square() / 24)


def _within(tilt: Tensor, u: Tensor) -> Tensor:
    """t in [−½, ½] with density ∝ exp(−a t), by its inverse distribution at u in [0, 1[."""
    a = tilt.abs().clamp(min=1e-9)
    # From the lower end of the plane: 1 − u (1 − e^−a), without cancelling.
    t = -torch.log1p(u * torch.expm1(-a)) / a - 0.5
    t = torch.where(tilt.abs() > 1e-6, t, u - 0.5)
    return torch.where(tilt < 0, -t, t).clamp(-0.5, 0.5)


def _square(side: int) -> Tensor:
    """The numbers (i, j) of side² cells, (side², 2) float64."""
    line = torch.arange(side, dtype=torch.float64)
    return torch.cartesian_prod(line, line)
