"""Squared distances, the energies of points, by differences: nothing cancels."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.landscape.memory import ON_DEVICE

BLOCK = 1 << 18  # elements of the largest temporary: it stays in the cache


def energies(points: Tensor, y: Tensor) -> Tensor:
    """‖y_n − p_k‖² by differences: (N, K)."""
    if torch.is_grad_enabled() or points.shape[1] > 4:
        return (y[:, None] - points).square().sum(-1)
    return by_axis(points, y)


def by_axis(points: Tensor, y: Tensor) -> Tensor:
    """The same without temporaries (N, K, D); points (M, K, D) give (M, N, K)."""
    points = points.unsqueeze(-3)
    energy = (y[:, 0, None] - points[..., 0]).square_()
    for axis in range(1, y.shape[1]):
        energy += (y[:, axis, None] - points[..., axis]).square_()
    return energy


def squares(arrows: Tensor) -> Tensor:
    """Σ_d a_d², (N, K, D) -> (N, K); axis by axis, for torch is slow at sums of two numbers."""
    each = arrows * arrows
    if arrows.shape[2] > 4:
        return each.sum(2)
    energy, *rest = each.unbind(2)
    for part in rest:
        energy = energy + part
    return energy


def rows_at_once(points: Tensor) -> int:
    """The rows of y whose temporaries stay below BLOCK elements."""
    width = points.shape[0] * (points.shape[1] if points.shape[1] > 4 else 1)
    return max(1, (BLOCK if points.device.type == "cpu" else ON_DEVICE) // width)
