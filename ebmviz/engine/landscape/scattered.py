"""Free energy at scattered places, with gradients: data, chains, cross-sections, probes.

The energies are formed directly, E = Σ_d (y_d − p_d)², so that nothing cancels; `softmin` makes
F_β of them. The gradients are ∂F/∂y = Σ_k P(k|y) 2(y − p_k),
∂F/∂p_k = −Σ_n P(k|y_n) 2(y_n − p_k) and ∂F/∂ln p_k = −P(k|y)/β: nothing is kept of the way
through the logarithm, and large problems go through in blocks, forward and backward.
Source: Canziani 2020; LeCun et al. 2006 for the conventions (low energy =
likely).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ebmviz.engine.landscape import differentiation, distances
from ebmviz.engine.landscape.checks import check_beta, check_finite, check_log_weights, check_matrix
from ebmviz.engine.landscape.differentiation import pull, with_ones
from ebmviz.engine.landscape.memory import in_parts
from ebmviz.engine.landscape.softmin import posterior_of, softmin_evenly


def free_energy_points(
    points: Tensor, y: Tensor, beta: float, log_weights: Tensor | None = None
) -> Tensor:
    """F_β at scattered places: F = −(1/β) ln Σ_k p_k exp(−β‖y − points_k‖²), F_∞ = min_k, F_0 =
    mean_k.

    points (K, D) and y (N, D), float32 or float64, any D; beta in [0, ∞]; log_weights (K,) = ln
    p_k, used as given (not renormalised; −∞ removes a point), None for the uniform 1/K. Returns
    (N,), in energy units (those of y²). At β = 0 the weights are normalised, F_0 = Σ p E / Σ p;
    above it Σp ≠ 1 shows as −ln Σp / β. Differentiable in points, y and log_weights, also twice.
    Memory is bounded: blocks of 2¹⁸ elements (2²⁵ off the CPU), smaller where memory is short.

    Raises ValueError for shapes that do not fit, no points, a negative or NaN beta, log_weights all
    −∞ and, on the CPU, for NaN in points or y (on a GPU NaN passes through: looking for it would
    stall the queue).
    """
    beta = _check(points, y, beta, log_weights)
    out = differentiation.free_energy(points, y, log_weights, beta, False)
    _check_numbers(out, points, y)
    return out


def unchecked(points: Tensor, y: Tensor, beta: float, log_p: Tensor | None = None) -> Tensor:
    """`free_energy_points` of arguments that fit: NaN passes through, for training to meet; of
    log_p it is known that Σp = 1 but for roundings, which a small β would blow up.
    """
    return differentiation.free_energy(points, y, log_p, beta, True)


def responsibilities(
    points: Tensor, y: Tensor, beta: float, log_weights: Tensor | None = None
) -> Tensor:
    """P(k|y) = softargmax_β[−E]: (N, K), in [0, 1], each row summing to 1; differentiable.

    β = 0 gives the normalised prior (uniform without log_weights), β = ∞ one-hot at the nearest
    point (the first of ties). Arguments and errors as in `free_energy_points`.
    """
    beta = _check(points, y, beta, log_weights)
    out = posterior_of(distances.energies(points, y), beta, log_weights)
    _check_numbers(out, points, y)
    return out


def free_energy_gradient(
    points: Tensor, y: Tensor, beta: float, log_weights: Tensor | None = None
) -> Tensor:
    """∂F_β/∂y = Σ_k P(k|y) 2(y − p_k): (N, D), the weighted average of the arrows; not itself
    differentiable.

    Arguments, blocks and errors as in `free_energy_points`.
    """
    beta = _check(points, y, beta, log_weights)
    with torch.no_grad():
        origin = points.mean(0)
        sources, targets = with_ones(points - origin), with_ones(y - origin)

        def moments(rows: slice) -> Tensor:
            return posterior_of(distances.energies(points, y[rows]), beta, log_weights) @ sources

        summed = torch.empty_like(targets)
        for rows, part in in_parts(y.shape[0], distances.rows_at_once(points), moments):
            summed[rows] = part
        out = pull(targets, summed)
    _check_numbers(out, points, y)
    return out


def free_energy_and_pull(
    points: Tensor, y: Tensor, beta: float
) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """F_β at y, (N,), and the function that takes ∂L/∂F (N,) to ∂L/∂points (K, D).

    The numbers of `free_energy_points` with log_weights None and of its derivative, without
    autograd's bookkeeping, which costs more than a small problem itself. To be called where
    gradients are off. points (K, D), y (N, D), beta in [0, ∞]; nothing is checked, NaN passes
    through.
    """
    beta = check_beta(beta)
    out, kept = differentiation.forward(points, y, None, beta, True)

    def pull_on_points(slope: Tensor) -> Tensor:
        on_points = differentiation.backward(
            points, y, None, beta, kept, slope, (True, False, False)
        )[0]
        assert on_points is not None
        return on_points

    return out, pull_on_points


def free_energies(points: Tensor, y: Tensor, beta: float) -> Tensor:
    """F_β at y (N, D) for each of M small point sets (M, K, D): (M, N), without a gradient.

    As `free_energy_points` with log_weights None, but nothing is checked, and M N K numbers are
    held at once. A set's results do not depend, to the last bit, on the others.
    """
    beta = check_beta(beta)
    with torch.no_grad():
        energy = distances.by_axis(points, y)
        rows = energy.flatten(0, 1)
        if 0 < beta < math.inf:
            out = softmin_evenly(rows, beta, share=False, placeless=True)[0]
        else:
            out = rows.mean(1) if beta == 0 else rows.amin(1)
        return out.view(energy.shape[:2])


def _check(points: Tensor, y: Tensor, beta: float, log_weights: Tensor | None) -> float:
    check_matrix("points", points)
    check_matrix("y", y, points.shape[1])
    if log_weights is not None:
        check_log_weights(log_weights, points.shape[0])
    return check_beta(beta)


def _check_numbers(out: Tensor, points: Tensor, y: Tensor) -> None:
    """Name the guilty input, looked for only when the result is not finite, and never on a GPU's
    time.
    """
    if out.device.type == "cpu" and not math.isfinite(out.detach().sum().item()):
        check_finite("points", points)
        check_finite("y", y)
