"""Free energy at scattered places, with gradients: data, chains, cross-sections, probes.

The energies are formed directly, E = Σ_d (y_d − p_d)², so that nothing cancels, and shifted by
their minimum m over k:
    F_β = m − (1/β) ln Σ_k p_k e^{−β(E_k − m)}.
Where β is small the sum is 1 + u with u = Σ_k p_k expm1(−β(E_k − m)), and ln(1 + u) keeps every
digit of u; where 1 + u is itself small, −ln(1 + u) ≥ 2.7 and the plain logarithm of the sum is as
good. The gradients are ∂F/∂y = Σ_k P(k|y) 2(y − p_k), ∂F/∂p_k = −Σ_n P(k|y_n) 2(y_n − p_k) and
∂F/∂ln p_k = −P(k|y)/β: nothing is kept of the way through the logarithm, and large problems go
through in blocks, forward and backward.
Source: the NYU practicum "Training latent variable EBMs"; L06 for the conventions (low energy =
likely).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from ebmviz.engine.prior import check_beta, check_finite, check_log_weights, check_matrix

BLOCK = 1 << 18  # elements of the largest temporary: it stays in the cache
SMALL = 1 << 16  # up to here P(k|y) and the arrows are kept from forward to backward
LOG2E = math.log2(math.e)
HOT = 0.25  # below this β a sum's rounding, divided by β, would show


def free_energy_points(
    points: Tensor, y: Tensor, beta: float, log_weights: Tensor | None = None
) -> Tensor:
    """F_β at scattered places: F = −(1/β) ln Σ_k p_k exp(−β‖y − points_k‖²), F_∞ = min_k, F_0 =
    mean_k.

    points (K, D) and y (N, D), float32 or float64, any D; beta in [0, ∞]; log_weights (K,) = ln
    p_k, used as given (not renormalised; −∞ removes a point), None for the uniform 1/K. Returns
    (N,), in energy units (those of y²). At β = 0 the weights are normalised, F_0 = Σ p E / Σ p;
    above it Σp ≠ 1 shows as −ln Σp / β. Differentiable in points, y and log_weights, also twice.
    Memory is bounded: blocks of 2¹⁸ elements.

    Raises ValueError for shapes that do not fit, no points, a negative or NaN beta, log_weights all
    −∞ and, on the CPU, for NaN in points or y (on a GPU NaN passes through: looking for it would
    stall the queue).
    """
    beta = _check(points, y, beta, log_weights)
    out: Tensor = _FreeEnergy.apply(points, y, log_weights, beta)
    _check_numbers(out, points, y)
    return out


def responsibilities(
    points: Tensor, y: Tensor, beta: float, log_weights: Tensor | None = None
) -> Tensor:
    """P(k|y) = softargmax_β[−E]: (N, K), in [0, 1], each row summing to 1; differentiable.

    β = 0 gives the normalised prior (uniform without log_weights), β = ∞ one-hot at the nearest
    point (the first of ties). Arguments and errors as in `free_energy_points`.
    """
    beta = _check(points, y, beta, log_weights)
    out = _posterior(_energies(points, y), beta, log_weights)
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
        parts = [
            _pull(points, y[rows], _posterior(_energies(points, y[rows]), beta, log_weights))
            for rows in _blocks(points, y)
        ]
        out = torch.cat(parts)
    _check_numbers(out, points, y)
    return out


class _FreeEnergy(torch.autograd.Function):
    """F with its gradient in closed form."""

    @staticmethod
    def forward(
        ctx: Any, points: Tensor, y: Tensor, log_weights: Tensor | None, beta: float
    ) -> Tensor:
        ctx.beta = beta
        posterior = arrows = None
        if y.shape[0] * points.shape[0] * points.shape[1] <= SMALL:
            arrows = y[:, None] - points
            energy = arrows.square().sum(-1)
            out, posterior = _soften(energy, beta, log_weights, any(ctx.needs_input_grad))
        else:
            parts = [
                _soften(_energies(points, y[rows]), beta, log_weights)[0]
                for rows in _blocks(points, y)
            ]
            out = torch.cat(parts)
        ctx.save_for_backward(points, y, log_weights, posterior, arrows)
        return out

    @staticmethod
    def backward(
        ctx: Any, grad: Tensor
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:
        points, y, log_weights, posterior, arrows = ctx.saved_tensors
        wants_points, wants_y, wants_weights, _ = ctx.needs_input_grad
        beta: float = ctx.beta
        whole = [slice(None)]
        if torch.is_grad_enabled():  # a second derivative is wanted: P must depend on its inputs
            posterior = _posterior(_energies(points, y), beta, log_weights)
        elif posterior is not None and not wants_weights:
            flow = (posterior * (2 * grad)[:, None])[..., None] * arrows
            return (
                -flow.sum(0) if wants_points else None,
                flow.sum(1) if wants_y else None,
                None,
                None,
            )
        on_y, on_points, on_weights = [], [], []
        for rows in whole if posterior is not None else _blocks(points, y):
            part = posterior
            if part is None:
                part = _posterior(_energies(points, y[rows]), beta, log_weights)
            flow = part * grad[rows, None]
            if wants_weights:
                on_weights.append(_weight_pull(points, y[rows], grad[rows], part, beta))
            if wants_y:
                on_y.append(_pull(points, y[rows], flow))
            if wants_points:
                on_points.append(_pull(y[rows], points, flow.t()))
        return (
            torch.stack(on_points).sum(0) if wants_points else None,
            torch.cat(on_y) if wants_y else None,
            torch.stack(on_weights).sum(0) if wants_weights else None,
            None,
        )


def _pull(sources: Tensor, targets: Tensor, flow: Tensor) -> Tensor:
    """Σ_k flow_nk 2 (targets_n − sources_k): (N, D). The shared origin keeps the digits far out."""
    origin = sources[:1].detach()
    sources, targets = sources - origin, targets - origin
    return (targets * flow.sum(1, keepdim=True) - flow @ sources).mul(2)


def _weight_pull(points: Tensor, y: Tensor, grad: Tensor, posterior: Tensor, beta: float) -> Tensor:
    """Σ_n grad_n ∂F(y_n)/∂ln p_k: (K,)."""
    if math.isinf(beta):
        return torch.zeros_like(posterior[0])
    if beta > 0:
        return (grad @ posterior) / -beta
    energy = _energies(points, y)
    mean = (posterior * energy).sum(1, keepdim=True)
    return grad @ (posterior * (energy - mean))


def _energies(points: Tensor, y: Tensor) -> Tensor:
    """‖y_n − p_k‖² by differences: (N, K)."""
    large = y.shape[0] * points.shape[0] > SMALL
    if torch.is_grad_enabled() or not large or points.shape[1] > 4:
        return (y[:, None] - points).square().sum(-1)
    energy = (y[:, 0, None] - points[:, 0]).square_()
    for axis in range(1, points.shape[1]):
        energy += (y[:, axis, None] - points[:, axis]).square_()
    return energy


def _logits(energy: Tensor, beta: float, log_weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """The least energy m (N, 1) and −β(E − m) + ln p (N, K); the difference first, so that βE
    cannot overflow.
    """
    if log_weights is None:
        least = energy.amin(1, keepdim=True)
        return least, (least - energy) * beta
    seen = log_weights > -math.inf
    least = energy.masked_fill(~seen, math.inf).amin(1, keepdim=True)
    return least, torch.where(seen, (least - energy) * beta + log_weights, -math.inf)


def _posterior(energy: Tensor, beta: float, log_weights: Tensor | None) -> Tensor:
    if beta == 0:
        row = torch.zeros_like(energy[0]) if log_weights is None else log_weights
        return torch.softmax(row, 0).expand_as(energy)
    if math.isinf(beta):
        if log_weights is not None:
            energy = energy.masked_fill(log_weights == -math.inf, math.inf)
        return torch.zeros_like(energy).scatter_(1, energy.argmin(1, keepdim=True), 1.0)
    return torch.softmax(_logits(energy, beta, log_weights)[1], 1)


def _soften(
    energy: Tensor, beta: float, log_weights: Tensor | None, share: bool = False
) -> tuple[Tensor, Tensor | None]:
    """softmin_β over k: (N, K) energies -> (N,) free energies and, if asked to `share`, P(k|y)."""
    if log_weights is None and 0 < beta < math.inf:
        return _soften_evenly(energy, beta, share)
    posterior = _posterior(energy, beta, log_weights) if share else None
    if beta == 0:
        return (energy * _posterior(energy[:1], 0.0, log_weights)).sum(1), posterior
    if log_weights is None:
        return energy.amin(1), posterior
    if math.isinf(beta):
        return energy.masked_fill(log_weights == -math.inf, math.inf).amin(1), posterior
    wide = log_weights.double()
    total = torch.logsumexp(wide, 0).item()
    if total > beta:  # F = m − ln Σp/β − … cancels: more digits are needed
        return _logsum(energy.double(), beta, wide, total).to(energy.dtype), posterior
    return _logsum(energy, beta, log_weights, total), posterior


def _soften_evenly(energy: Tensor, beta: float, share: bool) -> tuple[Tensor, Tensor | None]:
    """The same for p_k = 1/K: every term is in (0, 1] and one of them is 1."""
    least = energy.amin(1, keepdim=True)
    bits = (least - energy).mul_(beta * LOG2E)
    u = torch.expm1(bits / LOG2E).mean(1) if beta < HOT else None
    terms = bits.exp2_()
    total = terms.sum(1, keepdim=True)
    log_mean = (total[:, 0] / energy.shape[1]).log_()
    if u is not None:
        log_mean = torch.where(u > -15 / 16, torch.log1p(u), log_mean)
    out = torch.sub(least[:, 0], log_mean, alpha=1 / beta)
    return out, terms.div_(total) if share else None


def _logsum(energy: Tensor, beta: float, log_weights: Tensor, total: float) -> Tensor:
    """F with weights; `total` = ln Σp."""
    least, logits = _logits(energy, beta, log_weights)
    log_sum = torch.logsumexp(logits, 1)
    if beta < HOT:
        u = (torch.expm1((least - energy) * beta) * torch.softmax(log_weights, 0)).sum(1)
        log_sum = torch.where(u > -15 / 16, torch.log1p(u) + total, log_sum)
    return torch.sub(least[:, 0], log_sum, alpha=1 / beta)


def _blocks(points: Tensor, y: Tensor) -> Iterator[slice]:
    """Slices of the rows of y whose temporaries stay below BLOCK elements."""
    width = points.shape[0] * (points.shape[1] if points.shape[1] > 4 else 1)
    step = max(1, BLOCK // width)
    for start in range(0, y.shape[0], step):
        yield slice(start, start + step)


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
