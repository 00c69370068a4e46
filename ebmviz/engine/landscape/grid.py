"""The free energy of a set of points on a grid: exact at every β, in the time of a frame.

What is computed. For points p_k (a decoder's manifold, K-means centres, stored patterns) and
E_k(y) = ‖y − p_k‖²,
    F_β(y) = −(1/β) ln Σ_k p_k e^{−βE_k(y)},   F_∞ = min_k E_k,   F_0 = mean_k E_k,
normalised (p_k = 1/K unless log weights are given), low energy = likely; on request ∇F, the nearest
point, and F split in ⟨E⟩ and entropy. Unequal weights enter as constant energies (ln p_max − ln
p_k)/β, a plane through a higher-dimensional y as the squared distances from the plane.

How, on a CPU. The grid is a quadtree of tiles; each tile keeps the points that it can see.
- Within a tile E_k − E_0 is linear in y, so e^{−β(E_k − E_0)} is a product of a function of y1 and
  one of y2, and the sum over k an (h × K)(K × w) matrix product: K(h + w) exponentials instead of
  Khw. All terms are positive and relative to the tile's nearest point, whose own is 1, so a sum is
  right to a few units in the last place, F to that over β. It is used where no factor exceeds 2^40.
- Where β is too large for that, tiles are small and see few points: term by term, relative to the
  least energy of each place. The larger β, the fewer points a tile sees, but each now costs an
  exponential at every place: a map just beyond the change takes up to three times as long as one
  just before it, and from there on less with β, down to what the points seen at β = ∞ ask for.
- β < ¼, where a sum's rounding over β would show, and many points at moderate β: F is so smooth
  that float64 values at few Chebyshev nodes determine it to float32's last bit (`chebyshev` has
  the proof).
- β = ∞: the least energy of the points that a tile sees, without an exponential, so the fastest.

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
A tile inside another starts from the points seen there: what the larger one cannot see, it cannot.

On a GPU one fused kernel goes over all points (`gpu`), plain torch elsewhere and for float64
(`blocks`).

Source: Canziani 2020 (its broadcast formula is the reference in the tests).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.landscape.blocks import by_blocks
from ebmviz.engine.landscape.chebyshev import smooth
from ebmviz.engine.landscape.checks import (
    check_axis,
    check_beta,
    check_finite,
    check_log_weights,
    check_matrix,
    check_plane,
)
from ebmviz.engine.landscape.gpu import available, by_kernel
from ebmviz.engine.landscape.points import HOT, exact_dtype
from ebmviz.engine.landscape.quadtree import by_tiles
from ebmviz.engine.landscape.result import Landscape, Want
from ebmviz.engine.landscape.scattered import (
    free_energy_gradient,
    free_energy_points,
    responsibilities,
)
from ebmviz.engine.landscape.tiles.code import walk as made

__all__ = [
    "Landscape",
    "free_energy_gradient",
    "free_energy_grid",
    "free_energy_points",
    "landscape_grid",
    "landscape_plane",
    "responsibilities",
]

WORTHWHILE = 1 << 26  # places times points from which `smooth` may beat the tiles,
CHEAPER = 0.3  # if it takes less than this part of their multiplications
MANY = 256  # terms whose float32 sum, divided by a β below 1, has a rounding to be seen
CANCELS = 8.0  # energy units of −ln Σp/β from which float32 would lose digits of F


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

    Raises ValueError for shapes that do not fit, no points, a negative or NaN beta and, on a CPU,
    NaN or infinite coordinates, axes that do not ascend, and log_weights that are all −∞, or NaN
    (on a GPU they pass through: looking for them would stall the queue).
    Source: Canziani 2020; the module's docstring has the method
    and its proof.
    """
    return landscape_grid(points, y1, y2, beta, log_weights).free_energy


@torch.no_grad()
def landscape_grid(
    points: Tensor,
    y1: Tensor,
    y2: Tensor,
    beta: float,
    log_weights: Tensor | None = None,
    *,
    gradient: bool = False,
    nearest: bool = False,
    split: bool = False,
) -> Landscape:
    """F as `free_energy_grid` returns it and, if asked for, ∇F, the nearest point, ⟨E⟩ and entropy.

    Arguments and errors as there. What was not asked for is None. Errors as of F, in units of E and
    of √E; the entropy's, in nats, ≤ 2e-5 max(1, ln K) + 2e-7 β times the largest energy in sight.
    """
    check_matrix("points", points, 2)
    return _checked(points, None, y1, y2, beta, log_weights, Want(gradient, nearest, split))


