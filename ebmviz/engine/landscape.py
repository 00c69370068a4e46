"""The free energy of a set of points on a grid: exact at every β, in the time of a frame.

What is computed. For points p_k (a decoder's manifold, K-means centres, stored patterns) and
E_k(y) = ‖y − p_k‖²,
    F_β(y) = −(1/β) ln Σ_k p_k e^{−βE_k(y)},   F_∞ = min_k E_k,   F_0 = mean_k E_k,
normalised (p_k = 1/K unless log weights are given), low energy = likely.

Why a product. E_k is a sum over the axes, so e^{−βE_k} is a product of a function of y1 and one of
y2, and the sum over k is an (H × K)(K × W) matrix product: K(H + W) exponentials instead of KHW, at
any β. Each axis' energies are formed by differences, (y − p)², and taken relative to their own
least value over k, so every factor is in (0, 1].

Why it is exact.
- Plain product (β ≥ ¼): all terms are positive, so the sum has a relative error of a few ulp, F an
  absolute one of a few ulp of 1/β and of F. What underflowed is below K·tiny: if the least sum on
  the grid is above that by 2²⁴ nothing was lost. The check is made on the sum itself, afterwards.
  Float64 carries few points eight times further in β.
- Small β: the factors are kept as A = e^a − 1 ≤ 0 and B = e^b − 1 ≤ 0. Then e^{a+b} − 1 = AB + A +
  B, again a product plus rank-one terms, and |AB| + |A| + |B| ≤ 3 |AB + A + B|: u = Σ p_k (AB + A +
  B) is accurate relative to itself, −ln(1 + u)/β relative to F as long as 1 + u ≥ 1/16. Beyond,
  −ln(1 + u)/β ≥ 2.7/β: float64 takes over.
- Where the product underflows (large β) the grid is cut in tiles, and each tile keeps only the
  points it can see: a product again, relative to the tile's nearest point, or a few terms one by
  one. The larger β, the fewer points.

The bound that drops a point. Let c be a tile's centre, h its half sides, 0 the point of least
energy at c.
1. E_k(y) − E_0(y) = [E_k(c) − E_0(c)] − 2 (p_k − p_0)·(y − c): the squares of y cancel, the rest is
   linear.
2. |y − c| ≤ h on each axis, so E_k − E_0 ≥ L_k = [E_k(c) − E_0(c)] − 2 |p_k − p_0|·h in the whole
   tile.
3. If L_k > T/β, then e^{−βE_k} < e^{−T} e^{−βE_0} ≤ e^{−T} Σ_j e^{−βE_j} at every place of the
   tile.
4. At most K points are dropped, so the sum changes by a factor between 1 − K e^{−T} and 1.
5. T = 24 ln 2 + ln K makes K e^{−T} = 2⁻²⁴, half of float32's last bit (and T + ln(1/β) the same
   for F where β < 1).
Unequal weights enter as energies, E_k + (ln p_max − ln p_k)/β: constants, so nothing above changes.

Source: the NYU practicum "Training latent variable EBMs" (its broadcast formula is the reference in
the tests).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

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
from ebmviz.engine.tiled import free_energy_by_tiles

__all__ = [
    "free_energy_gradient",
    "free_energy_grid",
    "free_energy_points",
    "responsibilities",
]

LOG2E = math.log2(math.e)
HOT = 0.25  # below this β a sum's rounding, divided by β, would show
WIDE_COUNT = 256  # up to this many points a float64 product of the whole grid beats tiles


@torch.no_grad()
def free_energy_grid(
    points: Tensor, y1: Tensor, y2: Tensor, beta: float, log_weights: Tensor | None = None
) -> Tensor:
    """F_β(y) = −(1/β) ln Σ_k p_k exp(−β‖y − points_k‖²) on the grid y1 × y2; F_∞ = min, F_0 = mean.

    points (K, 2), y1 (W,) and y2 (H,) ascending (evenly spaced or not), float32 or float64; beta in
    [0, ∞]. log_weights (K,) = ln p_k, used as given (not renormalised; −∞ removes a point), None
    for the uniform 1/K. At β = 0 the weights are normalised, F_0 = Σ p E / Σ p; above it Σp ≠ 1
    shows as −ln Σp / β, which diverges as β → 0; at β = ∞ they only say which points exist.
    Returns (H, W) in energy units (those of y²), of the points' dtype and on their device, without
    a gradient; within float32's rounding, |error| ≤ 5e-6 max(1, |F|), for every β. float64 points
    give float64 results.

    Raises ValueError for shapes that do not fit, no points, NaN or infinite coordinates, axes that
    do not ascend, a negative or NaN beta, and log_weights that are all −∞, or NaN.
    Source: the NYU practicum "Training latent variable EBMs"; the module's docstring has the method
    and its proof.
    """
    beta = check_beta(beta)
    check_matrix("points", points, 2)
    check_finite("points", points)
    check_axis("y1", y1)
    check_axis("y2", y2)
    y1, y2 = y1.to(points), y2.to(points)
    prior = Prior(None, 0.0)
    if log_weights is not None:
        check_log_weights(log_weights, points.shape[0])
        present = log_weights > -math.inf
        points, prior = points[present], normalised(log_weights[present])
    highest = _highest(points, y1, y2)
    if beta * highest <= 1e-7:  # F_0 − F ≤ (β/2) Var E ≤ (β/2) highest F_0
        out = _mean(points, y1, y2, prior)
    elif beta * highest > 1e30:  # float32 could not hold βE, nor tell F from F_∞
        out = _cold(points, y1, y2, math.inf, prior, highest)
    else:
        out = _between(points, y1, y2, beta, prior, highest)
    if prior.log_total and 0 < beta < math.inf:
        out = out.double().sub_(prior.log_total / beta)
    return out.to(points.dtype)


def _highest(points: Tensor, y1: Tensor, y2: Tensor) -> float:
    """An upper bound of every energy in the window."""
    low, high = points.amin(0).tolist(), points.amax(0).tolist()
    total = 0.0
    for axis, values in ((0, y1), (1, y2)):
        first, last = values[0].item(), values[-1].item()
        total += max(high[axis] - first, last - low[axis]) ** 2
    return total


def _axis_parts(points: Tensor, values: Tensor, axis: int, bias: Tensor | None = None) -> Tensor:
    """(K, n): one axis' part of the energies."""
    square = (values[None, :] - points[:, axis, None]).square_()
    return square if bias is None else square.add_(bias[:, None])


