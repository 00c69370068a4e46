"""Independent draws from P over a finite set of places."""

from __future__ import annotations

import torch
from torch import Tensor


def drawn(free: Tensor, beta: float, u: Tensor) -> Tensor:
    """For F of M places, (N, M) or (1, M) where all rows share one, and u (N,) uniform in [0, 1[:
    the place of each row, (N,) int64, with probability exp(−βF) / Σ exp(−βF).

    Source: Devroye 1986, inversion
    """
    mass = torch.cumsum(torch.softmax(-beta * free, 1), 1)
    total = mass[:, -1:]
    # In single precision u may round to 1, beyond the last place that has any mass.
    at = torch.minimum(u.to(mass)[:, None] * total, torch.nextafter(total, torch.zeros_like(total)))
    if len(mass) == 1:
        at = at.t()
    index = torch.searchsorted(mass, at.contiguous(), right=True).flatten()
    return index.clamp(max=mass.shape[1] - 1)
