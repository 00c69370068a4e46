"""Free energy over a set of points, exactly, at every β from hot to cold. (docstring to be completed)"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.engine import tiles
from ebmviz.engine.prior import (
    Prior,
    check_axis,
    check_beta,
    check_finite,
    check_log_weights,
    check_matrix,
    normalised,
)
from ebmviz.engine.scattered import (
    free_energy_gradient,
    free_energy_points,
    responsibilities,
)

from ebmviz.engine.tile_sums import direct, product, product_limits

__all__ = [
    "free_energy_gradient",
    "free_energy_grid",
    "free_energy_points",
    "responsibilities",
]

LOG2E = math.log2(math.e)
HOT = 0.25  # below this β a sum's rounding, divided by β, would show
LARGE, SMALL = 64, 16  # sides of the tiles
WIDE_COUNT=256
D64=16
ONCE=32
FEW=128


@torch.no_grad()
def free_energy_grid(
    points: Tensor, y1: Tensor, y2: Tensor, beta: float, log_weights: Tensor | None = None
) -> Tensor:
    """F_β(y) = −(1/β) ln Σ_k p_k exp(−β‖y − points_k‖²) on the grid y1 × y2."""
    beta = check_beta(beta)
    check_matrix("points", points, 2)
    check_finite("points", points)
    check_axis("y1", y1)
    check_axis("y2", y2)
    y1, y2 = y1.to(points), y2.to(points)
    prior = Prior(None, 0.0)
    if log_weights is not None:
        check_log_weights(log_weights, points.shape[0])
        seen = torch.isfinite(log_weights)
        points, log_weights = points[seen], log_weights[seen]
        prior = normalised(log_weights)
    if beta == 0:
        return _mean(points, y1, y2, prior)
    offset = prior.log_total / beta
    top = _highest(points, y1, y2)
    if beta * top > 1e30:
        return _cold(points, y1, y2, math.inf, prior, top)
    out = None
    if beta * top <= 1e-7:
        out = _mean(points, y1, y2, prior)
    elif offset > 1.0:
        out = None
    elif beta < HOT:
        out = _hot(points, y1, y2, beta, prior)
    else:
        out = _cold(points, y1, y2, beta, prior, top)
    if out is None:
        out = _cold(points.double(), y1.double(), y2.double(), beta, prior, top)
    if offset:
        out = out.double().sub_(offset)
    return out.to(points.dtype)


def _highest(points: Tensor, y1: Tensor, y2: Tensor) -> float:
    """An upper bound of every energy in the window."""
    low, high = points.amin(0).tolist(), points.amax(0).tolist()
    total = 0.0
    for axis, values in ((0, y1), (1, y2)):
        first, last = values[0].item(), values[-1].item()
        total += max(high[axis] - first, last - low[axis]) ** 2
    return total


def _mean(points: Tensor, y1: Tensor, y2: Tensor, prior: Prior) -> Tensor:
    """F_0: the mean energy; it is a sum over the axes."""
    wide = points.double()
    parts = []
    for axis, values in ((0, y1), (1, y2)):
        square = (values.double()[None, :] - wide[:, axis, None]).square_()
        if prior.log_p is None:
            parts.append(square.mean(0))
        else:
            parts.append(prior.log_p.exp() @ square)
    return (parts[1][:, None] + parts[0][None, :]).to(points.dtype)


def _hot(points: Tensor, y1: Tensor, y2: Tensor, beta: float, prior: Prior) -> Tensor | None:
    """The product of expm1 tables: exact however small β is, as long as 1 + u stays away from 0."""
    a, b = _axis_parts(points, y1, 0), _axis_parts(points, y2, 1)
    least_a, least_b = a.amin(0), b.amin(0)
    a = torch.sub(least_a, a).mul_(beta).expm1_()
    b = torch.sub(least_b, b).mul_(beta).expm1_()
    if prior.log_p is None:
        weight = torch.full_like(points[:, 0], 1 / points.shape[0])
    else:
        weight = prior.log_p.exp().to(points)
    weighted = b * weight[:, None]
    # Sums over k by sum(), which adds pairwise: a matrix-vector product of 5000 terms loses a digit.
    u = (weighted.t() @ a).add_((a * weight[:, None]).sum(0)).add_(weighted.sum(0)[:, None])
    if u.amin().item() < -15 / 16:
        return None
    return torch.add(least_b[:, None], least_a).sub_(u.log1p_(), alpha=1 / beta)


def _cold(points: Tensor, y1: Tensor, y2: Tensor, beta: float, prior: Prior, highest: float) -> Tensor:
    """The product of exp tables, whole where it cannot underflow, else in tiles."""
    log_top, bias = -math.log(points.shape[0]), None
    if prior.log_p is not None:
        log_top = prior.log_p.max().item()
        if not math.isinf(beta):
            bias = ((log_top - prior.log_p) / beta).to(points)
    scale, top = beta * LOG2E, log_top * LOG2E
    if scale * highest < 1e5:
        gap = _sampled_gap(points, bias, y1, y2) * scale
        for dtype in (torch.float32, torch.float64):
            if dtype == torch.float64 and points.shape[0] > WIDE_COUNT: break
            if gap < -math.log2(_least_sum(points.shape[0], dtype)) + top:
                out, total = _whole(points.to(dtype), None if bias is None else bias.to(dtype), y1.to(dtype), y2.to(dtype), scale, top)
                if total.amin().item() >= _least_sum(points.shape[0], dtype):
                    return out.sub_(total.log2_(), alpha=1 / scale)
    return _tiled(points, bias, y1, y2, scale, top)


def _least_sum(count: int, dtype: torch.dtype) -> float:
    """A sum of `count` products above this has lost less than its last bit to underflow."""
    info = torch.finfo(dtype)
    return count * info.tiny * 8 / info.eps


def _axis_parts(points: Tensor, values: Tensor, axis: int, bias: Tensor | None = None) -> Tensor:
    """(K, n): one axis' part of the energies."""
    square = (values[None, :] - points[:, axis, None]).square_()
    return square if bias is None else square.add_(bias[:, None])


