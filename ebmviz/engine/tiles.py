"""Square tiles of a grid, and which points can be seen from each.

Inside a tile the energies of two points differ by a function that is linear in y. With the tile's
centre c, its half sides h and 0 the point of least energy at c,
    E_k(y) − E_0(y) = [E_k(c) − E_0(c)] − 2 (p_k − p_0)·(y − c)  ≥  [E_k(c) − E_0(c)] − Σ_axes 2
    |p_k − p_0| h.
A point whose right-hand side exceeds T/β weighs less than e^{−T} of point 0 at every place of the
tile.
"""

from __future__ import annotations

import bisect
from typing import NamedTuple

import torch
from torch import Tensor

NOWHERE = 1e15  # where the padding point sits: never near, yet its square is finite
BLOCK = 1 << 20  # elements of the largest temporary


class Points(NamedTuple):
    """Point coordinates `x`, `y` and `bias` (an energy ≥ 0, or None), each (K + 1,): the last one
    is padding.
    """

    x: Tensor
    y: Tensor
    bias: Tensor | None


class Axis(NamedTuple):
    """One axis in tiles: `values` (T, side), padded with the last coordinate; `centre` and `half`
    side, (T,).
    """

    values: Tensor
    centre: Tensor
    half: Tensor


class Tiles(NamedTuple):
    """Tiles by `row` and `column` (n,), the candidate `point` (n, C), padded with K, and its
    nearest one (n,).

    `real` (n,) candidates are no padding. E_0 − E_k ≤ `gap` (n, 2) per axis, over the tile and the
    candidates k.
    """

    row: Tensor
    column: Tensor
    point: Tensor
    real: Tensor
    nearest: Tensor
    gap: Tensor

    def pick(self, which: Tensor | slice) -> Tiles:
        """Some of the tiles."""
        return Tiles(*(field[which] for field in self))

    def where(self, mask: Tensor) -> Tiles:
        """The tiles where `mask` (n,) holds."""
        return self.pick(mask.nonzero().squeeze(1))


def with_padding(points: Tensor, bias: Tensor | None) -> Points:
    """Split (K, 2) points in columns and add the padding point."""
    nowhere = points.new_full((1,), NOWHERE)
    if bias is not None:
        bias = torch.cat([bias, bias.new_zeros(1)])
    return Points(torch.cat([points[:, 0], nowhere]), torch.cat([points[:, 1], nowhere]), bias)