def _mean(points: Tensor, y1: Tensor, y2: Tensor, prior: Prior) -> Tensor:
    """F_0, the mean energy: a sum over the axes, like the energies."""
    a, b = (_axis_parts(points.double(), v.double(), i) for i, v in enumerate((y1, y2)))
    if prior.log_p is None:
        return b.mean(0)[:, None] + a.mean(0)
    p = prior.log_p.exp()
    return (p @ b)[:, None] + p @ a


def _between(
    points: Tensor, y1: Tensor, y2: Tensor, beta: float, prior: Prior, highest: float
) -> Tensor:
    """F without −ln Σp / β, at a finite β > 0, with as many digits as that needs."""
    if prior.log_total <= beta:  # otherwise −ln Σp / β cancels against F: more digits
        if beta >= HOT:
            return _cold(points, y1, y2, beta, prior, highest)
        out = _hot(points, y1, y2, beta, prior)
        if out is not None:
            return out
    return _cold(points.double(), y1.double(), y2.double(), beta, prior, highest)


def _hot(points: Tensor, y1: Tensor, y2: Tensor, beta: float, prior: Prior) -> Tensor | None:
    """The product of expm1 tables; None where 1 + u comes too near 0."""
    a, b = _axis_parts(points, y1, 0), _axis_parts(points, y2, 1)
    least_a, least_b = a.amin(0), b.amin(0)
    a = torch.sub(least_a, a, out=a).mul_(beta).expm1_()
    b = torch.sub(least_b, b, out=b).mul_(beta).expm1_()
    count = points.shape[0]
    p = points.new_full((count, 1), 1 / count)
    if prior.log_p is not None:
        p = prior.log_p.exp().to(points)[:, None]
    b *= p
    # Sums over k by sum(), which adds pairwise: a matrix-vector product of 5000 terms loses a
    # digit.
    u = (b.t() @ a).add_((a * p).sum(0)).add_(b.sum(0)[:, None])
    if u.amin().item() < -15 / 16:
        return None
    return (least_b[:, None] + least_a).sub_(u.log1p_(), alpha=1 / beta)


def _cold(
    points: Tensor, y1: Tensor, y2: Tensor, beta: float, prior: Prior, highest: float
) -> Tensor:
    """The product of exp tables: of the whole grid where that is safe, else of its tiles."""
    count = points.shape[0]
    log_top, bias = -math.log(count), None
    if prior.log_p is not None:
        log_top = prior.log_p.max().item()
        bias = None if math.isinf(beta) else ((log_top - prior.log_p) / beta).to(points)
    scale, top = beta * LOG2E, log_top * LOG2E
    if scale * highest < 1e5:  # else not worth a look
        gap = _sampled_gap(points, bias, y1, y2) * scale
        dtypes = [points.dtype]
        if points.dtype == torch.float32 and count <= WIDE_COUNT:
            dtypes.append(torch.float64)
        for dtype in dtypes:
            out = None
            if gap < top - math.log2(_least_sum(count, dtype)):
                out = _whole(points.to(dtype), bias, y1.to(dtype), y2.to(dtype), scale, top)
            if out is not None:
                return out
    return free_energy_by_tiles(points, bias, y1, y2, scale, top)


def _least_sum(count: int, dtype: torch.dtype) -> float:
    """A sum of `count` products above this has lost less than its last bit to underflow."""
    info = torch.finfo(dtype)
    return count * info.tiny * 8 / info.eps


def _sampled_gap(points: Tensor, bias: Tensor | None, y1: Tensor, y2: Tensor) -> float:
    """The worst gap between the least energy and its two axes' least parts, on a 9 × 9 sample of
    the window.
    """
    some = [torch.linspace(0, len(v) - 1, min(len(v), 9)).long().to(v.device) for v in (y1, y2)]
    a = _axis_parts(points, y1[some[0]], 0, bias)
    b = _axis_parts(points, y2[some[1]], 1)
    least = (a[:, None, :] + b[:, :, None]).amin(0)
    return (least - a.amin(0) - b.amin(0)[:, None]).amax().item()


def _whole(
    points: Tensor, bias: Tensor | None, y1: Tensor, y2: Tensor, scale: float, top: float
) -> Tensor | None:
    """The whole grid as one product; None if some sum is so small that terms may have been lost."""
    floor = math.log2(
        torch.finfo(points.dtype).tiny
    )  # no subnormal factors: they are slow on some processors
    bias = bias if bias is None else bias.to(points)
    a, b = _axis_parts(points, y1, 0, bias), _axis_parts(points, y2, 1)
    least_a, least_b = a.amin(0), b.amin(0)
    right = torch.sub(least_a, a, out=a).mul_(scale).clamp_(min=floor).exp2_()
    left = torch.sub(least_b, b, out=b).mul_(scale).add_(top).clamp_(min=floor).exp2_()
    total = left.t() @ right
    if total.amin().item() < _least_sum(points.shape[0], points.dtype):
        return None
    return (least_b[:, None] + least_a).sub_(total.log2_(), alpha=1 / scale)
