"""F on a grid at small β, where it is so smooth that few places determine it.

The places are the Chebyshev nodes of a few tiles; there everything is computed in float64 as one
matrix product, and a polynomial through them gives the rest.

Why that is exact. Along one axis S(t) = Σ_k w_k e^{s_k t} with w_k > 0 and slopes s_k = 2βp_k in a
range of length D. Divided by its middle slope, no term turns by more than Db/2 at an imaginary part
b, so for b = 2τ/D and τ < π/2 all stay within τ of the real axis: |S| ≥ cos τ Σ|terms| > 0, ln S is
analytic there, and |ln S| varies by at most M = −ln cos τ + τ + Da/2 over the ellipse with half
axes a and b around the tile. A polynomial through n Chebyshev nodes of a tile of half width h
then errs by at most 4Mρ^{1−n}/(ρ − 1), with b/h = (ρ − 1/ρ)/2 (Trefethen, Approximation Theory and
Approximation Practice, theorem 8.2), times the Lebesgue constant of the other axis. Averages over
P(k|y) are quotients of two such sums: bounded by their largest value / cos τ.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.landscape.result import Landscape, Want

TURN = 0.48 * math.pi  # τ
TOLERANCE = (
    3e-8  # of an interpolated value, in units of the result: half of float32's last bit of 1
)
RANGE = 600.0  # nats that float64 holds with room to spare
ROWS = 64  # of the grid at once where nothing is interpolated along y2


class Side(NamedTuple):
    """One axis: the `nodes` (n,) to compute at, and `weights` (tiles, side, n / tiles) to the axis,
    None where the nodes are the axis itself.
    """

    nodes: Tensor
    weights: Tensor | None
    length: int

    @property
    def work(self) -> int:
        """Multiplications that carry one line of nodes to the axis."""
        return 0 if self.weights is None else self.weights.numel()


class _Mixture(NamedTuple):
    """The points relative to the window's centre, in float64, and their weights at β."""

    q: Tensor
    square: Tensor
    """‖q‖² and the constant energy."""
    log_p: Tensor
    middle: float
    """`square` of the point with the largest term at the centre: taken out of every exponent."""
    beta: float


def smooth(
    points: Tensor,
    bias: Tensor | None,
    log_p: Tensor | None,
    y1: Tensor,
    y2: Tensor,
    beta: float,
    want: Want,
    dtype: torch.dtype,
    budget: float = math.inf,
) -> Landscape | None:
    """The landscape in `dtype`, or None where it takes more than `budget` multiplications.

    points (K, 2), bias (K,) energies, log_p (K,) normalised, y1 (W,), y2 (H,), all float64; beta in
    ]0, ∞[. Also None where float64 could not hold the terms. The nearest point is left out.
    """
    centre = torch.stack([(y1[0] + y1[-1]) / 2, (y2[0] + y2[-1]) / 2])
    q, u, v = points - centre, y1 - centre[0], y2 - centre[1]
    square = q.square().sum(1) + (0 if bias is None else bias)
    prior = torch.full_like(square, -math.log(len(q))) if log_p is None else log_p
    first = (prior - beta * square).argmax()
    known = _Mixture(q, square, prior, float(square[first]), beta)
    low, high = q.amin(0).tolist(), q.amax(0).tolist()
    reach = [2 * beta * max(high[i], -low[i]) * float(axis[-1]) for i, axis in enumerate((u, v))]
    if 2 * reach[0] + reach[1] - float(prior[first]) > RANGE:
        return None
    bound = max(float(square.max()), 1.0) if want.split or want.gradient else 1.0
    slopes = [2 * beta * (high[i] - low[i]) for i in (0, 1)]
    across, along = _side(u, slopes[0], beta, bound), _side(v, slopes[1], beta, bound)
    s, t = across.nodes, along.nodes
    if len(s) * len(t) * len(q) + len(t) * across.work + len(u) * along.work > budget:
        return None
    # Without interpolation along y2 a few rows at a time are enough, and small.
    parts = [t] if along.weights is not None else list(torch.split(t, ROWS))
    found: list[list[Tensor]] = []
    for rows in parts:
        here = along if along.weights is not None else Side(rows, None, len(rows))
        values = [f for f in _at_nodes(known, s, rows, want) if f is not None]
        found.append([_spread(f, across, here, dtype) for f in values])
    free, *more = (torch.cat(f, -2) for f in zip(*found, strict=True))
    gradient = more.pop(0) if want.gradient else None
    mean, entropy = more if want.split else (None, None)
    return Landscape(free, gradient, None, mean, entropy)