def _sampled_gap(points: Tensor, bias: Tensor | None, y1: Tensor, y2: Tensor) -> float:
    """The worst gap between the least energy and its two axes' least parts, on a 9 × 9 sample of the window."""
    some = [torch.linspace(0, len(v) - 1, min(len(v), 9)).long().to(v.device) for v in (y1, y2)]
    a = _axis_parts(points, y1[some[0]], 0, bias)
    b = _axis_parts(points, y2[some[1]], 1)
    least = (a[:, None, :] + b[:, :, None]).amin(0)
    return (least - a.amin(0) - b.amin(0)[:, None]).amax().item()


def _whole(
    points: Tensor, bias: Tensor | None, y1: Tensor, y2: Tensor, scale: float, top: float
) -> tuple[Tensor, Tensor]:
    """The whole grid as one product: F without its logarithm, and the sum whose logarithm it lacks."""
    floor = math.log2(torch.finfo(points.dtype).tiny)
    a, b = _axis_parts(points, y1, 0, bias), _axis_parts(points, y2, 1)
    least_a, least_b = a.amin(0), b.amin(0)
    right = torch.sub(least_a, a, out=a).mul_(scale).clamp_(min=floor).exp2_()
    left = torch.sub(least_b, b, out=b).mul_(scale).add_(top).clamp_(min=floor).exp2_()
    return least_b[:, None] + least_a, left.t() @ right


def _tiled(
    points: Tensor, bias: Tensor | None, y1: Tensor, y2: Tensor, scale: float, top: float
) -> Tensor:
    """The grid tile by tile: few points in one pass of tiles, many in large tiles first and small ones inside."""
    count = points.shape[0]
    side, parts = (ONCE, 1) if count <= FEW else (SMALL, LARGE // SMALL)
    known = tiles.with_padding(points, bias)
    x, y = tiles.cut(y1, side * parts), tiles.cut(y2, side * parts)
    rows, columns = y.centre.shape[0], x.centre.shape[0]
    mosaic = tiles.Mosaic(rows, columns, side, parts)
    task = Task(known, mosaic, scale, top, count)
    slack = (24 + math.log2(count) + max(0.0, -math.log2(scale))) / scale
    every = torch.arange(rows * columns, device=points.device)
    row, column = every // columns, every % columns
    if parts == 1:
        for seen in tiles.see(known, x, y, row, column, None, slack):
            task.leaves(x, y, seen)
        return mosaic.grid(y2.shape[0], y1.shape[0])
    fine_x, fine_y = tiles.cut(y1, side, parts), tiles.cut(y2, side, parts)
    for seen in tiles.see(known, x, y, row, column, None, slack):
        for group in task.products(x, y, seen, points.dtype):
            inner = tiles.split(group, parts)
            for leaf in tiles.see(known, fine_x, fine_y, *inner, slack):
                task.leaves(fine_x, fine_y, leaf)
    return mosaic.grid(y2.shape[0], y1.shape[0])


class Task(NamedTuple):
    known: tiles.Points
    mosaic: tiles.Mosaic
    scale: float
    top: float
    count: int

    def products(self, x: tiles.Axis, y: tiles.Axis, seen: tiles.Tiles, dtype: torch.dtype, more: int = 0) -> list[tiles.Tiles]:
        """Do the tiles where a product is safe; the others are returned in groups of similar count."""
        safe = _safe(seen, self.scale, self.count, dtype)
        if more:
            safe &= seen.count > more
        for group in tiles.by_count(seen.where(safe)):
            values = product(self.known, x, y, group, self.scale, self.top, dtype)
            self.mosaic.add(group, values.to(self.known.x.dtype))
        return tiles.by_count(seen.where(~safe))

    def leaves(self, x: tiles.Axis, y: tiles.Axis, seen: tiles.Tiles) -> None:
        if not math.isinf(self.scale):
            for dtype, more in ((self.known.x.dtype, 1), (torch.float64, D64)):
                safe = _safe(seen, self.scale, self.count, dtype) & (seen.count > more)
                for group in tiles.by_count(seen.where(safe)):
                    values = product(self.known, x, y, group, self.scale, self.top, dtype)
                    self.mosaic.add(group, values.to(self.known.x.dtype))
                seen = seen.where(~safe)
        if seen.row.shape[0]:
            order = torch.argsort(seen.count, descending=True)
            seen = seen.pick(order)
            self.mosaic.add(seen, direct(self.known, x, y, seen, self.scale, self.top))


def _safe(seen: tiles.Tiles, scale: float, count: int, dtype: torch.dtype) -> Tensor:
    if math.isinf(scale):
        return torch.zeros_like(seen.row, dtype=torch.bool)
    one, both = product_limits(count, dtype)
    if dtype == torch.float32:
        both = min(both, 12 * scale)
    return (seen.gap.amax(1) * scale < one) & (seen.gap.sum(1) * scale < both)
