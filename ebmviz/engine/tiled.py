"""F over a whole grid, tile by tile, each tile from the points that can be seen from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ebmviz.engine.tile_sums import direct, product, product_limits
from ebmviz.engine.tiles import Axis, Mosaic, Points, Tiles, by_count, cut, see, split, with_padding

FEW = 128  # up to this many points one pass over tiles of side ONCE is quicker than two
ONCE = 32
SMALL, PARTS = 16, 4  # otherwise tiles of 64, and 16 of side 16 inside those that need it
WORTH_WIDE = 16  # points from which a float64 product beats single terms


def free_energy_by_tiles(
    points: Tensor, bias: Tensor | None, y1: Tensor, y2: Tensor, scale: float, top: float
) -> Tensor:
    """F on the grid y1 × y2, with p_k = 2^(top − scale bias_k) and β = scale ln 2, in (0, ∞]."""
    side, parts = (ONCE, 1) if points.shape[0] <= FEW else (SMALL, PARTS)
    known = with_padding(points, bias)
    x, y = cut(y1, side * parts), cut(y2, side * parts)
    rows, columns = y.centre.shape[0], x.centre.shape[0]
    task = _Task(known, scale, top, Mosaic(rows, columns, side, parts))
    # K dropped points of weight e^{−T}, relative to point 0, cost F less than its last bit (and
    # 2⁻²⁴ below β = 1).
    digits = 1 - math.log2(torch.finfo(points.dtype).eps)
    slack = (digits + math.log2(points.shape[0]) + max(0.0, -math.log2(scale))) / scale
    tile = torch.arange(rows * columns, device=points.device)
    row, column = tile // columns, tile % columns
    if parts == 1:
        for seen in see(known, x, y, row, column, None, slack):
            task.finish(x, y, seen)
        return task.mosaic.grid(y2.shape[0], y1.shape[0])
    fine_x, fine_y = cut(y1, side, parts), cut(y2, side, parts)
    for seen in see(known, x, y, row, column, None, slack):
        rest = task.multiply(x, y, seen, points.dtype)
        for group in by_count(rest):
            for inner in see(known, fine_x, fine_y, *split(group, parts), slack):
                task.finish(fine_x, fine_y, inner)
    return task.mosaic.grid(y2.shape[0], y1.shape[0])


@dataclass(frozen=True)
class _Task:
    """What all tiles have in common, and where their values go."""

    known: Points
    scale: float
    top: float
    mosaic: Mosaic

    def multiply(
        self, x: Axis, y: Axis, seen: Tiles, dtype: torch.dtype, more_than: int = 0
    ) -> Tiles:
        """Do the tiles for which a product in `dtype` is exact; return the others."""
        if math.isinf(self.scale):
            return seen
        one, both = product_limits(self.known.x.shape[0], self.scale, dtype)
        gap = seen.gap * self.scale
        safe = (gap.amax(1) < one) & (gap.sum(1) < both) & (seen.real > more_than)
        for group in by_count(seen.where(safe)):
            values = product(self.known, x, y, group, self.scale, self.top, dtype)
            self.mosaic.add(group, values.to(self.known.x.dtype))
        return seen.where(~safe)

    def finish(self, x: Axis, y: Axis, seen: Tiles) -> None:
        """Do every tile, each in the cheapest way that is exact."""
        seen = self.multiply(x, y, seen, self.known.x.dtype, more_than=1)
        seen = self.multiply(x, y, seen, torch.float64, more_than=WORTH_WIDE)
        if seen.row.shape[0] == 0:
            return
        seen = seen.pick(torch.argsort(seen.real, descending=True))
        self.mosaic.add(seen, direct(self.known, x, y, seen, self.scale, self.top))
