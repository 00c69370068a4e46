"""Where energies are least, with many rows in parts: the whole table may be beyond the memory."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ebmviz.engine.landscape.memory import in_parts

AT_ONCE = 1 << 20  # energies


def argmin(energy: Callable[[Tensor], Tensor], rows: Tensor, width: int) -> Tensor:
    """Of energy(rows), (N, width), the place of the first of the least in each row: (N,)."""
    step = max(1, AT_ONCE // width)
    if len(rows) <= step:
        return energy(rows).argmin(1)
    found = torch.empty(len(rows), dtype=torch.int64, device=rows.device)
    for part, some in in_parts(len(rows), step, lambda part: energy(rows[part]).argmin(1)):
        found[part] = some
    return found


def nearest(points: Tensor, y: Tensor) -> Tensor:
    """Which of points (K, 2) is the nearest to each y (N, 2), the first of equal ones: (N,)."""

    def energy(some: Tensor) -> Tensor:
        apart = (some[:, None] - points).square()
        return apart[..., 0] + apart[..., 1]

    return argmin(energy, y, len(points))