def _at_nodes(known: _Mixture, s: Tensor, t: Tensor, want: Want) -> Landscape:
    """Everything at the places s × t, relative to the centre, by one product per sum."""
    q, square, prior, middle, beta = known
    right = torch.exp(2 * beta * q[:, :1] * s)
    left = torch.exp(2 * beta * t[:, None] * q[:, 1] + (prior - beta * (square - middle)))
    total = left @ right
    radius = t.square()[:, None] + s.square()
    free = radius + middle - total.log() / beta
    if not want.gradient and not want.split:
        return Landscape(free)
    east, north = ((left * q[:, i]) @ right / total for i in (0, 1))
    gradient = torch.stack([2 * (s - east), 2 * (t[:, None] - north)]) if want.gradient else None
    if not want.split:
        return Landscape(free, gradient)
    mean = radius - 2 * (s * east + t[:, None] * north) + (left * square) @ right / total
    return Landscape(free, gradient, None, mean, beta * (mean - free))


def _side(axis: Tensor, slope: float, beta: float, bound: float) -> Side:
    """The cheapest division of an axis in tiles of Chebyshev nodes, if it saves a third."""
    count = len(axis)
    best = (count * 2 / 3, 0, 0)
    for tiles in (1, 2, 4, 8, 16):
        side = -(-count // tiles)
        first = axis[::side]
        if side < 8 or len(first) != tiles:
            continue
        last = axis[side - 1 :: side]
        last = last if len(last) == tiles else torch.cat([last, axis[-1:]])
        half = float((last - first).max()) / 2
        nodes = _nodes(slope, half, beta, bound)
        best = min(best, (nodes * tiles, tiles, nodes))
    if not best[1]:
        return Side(axis, None, count)
    return _tiled(axis, best[1], best[2])


def _nodes(slope: float, half: float, beta: float, bound: float) -> int:
    """Nodes per tile that keep the error below TOLERANCE (the docstring's bound)."""
    if slope * half == 0.0:
        return 3
    ratio = 2 * TURN / (slope * half)  # b / h
    rho = ratio + math.hypot(ratio, 1.0)
    vary = TURN - math.log(math.cos(TURN)) + slope * half * (rho + 1 / rho) / 4
    worst = max(vary / min(beta, 1.0), bound / math.cos(TURN))
    degree = math.log(4 * worst / ((rho - 1) * TOLERANCE)) / math.log(rho)
    return max(3, math.ceil(degree) + 1)


def _tiled(axis: Tensor, tiles: int, nodes: int) -> Side:
    """Chebyshev nodes of each tile, and the barycentric weights from them to its places."""
    count = len(axis)
    side = -(-count // tiles)
    padded = torch.cat([axis, axis[-1:].expand(tiles * side - count)]).view(tiles, side)
    angle = (torch.arange(nodes, device=axis.device, dtype=axis.dtype) + 0.5) * (math.pi / nodes)
    first, last = padded[:, :1], padded[:, -1:]
    at = (first + last) / 2 + (last - first) / 2 * angle.cos()
    sign = 1.0 - 2.0 * (torch.arange(nodes, device=axis.device) % 2)
    gap = padded[:, :, None] - at[:, None, :]
    share = sign * angle.sin() / gap
    share = torch.where(gap == 0, 1e300, share)  # a place on a node takes its value
    return Side(at.reshape(-1), share / share.sum(2, keepdim=True), count)


def _spread(values: Tensor, across: Side, along: Side, dtype: torch.dtype) -> Tensor:
    """(…, n2, n1) values at the nodes -> (…, H, W) in `dtype`."""
    if values.dim() > 2:
        return torch.stack([_spread(part, across, along, dtype) for part in values])
    if across.weights is not None:
        tiles, side, nodes = across.weights.shape
        parts = values.view(-1, tiles, nodes).transpose(0, 1)
        wide = torch.bmm(parts, across.weights.transpose(1, 2))  # (tiles, n2, side)
        values = wide.transpose(0, 1).reshape(-1, tiles * side)[:, : across.length]
    if along.weights is None:
        return values.to(dtype)
    tiles, side, nodes = along.weights.shape
    out = values.new_empty((tiles * side, values.shape[1]), dtype=dtype)
    for i in range(tiles):
        out[i * side : (i + 1) * side] = along.weights[i] @ values[i * nodes : (i + 1) * nodes]
    return out[: along.length]
