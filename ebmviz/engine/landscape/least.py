"""Where energies are least, with many rows in parts: the whole table may be beyond the memory."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

AT_ONCE = 1 << 20  # energies


def argmin(energy: Callable[[Tensor], Tensor], rows: Tensor, width: int) -> Tensor:
    """Of energy(rows), (N, width), the place of the first of the least in each row: (N,)."""
    parts = torch.split(rows, max(1, AT_ONCE // width))
    found = [energy(part).argmin(1) for part in parts]
    return found[0] if len(found) == 1 else torch.cat(found)


def nearest(points: Tensor, y: Tensor) -> Tensor:
    """Which of points (K, 2) is the nearest to each y (N, 2), the first of equal ones: (N,)."""

    def energy(some: Tensor) -> Tensor:
        apart = (some[:, None] - points).square()
        return apart[..., 0] + apart[..., 1]

    return argmin(energy, y, len(points))
