"""Free energy at scattered places, with gradients: data, chains, cross-sections, probes.

The energies are formed directly, E = Σ_d (y_d − p_d)², so that nothing cancels; `softmin` makes
F_β of them. The gradients are ∂F/∂y = Σ_k P(k|y) 2(y − p_k),
∂F/∂p_k = −Σ_n P(k|y_n) 2(y_n − p_k) and ∂F/∂ln p_k = −P(k|y)/β: nothing is kept of the way
through the logarithm, and large problems go through in blocks, forward and backward.
Source: the NYU practicum "Training latent variable EBMs"; L06 for the conventions (low energy =
likely).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.landscape.checks import check_beta, check_finite, check_log_weights, check_matrix
from ebmviz.engine.landscape.memory import ON_DEVICE, PairwiseSum, in_parts
from ebmviz.engine.landscape.points import exact_dtype
from ebmviz.engine.landscape.softmin import number, posterior_of, softmin, softmin_evenly

BLOCK = 1 << 18  # elements of the largest temporary: it stays in the cache
SMALL = 1 << 16  # up to here the arrows are kept from forward to backward


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
    out = _differentiable(points, y, log_weights, beta, False)
    _check_numbers(out, points, y)
    return out


def unchecked(points: Tensor, y: Tensor, beta: float, log_p: Tensor | None = None) -> Tensor:
    """`free_energy_points` of arguments that fit: NaN passes through, for training to meet; of
    log_p it is known that Σp = 1 but for roundings, which a small β would blow up.
    """
    return _differentiable(points, y, log_p, beta, True)


def responsibilities(
    points: Tensor, y: Tensor, beta: float, log_weights: Tensor | None = None
) -> Tensor:
    """P(k|y) = softargmax_β[−E]: (N, K), in [0, 1], each row summing to 1; differentiable.

    β = 0 gives the normalised prior (uniform without log_weights), β = ∞ one-hot at the nearest
    point (the first of ties). Arguments and errors as in `free_energy_points`.
    """
    beta = _check(points, y, beta, log_weights)
    out = posterior_of(_energies(points, y), beta, log_weights)
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
        sources, targets = _with_ones(points - origin), _with_ones(y - origin)

        def moments(rows: slice) -> Tensor:
            return posterior_of(_energies(points, y[rows]), beta, log_weights) @ sources

        summed = torch.empty_like(targets)
        for rows, part in in_parts(y.shape[0], _step(points), moments):
            summed[rows] = part
        out = _pull(targets, summed)
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
    out, kept = _forward(points, y, None, beta, True)

    def pull(slope: Tensor) -> Tensor:
        on_points = _backward(points, y, None, beta, kept, slope, (True, False, False))[0]
        assert on_points is not None
        return on_points

    return out, pull


def free_energies(points: Tensor, y: Tensor, beta: float) -> Tensor:
    """F_β at y (N, D) for each of M small point sets (M, K, D): (M, N), without a gradient.

    As `free_energy_points` with log_weights None, but nothing is checked, and M N K numbers are
    held at once. A set's results do not depend, to the last bit, on the others.
    """
    beta = check_beta(beta)
    with torch.no_grad():
        energy = _by_axis(points, y)
        rows = energy.flatten(0, 1)
        if 0 < beta < math.inf:
            out = softmin_evenly(rows, beta, share=False, placeless=True)[0]
        else:
            out = rows.mean(1) if beta == 0 else rows.amin(1)
        return out.view(energy.shape[:2])


class _Kept(NamedTuple):
    """What is kept from forward to backward: nothing of a large problem."""

    posterior: Tensor | None = None  # P(k|y), (N, K)
    arrows: Tensor | None = None  # y − p, (N, K, D)


class _FreeEnergy(torch.autograd.Function):
    """F with its gradient in closed form, which the transforms of `torch.func` can follow.

    Its outputs are F and, for the way back alone, those of `_Kept` that there are; empty others.
    """

    @staticmethod
    def forward(
        points: Tensor,
        y: Tensor,
        log_weights: Tensor | None,
        beta: float,
        normalised: bool,
        share: bool,
    ) -> tuple[Tensor, Tensor, Tensor]:
        total = 0.0 if normalised else None
        out, kept = _forward(points, y, log_weights, beta, share, total)
        none = out.new_empty(0)
        posterior = none if kept.posterior is None else kept.posterior
        return out, posterior, out.new_empty(0) if kept.arrows is None else kept.arrows

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        points, y, log_weights, ctx.beta = inputs[:4]
        ctx.mark_non_differentiable(*output[1:])
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(points, y, log_weights, *output[1:])

    @staticmethod
    def backward(
        ctx: Any, grad: Tensor | None, *_: Tensor | None
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None, None, None, None]:
        if grad is None:
            return None, None, None, None, None, None
        points, y, log_weights, *held = ctx.saved_tensors
        posterior, arrows = (part if part.numel() else None for part in held)
        # Where a second derivative is wanted, P must depend on its inputs.
        kept = _Kept() if torch.is_grad_enabled() else _Kept(posterior, arrows)
        wants = ctx.needs_input_grad[:3]
        flows = _backward(points, y, log_weights, ctx.beta, kept, grad, wants)
        return *flows, None, None, None

    @staticmethod
    def vmap(
        info: Any, in_dims: tuple[int | None, ...], *inputs: Any
    ) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        """One after another: each is as large as the memory allows."""
        each = (
            _FreeEnergy.apply(
                *(
                    x if dim is None else x.select(dim, i)
                    for x, dim in zip(inputs, in_dims, strict=True)
                )
            )
            for i in range(info.batch_size)
        )
        outputs = tuple(torch.stack(parts) for parts in zip(*each, strict=True))
        return outputs, (0,) * len(outputs)


def _differentiable(
    points: Tensor, y: Tensor, log_weights: Tensor | None, beta: float, normalised: bool
) -> Tensor:
    inputs = [x for x in (points, y, log_weights) if x is not None]
    share = torch.is_grad_enabled() and any(x.requires_grad for x in inputs)
    out: Tensor = _FreeEnergy.apply(points, y, log_weights, beta, normalised, share)[0]
    return out


def _forward(
    points: Tensor,
    y: Tensor,
    log_weights: Tensor | None,
    beta: float,
    share: bool,
    total: float | None = None,
) -> tuple[Tensor, _Kept]:
    """F (N,) and, if asked to `share`, what spares the way back some work; total = ln Σp, if it is
    known.
    """
    if log_weights is not None and total is None and 0 < beta < math.inf:
        wide = exact_dtype(points)
        total = torch.logsumexp(log_weights.to(wide), 0).item()
        if total > beta and points.dtype != wide:  # F = m − ln Σp/β − … cancels: more digits
            inputs = points.to(wide), y.to(wide), log_weights.to(wide)
            return _forward(*inputs, beta, False)[0].to(points.dtype), _Kept()
    if y.shape[0] * points.numel() <= SMALL:
        arrows = y.unsqueeze(1) - points
        out, posterior = softmin(_squares(arrows), beta, log_weights, share, total)
        return out, _Kept(posterior, arrows) if share else _Kept()

    if share and y.shape[0] <= min(_step(points), BLOCK // points.shape[0]):
        out, posterior = softmin(_energies(points, y), beta, log_weights, True, total)
        return out, _Kept(posterior)

    def soften(rows: slice) -> Tensor:
        return softmin(_energies(points, y[rows]), beta, log_weights, total=total)[0]

    out = y.new_empty(y.shape[0])
    for rows, part in in_parts(y.shape[0], _step(points), soften):
        out[rows] = part
    return out, _Kept()


def _backward(
    points: Tensor,
    y: Tensor,
    log_weights: Tensor | None,
    beta: float,
    kept: _Kept,
    grad: Tensor,
    wants: tuple[bool, bool, bool],
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """The derivatives by points, y and log_weights, as far as wanted, of what has grad (N,)."""
    wants_points, wants_y, wants_weights = wants
    posterior, arrows = kept
    if posterior is not None and arrows is not None and not wants_weights:
        flow = (posterior * grad.unsqueeze(1)).unsqueeze(2) * arrows
        return (
            flow.sum(0).mul_(number(-2.0, flow.dtype)) if wants_points else None,
            flow.sum(1).mul_(number(2.0, flow.dtype)) if wants_y else None,
            None,
        )

    origin = points.detach().mean(0)
    sources, targets = _with_ones(points - origin), _with_ones(y - origin)
    wants_rises = wants_weights and beta == 0

    def share(rows: slice) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        if posterior is None:
            part = posterior_of(_energies(points, y[rows]), beta, log_weights)
        else:
            part = posterior[rows]
        flow = part * grad[rows, None]
        return (
            flow.t() @ targets[rows] if wants_points or wants_weights else None,
            flow @ sources if wants_y else None,
            _rises(_energies(points, y[rows]), part, grad[rows]) if wants_rises else None,
        )

    on_points, on_weights, on_y = PairwiseSum(), PairwiseSum(), torch.empty_like(targets)
    for rows, (by_points, by_y, by_weights) in in_parts(y.shape[0], _step(points), share):
        if by_points is not None:
            on_points.add(by_points)
        if by_y is not None:
            on_y[rows] = by_y
        if by_weights is not None:
            on_weights.add(by_weights)
    slope = None
    if wants_rises:
        slope = on_weights.total()
    elif wants_weights:  # Σ_n grad_n P(k|y_n), over −β
        slope = on_points.total()[:, -1] * (-1 / beta if beta < math.inf else 0.0)
    return (
        _pull(sources, on_points.total()) if wants_points else None,
        _pull(targets, on_y) if wants_y else None,
        slope,
    )


def _with_ones(places: Tensor) -> Tensor:
    """(N, D) -> (N, D + 1): what a matrix of flows multiplies to sum both places and flows."""
    return torch.cat([places, torch.ones_like(places[:, :1])], 1)


def _pull(targets: Tensor, moments: Tensor) -> Tensor:
    """Σ_k flow_nk 2 (targets_n − sources_k), (N, D), from moments = flow @ sources; both with ones.

    Places are relative to the middle of the points, which keeps the digits far out.
    """
    return (targets * moments[:, -1:] - moments)[:, :-1].mul(2)


def _rises(energy: Tensor, posterior: Tensor, grad: Tensor) -> Tensor:
    """Σ_n grad_n ∂F(y_n)/∂ln p_k at β = 0: (K,)."""
    mean = (posterior * energy).sum(1, keepdim=True)
    return grad @ (posterior * (energy - mean))


def _energies(points: Tensor, y: Tensor) -> Tensor:
    """‖y_n − p_k‖² by differences: (N, K)."""
    if torch.is_grad_enabled() or points.shape[1] > 4:
        return (y[:, None] - points).square().sum(-1)
    return _by_axis(points, y)


def _by_axis(points: Tensor, y: Tensor) -> Tensor:
    """The same without temporaries (N, K, D); points (M, K, D) give (M, N, K)."""
    points = points.unsqueeze(-3)
    energy = (y[:, 0, None] - points[..., 0]).square_()
    for axis in range(1, y.shape[1]):
        energy += (y[:, axis, None] - points[..., axis]).square_()
    return energy


def _squares(arrows: Tensor) -> Tensor:
    """Σ_d a_d², (N, K, D) -> (N, K); axis by axis, for torch is slow at sums of two numbers."""
    squares = arrows * arrows
    if arrows.shape[2] > 4:
        return squares.sum(2)
    energy, *rest = squares.unbind(2)
    for part in rest:
        energy = energy + part
    return energy


def _step(points: Tensor) -> int:
    """The rows of y whose temporaries stay below BLOCK elements."""
    width = points.shape[0] * (points.shape[1] if points.shape[1] > 4 else 1)
    return max(1, (BLOCK if points.device.type == "cpu" else ON_DEVICE) // width)


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