@torch.no_grad()
def landscape_plane(
    points: Tensor,
    origin: Tensor,
    axes: Tensor,
    y1: Tensor,
    y2: Tensor,
    beta: float,
    log_weights: Tensor | None = None,
    *,
    gradient: bool = False,
    nearest: bool = False,
    split: bool = False,
) -> Landscape:
    """The landscape of D-dimensional points on the plane y = origin + y1 axes[0] + y2 axes[1].

    points (K, D), D ≥ 2, origin (D,), axes (2, D) orthonormal to 1e-5; the rest as in
    `landscape_grid`. E_k = ‖y − p_k‖² is the squared distance within the plane plus a constant, the
    squared distance of p_k from it. The gradient is the one along the plane's two axes.

    Raises ValueError as `landscape_grid` does, and for axes that are not orthonormal.
    """
    check_matrix("points", points)
    check_plane(points, origin, axes)
    wide = exact_dtype(points)
    away, axes = points.to(wide) - origin.to(wide), axes.to(wide)
    within = away @ axes.t()
    outside = (away - within @ axes).square().sum(1)
    want = Want(gradient, nearest, split)
    found = _checked(within, outside, y1, y2, beta, log_weights, want, points.dtype)
    return _as(found, points.dtype)


class _Task(NamedTuple):
    """Points with constant energies `bias` and normalised `log_p` (or None), and the grid."""

    points: Tensor
    bias: Tensor | None
    log_p: Tensor | None
    y1: Tensor
    y2: Tensor

    def to(self, dtype: torch.dtype) -> _Task:
        """The same in another precision."""
        bias, log_p = (None if t is None else t.to(dtype) for t in (self.bias, self.log_p))
        y1, y2 = self.y1.to(dtype), self.y2.to(dtype)
        return _Task(self.points.to(dtype), bias, log_p, y1, y2)


def _checked(
    points: Tensor,
    bias: Tensor | None,
    y1: Tensor,
    y2: Tensor,
    beta: float,
    log_weights: Tensor | None,
    want: Want,
    dtype: torch.dtype | None = None,
) -> Landscape:
    """`dtype`: the digits that are wanted, if not those of the points."""
    dtype = dtype or points.dtype
    beta = check_beta(beta)
    check_finite("points", points)
    check_axis("y1", y1)
    check_axis("y2", y2)
    task = _Task(points, bias, None, y1.to(points), y2.to(points))
    if log_weights is None:
        return _landscape(task, beta, want, dtype)
    check_log_weights(log_weights, points.shape[0])
    wide = log_weights.to(exact_dtype(points))
    total = torch.logsumexp(wide, 0)
    task = task._replace(log_p=wide - total)
    if not 0 < beta < math.inf:
        return _landscape(task, beta, want, dtype)
    precise = points.device.type == "cpu" and float(total) > CANCELS * beta
    out = _landscape(task, beta, want, dtype, precise)
    out = out._replace(free_energy=out.free_energy.to(total) - total / beta)
    return _as(out, dtype)


def _landscape(
    task: _Task, beta: float, want: Want, dtype: torch.dtype, precise: bool = False
) -> Landscape:
    """By the fastest way with the digits of `dtype`; with float64's all through if `precise`."""
    points = task.points
    if points.device.type != "cpu":
        task = task.to(dtype)
        return (by_kernel if available(task.points) else by_blocks)(*task, beta, want)
    highest = _highest(task)
    if beta * highest <= 1e-7:  # F_0 − F ≤ (β/2) Var E ≤ (β/2) highest F_0
        return by_blocks(*task, 0.0, want)
    if dtype == torch.float64:
        return by_blocks(*task.to(dtype), beta, want)
    if beta * highest > 1e30:  # float32 could not hold βE, nor tell F from F_∞
        beta = math.inf
    walk = made()
    work = len(points) * len(task.y1) * len(task.y2)
    warm = beta < HOT or precise
    needed = warm or walk is None or (beta < 1 and len(points) > MANY)
    if beta < math.inf and (needed or work > WORTHWHILE):
        digits = torch.float64 if precise else dtype
        budget = math.inf if needed else CHEAPER * work
        found = smooth(*task.to(torch.float64), beta, want, digits, budget)
        if found is not None:
            if want.nearest:
                least = _landscape(task, math.inf, Want(nearest=True), dtype)
                found = found._replace(nearest=least.nearest)
            return found
    if walk is not None and not warm:
        return by_tiles(walk, *task, beta, want)
    return by_blocks(*task.to(torch.float64 if precise else dtype), beta, want)


def _highest(task: _Task) -> float:
    """An upper bound of every energy in the window."""
    places = task.points.detach().numpy()
    low, high = places.min(0), places.max(0)
    total = 0.0 if task.bias is None else float(task.bias.max())
    for axis, values in ((0, task.y1), (1, task.y2)):
        first, last = float(values[0]), float(values[-1])
        total += max(float(high[axis]) - first, last - float(low[axis])) ** 2
    return total


def _as(found: Landscape, dtype: torch.dtype) -> Landscape:
    """The same with every number but the index in `dtype`."""
    gradient, mean, entropy = (
        None if part is None else part.to(dtype)
        for part in (found.gradient, found.mean_energy, found.entropy)
    )
    return Landscape(found.free_energy.to(dtype), gradient, found.nearest, mean, entropy)
