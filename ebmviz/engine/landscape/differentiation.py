"""F_β at scattered places and its derivatives in closed form, for autograd and without it.

Nothing is kept of the way through the logarithm, and large problems go through in blocks, forward
and backward. `ebmviz.engine.landscape.scattered` has the formulas.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.landscape import distances
from ebmviz.engine.landscape.memory import PairwiseSum, in_parts
from ebmviz.engine.landscape.points import exact_dtype
from ebmviz.engine.landscape.softmin import number, posterior_of, softmin

SMALL = 1 << 16  # up to here the arrows are kept from forward to backward


class Kept(NamedTuple):
    """What is kept from forward to backward: nothing of a large problem."""

    posterior: Tensor | None = None  # P(k|y), (N, K)
    arrows: Tensor | None = None  # y − p, (N, K, D)


class _FreeEnergy(torch.autograd.Function):
    """F with its gradient in closed form, which the transforms of `torch.func` can follow.

    Its outputs are F and, for the way back alone, those of `Kept` that there are; empty others.
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
        out, kept = forward(points, y, log_weights, beta, share, total)
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
        kept = Kept() if torch.is_grad_enabled() else Kept(posterior, arrows)
        wants = ctx.needs_input_grad[:3]
        flows = backward(points, y, log_weights, ctx.beta, kept, grad, wants)
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


def free_energy(
    points: Tensor, y: Tensor, log_weights: Tensor | None, beta: float, normalised: bool
) -> Tensor:
    """F_β at y, (N,), differentiable; `normalised`: it is known that Σp = 1."""
    inputs = [x for x in (points, y, log_weights) if x is not None]
    share = torch.is_grad_enabled() and any(x.requires_grad for x in inputs)
    out: Tensor = _FreeEnergy.apply(points, y, log_weights, beta, normalised, share)[0]
    return out


def forward(
    points: Tensor,
    y: Tensor,
    log_weights: Tensor | None,
    beta: float,
    share: bool,
    total: float | None = None,
) -> tuple[Tensor, Kept]:
    """F (N,) and, if asked to `share`, what spares the way back some work; total = ln Σp, if it is
    known.
    """
    if log_weights is not None and total is None and 0 < beta < math.inf:
        wide = exact_dtype(points)
        total = torch.logsumexp(log_weights.to(wide), 0).item()
        if total > beta and points.dtype != wide:  # F = m − ln Σp/β − … cancels: more digits
            inputs = points.to(wide), y.to(wide), log_weights.to(wide)
            return forward(*inputs, beta, False)[0].to(points.dtype), Kept()
    if y.shape[0] * points.numel() <= SMALL:
        arrows = y.unsqueeze(1) - points
        out, posterior = softmin(distances.squares(arrows), beta, log_weights, share, total)
        return out, Kept(posterior, arrows) if share else Kept()

    if share and y.shape[0] <= min(
        distances.rows_at_once(points), distances.BLOCK // points.shape[0]
    ):
        out, posterior = softmin(distances.energies(points, y), beta, log_weights, True, total)
        return out, Kept(posterior)

    def soften(rows: slice) -> Tensor:
        return softmin(distances.energies(points, y[rows]), beta, log_weights, total=total)[0]

    out = y.new_empty(y.shape[0])
    for rows, part in in_parts(y.shape[0], distances.rows_at_once(points), soften):
        out[rows] = part
    return out, Kept()


def backward(
    points: Tensor,
    y: Tensor,
    log_weights: Tensor | None,
    beta: float,
    kept: Kept,
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
    sources, targets = with_ones(points - origin), with_ones(y - origin)
    wants_rises = wants_weights and beta == 0

    def share(rows: slice) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        if posterior is None:
            part = posterior_of(distances.energies(points, y[rows]), beta, log_weights)
        else:
            part = posterior[rows]
        flow = part * grad[rows, None]
        return (
            flow.t() @ targets[rows] if wants_points or wants_weights else None,
            flow @ sources if wants_y else None,
            _rises(distances.energies(points, y[rows]), part, grad[rows]) if wants_rises else None,
        )

    on_points, on_weights, on_y = PairwiseSum(), PairwiseSum(), torch.empty_like(targets)
    for rows, (by_points, by_y, by_weights) in in_parts(
        y.shape[0], distances.rows_at_once(points), share
    ):
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
        pull(sources, on_points.total()) if wants_points else None,
        pull(targets, on_y) if wants_y else None,
        slope,
    )


def with_ones(places: Tensor) -> Tensor:
    """(N, D) -> (N, D + 1): what a matrix of flows multiplies to sum both places and flows."""
    return torch.cat([places, torch.ones_like(places[:, :1])], 1)


def pull(targets: Tensor, moments: Tensor) -> Tensor:
    """Σ_k flow_nk 2 (targets_n − sources_k), (N, D), from moments = flow @ sources; both with ones.

    Places are relative to the middle of the points, which keeps the digits far out.
    """
    return (targets * moments[:, -1:] - moments)[:, :-1].mul(2)


def _rises(energy: Tensor, posterior: Tensor, grad: Tensor) -> Tensor:
    """Σ_n grad_n ∂F(y_n)/∂ln p_k at β = 0: (K,)."""
    mean = (posterior * energy).sum(1, keepdim=True)
    return grad @ (posterior * (energy - mean))
