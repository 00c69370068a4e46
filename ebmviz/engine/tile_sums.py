"""F over tiles from the points seen there: as a matrix product of exponentials, or term by term.

Both return (n, side, side) values, in energy units, for `tiles.Tiles`. `scale` is β in bits, β log2
e.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from ebmviz.engine.tiles import Axis, Points, Tiles

TABLE = 1 << 19  # elements of a product's table
STRIP = 1 << 17  # elements of a table of single terms
CHUNK = 1024  # tiles that go together term by term: their sums stay in the cache


def product_limits(points: int, scale: float, dtype: torch.dtype) -> tuple[float, float]:
    """How many bits `gap` may be on one axis, and on both together, for `product` to lose nothing.

    Exponents are relative to point 0, whose term is 1, so the sum is ≥ 1. A factor that underflows
    (it is raised to `tiny`) meets one ≤ 2^gap: all of them together stay below the last bit. The
    sum is ≤ K 2^(gap_x + gap_y). F is E_0 minus what the sum says, so at small β a wide gap would
    cancel: 12 bits per unit of `scale` do not show.
    """
    info = torch.finfo(dtype)
    bits = -math.log2(info.tiny) - math.log2(4 * points)
    both = min(bits, 12 * scale) if dtype == torch.float32 else bits
    return bits + math.log2(info.eps), both


def product(
    points: Points, x: Axis, y: Axis, tiles: Tiles, scale: float, top: float, dtype: torch.dtype
) -> Tensor:
    """Σ_k 2^(X_k(y1)) 2^(Y_k(y2)) is a matrix product over k, where X and Y are the two axes' parts
    of E_0 − E_k.
    """
    step = max(1, TABLE // (tiles.point.shape[1] * x.values.shape[1]))
    parts = []
    for i in range(0, tiles.row.shape[0], step):
        part = tiles.pick(slice(i, i + step)) if step < tiles.row.shape[0] else tiles
        a, right = _factor(points.x, points.bias, x.values[part.column], part, scale, dtype)
        b, left = _factor(points.y, None, y.values[part.row], part, scale, dtype)
        total = torch.bmm(left.transpose(1, 2), right).log2_()
        parts.append((b[:, :, None] + a[:, None, :]).sub_(total.add_(top), alpha=1 / scale))
    return torch.cat(parts) if len(parts) > 1 else parts[0]


def _factor(
    position: Tensor,
    bias: Tensor | None,
    values: Tensor,
    tiles: Tiles,
    scale: float,
    dtype: torch.dtype,
) -> tuple[Tensor, Tensor]:
    """One axis: point 0's part of the energy (n, side) and the factors 2^(scale (E_0 − E_k)) (n, C,
    side).
    """
    position, values = position.to(dtype), values.to(dtype)
    first = (values - position[tiles.nearest][:, None]).square_()
    away = values[:, None, :] - position[tiles.point][:, :, None]
    start = (first * scale)[:, None, :]
    if bias is not None:
        bias = bias.to(dtype)
        own = bias[tiles.nearest][:, None]
        start = start + ((own - bias[tiles.point]) * scale)[:, :, None]
        first += own
    bits = torch.addcmul(start, away, away, value=-scale)
    return first, bits.clamp_(min=math.log2(torch.finfo(dtype).tiny)).exp2_()


def direct(points: Points, x: Axis, y: Axis, tiles: Tiles, scale: float, top: float) -> Tensor:
    """Term by term with the least energy of each place taken out; `scale` = ∞ stops at that least
    energy.

    The tiles come fullest first, so that the j-th points of the tiles that have one are a prefix:
    no padding.
    """
    parts = []
    for i in range(0, tiles.row.shape[0], CHUNK):
        parts.append(_direct(points, x, y, tiles.pick(slice(i, i + CHUNK)), scale, top))
    return torch.cat(parts) if len(parts) > 1 else parts[0]


def _direct(points: Points, x: Axis, y: Axis, tiles: Tiles, scale: float, top: float) -> Tensor:
    unit = 1.0 if math.isinf(scale) else scale
    width = int(tiles.real[0])
    rank = torch.arange(width, device=tiles.real.device)
    having: list[int] = (tiles.real[:, None] > rank).sum(0).tolist()
    tables = list(_tables(points, x, y, tiles, unit, having))
    least = tables[0][1][0] + tables[0][0][0]
    room = torch.empty_like(least)
    for j, energy in _terms(tables, room, having):
        if j > 0:
            torch.minimum(least[: having[j]], energy, out=least[: having[j]])
    if math.isinf(scale):
        return least
    if width > 1:
        having[0] = having[1]  # a lone point needs no sum
        total = torch.zeros_like(least[: having[0]])
        for j, energy in _terms(tables, room, having):
            total[: having[j]] += torch.sub(least[: having[j]], energy, out=energy).exp2_()
        least[: having[0]] -= total.log2_()
    return least.sub_(top).mul_(1 / scale)


def _tables(
    points: Points, x: Axis, y: Axis, tiles: Tiles, unit: float, having: list[int]
) -> Iterator[tuple[Tensor, Tensor]]:
    """The two axes' parts of the energies of the j-th points, (g, m, 1, side) and (g, m, side, 1),
    j in blocks.
    """
    values_x, values_y = x.values[tiles.column], y.values[tiles.row]
    start = 0
    while start < len(having):
        m = having[start]
        end = start + max(1, STRIP // (m * values_x.shape[1]))
        point = tiles.point[:m, start : min(end, len(having))].t()
        a = (values_x[:m] - points.x[point][..., None]).square_()
        if points.bias is not None:
            a += points.bias[point][..., None]
        b = (values_y[:m] - points.y[point][..., None]).square_()
        if unit != 1.0:
            a, b = a.mul_(unit), b.mul_(unit)
        yield a[:, :, None, :], b[:, :, :, None]
        start = end


def _terms(
    tables: list[tuple[Tensor, Tensor]], room: Tensor, having: list[int]
) -> Iterator[tuple[int, Tensor]]:
    """j and the energies (m, side, side) of the j-th points, in `room`."""
    j = 0
    for a, b in tables:
        for part_a, part_b in zip(a, b, strict=True):
            m = having[j]
            yield j, torch.add(part_b[:m], part_a[:m], out=room[:m])
            j += 1