def cut(values: Tensor, side: int, multiple: int = 1) -> Axis:
    """Cut ascending coordinates into tiles of `side`, a multiple of `multiple` of them."""
    count = -(-values.shape[0] // (side * multiple)) * multiple
    missing = count * side - values.shape[0]
    if missing:
        values = torch.cat([values, values[-1:].expand(missing)])
    tiles = values.view(count, side)
    first, last = tiles[:, 0], tiles[:, -1]
    centre = first + (last - first) / 2
    # The centre is rounded: the half side is measured from the rounded one.
    return Axis(tiles, centre, torch.maximum(last - centre, centre - first))


def see(
    points: Points,
    x: Axis,
    y: Axis,
    row: Tensor,
    column: Tensor,
    point: Tensor | None,
    slack: float,
) -> list[Tiles]:
    """Keep, of each tile's candidates (None: all points), those within `slack` of the least energy
    somewhere.
    """
    width = points.x.shape[0] - 1 if point is None else point.shape[1]
    step = max(1, BLOCK // width)
    result = []
    for i in range(0, row.shape[0], step):
        part = slice(i, i + step)
        candidates = None if point is None else point[part]
        result.append(_see(points, x, y, row[part], column[part], candidates, slack))
    return result


def _see(
    points: Points,
    x: Axis,
    y: Axis,
    row: Tensor,
    column: Tensor,
    point: Tensor | None,
    slack: float,
) -> Tiles:
    px, py, bias = points
    if point is None:
        px, py, bias = px[:-1], py[:-1], None if bias is None else bias[:-1]
    else:
        px, py, bias = px[point], py[point], None if bias is None else bias[point]
    dx, dy = x.centre[column, None] - px, y.centre[row, None] - py
    a, b = dx.square(), dy.square()
    if bias is not None:
        a += bias
    least, index = (a + b).min(1, keepdim=True)
    # Rounding is relative to energies of at most least + slack + reach: 32 units in the last place
    # cover it.
    rounding = 32 * torch.finfo(a.dtype).eps
    reach_x = (dx.gather(1, index) - dx).abs_().mul_((2 + 2 * rounding) * x.half[column, None])
    reach_y = (dy.gather(1, index) - dy).abs_().mul_((2 + 2 * rounding) * y.half[row, None])
    # How far, per axis, point 0 may lie above point k somewhere in the tile.
    above_x = (a.gather(1, index) - a).add_(reach_x)
    above_y = (b.gather(1, index) - b).add_(reach_y)
    keep = above_x + above_y >= -(slack * (1 + rounding) + 2 * rounding * least)
    gap = torch.stack([torch.where(keep, above, 0).amax(1) for above in (above_x, above_y)], 1)
    nearest = index[:, 0] if point is None else point.gather(1, index)[:, 0]
    kept, count = _compress(keep, point, points.x.shape[0] - 1)
    return Tiles(row, column, kept, count, nearest, gap + rounding * least)


def _compress(keep: Tensor, point: Tensor | None, padding: int) -> tuple[Tensor, Tensor]:
    """(n, C) mask -> the kept points moved to the left, (n, C'), and how many they are, (n,)."""
    count = keep.sum(1)
    tile, slot = keep.nonzero(as_tuple=True)
    start = count.cumsum(0) - count
    place = torch.arange(tile.shape[0], device=keep.device) - start[tile]
    table = torch.full((keep.shape[0], int(count.max())), padding, device=keep.device)
    table[tile, place] = slot if point is None else point[tile, slot]
    return table, count


def split(tiles: Tiles, parts: int) -> tuple[Tensor, Tensor, Tensor]:
    """The row, column and candidates of the parts² tiles inside each tile."""
    step = torch.arange(parts, device=tiles.row.device)
    row = (tiles.row[:, None, None] * parts + step[:, None]).expand(-1, parts, parts)
    column = (tiles.column[:, None, None] * parts + step).expand(-1, parts, parts)
    return row.reshape(-1), column.reshape(-1), tiles.point.repeat_interleave(parts * parts, 0)


class Mosaic:
    """Collects the values of tiles of `side`, in any order, and of tiles `parts` times larger; then
    lays the grid.
    """

    def __init__(self, rows: int, columns: int, side: int, parts: int) -> None:
        self.rows, self.columns, self.side, self.parts = rows, columns, side, parts
        self.places: list[Tensor] = []
        self.values: list[Tensor] = []

    def add(self, tiles: Tiles, values: Tensor) -> None:
        """(n, side, side) values of small tiles, or (n, parts side, parts side) of large ones."""
        parts, side = self.parts, self.side
        if values.shape[1] == side:
            large = (tiles.row // parts) * self.columns + tiles.column // parts
            inner = (tiles.row % parts) * parts + tiles.column % parts
            place = large * (parts * parts) + inner
        else:
            large = tiles.row * self.columns + tiles.column
            step = torch.arange(parts * parts, device=large.device)
            place = (large[:, None] * (parts * parts) + step).view(-1)
            values = values.view(-1, parts, side, parts, side).transpose(2, 3)
        self.places.append(place)
        self.values.append(values.reshape(-1, side * side))

    def grid(self, height: int, width: int) -> Tensor:
        """The grid, cut to (height, width)."""
        place, values = torch.cat(self.places), torch.cat(self.values)
        parts, side = self.parts, self.side
        values = values.index_select(0, torch.argsort(place))
        values = values.view(self.rows, self.columns, parts, parts, side, side)
        grid = values.permute(0, 2, 4, 1, 3, 5).reshape(
            self.rows * parts * side, self.columns * parts * side
        )
        return grid if grid.shape == (height, width) else grid[:height, :width].contiguous()


def by_count(tiles: Tiles, waste: int = 2000) -> list[Tiles]:
    """Groups of tiles, the fullest first, in which padding is under a half, or under `waste`
    points.
    """
    order = torch.argsort(tiles.real, descending=True)
    sizes = tiles.real[order].tolist()
    groups = []
    start = 0
    while start < len(sizes):
        half = bisect.bisect_left(sizes, -sizes[start] / 2, start, key=lambda size: -size)
        end = max(half, start + 1, min(len(sizes), start + waste // sizes[start]))
        group = tiles.pick(order[start:end])
        groups.append(group._replace(point=group.point[:, : sizes[start]]))
        start = end
    return groups
