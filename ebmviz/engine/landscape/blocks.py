"""The landscape in plain torch, block by block: any device, any number of points.

The energies of a block of the grid are formed by differences, shifted by their least, and summed.
Where β is small, the sum is 1 + u with u = Σ_k p_k expm1(−β(E_k − m)) and ln(1 + u) keeps every
digit of u; where u < −½, −ln(1 + u) > 0.69 and the plain logarithm of the sum is as good.
Nothing waits for the device: what to do next depends on shapes and β alone.
"""

from __future__ import annotations

import math
from functools import partial

import torch
from torch import Tensor

from ebmviz.engine.landscape.limits import landscape_by
from ebmviz.engine.landscape.memory import IN_CACHE, ON_DEVICE, attempt, keep_freed_memory
from ebmviz.engine.landscape.points import HOT, LOG2E, Mixture
from ebmviz.engine.landscape.result import Landscape, Want

MANY = 4096  # points, beyond which a block in the cache would have too few places


def by_blocks(
    points: Tensor,
    bias: Tensor | None,
    log_p: Tensor | None,
    y1: Tensor,
    y2: Tensor,
    beta: float,
    want: Want,
) -> Landscape:
    """F_β(y) = −(1/β) ln Σ_k p_k e^{−βE_k(y)} on the grid y1 × y2, E_k(y) = ‖y − p_k‖² + bias_k.

    points (K, 2), y1 (W,), y2 (H,), bias (K,) ≥ 0 or None, log_p (K,) = ln p_k normalised, −∞ for
    a missing point, or None for 1/K; float32 or float64, all on one device; beta in [0, ∞], beyond
    10^±30 taken as 0 and ∞. What is not in `want` is None in the result, which has the points'
    dtype and device. Nothing is checked (`free_energy_grid` does), nothing waits for a GPU.

    |error of F| ≤ 5e-6 max(1, |F|) for float32 and ≈ 1e-12 of it for float64. Gradient, mean
    energy and entropy have float32's digits too, being computed in float64 (on MPS, which has none,
    they lose 1e-7 βE of P(k|y)).

    Memory: a few temporaries of 2¹⁸ elements (2²⁰ for many points, 2²⁵ off the CPU), or of K where
    that is more; smaller ones when that much cannot be had. Raises torch.OutOfMemoryError
    (RuntimeError on a CPU) when a single place does not go through.
    Source: Canziani 2020; LeCun et al. 2006 for the conventions.
    """
    with torch.no_grad():
        return landscape_by(_sweep, points, bias, log_p, y1, y2, beta, want)


def _sweep(
    known: Mixture, y1: Tensor, y2: Tensor, beta: float, want: Want, dtype: torch.dtype
) -> Landscape:
    shape = (len(y2), len(y1))
    split = want.split and beta < math.inf
    out = Landscape(
        y1.new_empty(shape, dtype=dtype),
        y1.new_empty((2, *shape), dtype=dtype) if want.gradient and beta < math.inf else None,
        y1.new_empty(shape, dtype=torch.int32) if want.nearest else None,
        y1.new_empty(shape, dtype=dtype) if split else None,
        y1.new_empty(shape, dtype=dtype) if split else None,
    )
    keep_freed_memory()
    count = len(known.x)
    budget = ON_DEVICE
    if y1.device.type == "cpu":
        budget = IN_CACHE if count <= MANY else 4 * IN_CACHE
    waiting = [(slice(0, shape[0]), slice(0, shape[1]))]
    while waiting:
        rows, columns = waiting.pop()
        height, width = rows.stop - rows.start, columns.stop - columns.start
        if height * width * count > budget and height * width > 1:
            waiting += _halves(rows, columns)
            continue
        part = attempt(partial(_block, known, y1[columns], y2[rows], beta, want))
        if isinstance(part, RuntimeError):
            if height * width == 1:
                raise part
            budget = height * width * count // 2
            waiting.append((rows, columns))
            continue
        for whole, values in zip(out, part, strict=True):
            if whole is not None and values is not None:
                whole[..., rows, columns] = values
    return out


def _halves(rows: slice, columns: slice) -> list[tuple[slice, slice]]:
    """A block cut across its rows, or, of one row, across its columns."""
    if rows.stop - rows.start > 1:
        middle = (rows.start + rows.stop) // 2
        return [(slice(middle, rows.stop), columns), (slice(rows.start, middle), columns)]
    middle = (columns.start + columns.stop) // 2
    return [(rows, slice(middle, columns.stop)), (rows, slice(columns.start, middle))]


def _block(known: Mixture, y1: Tensor, y2: Tensor, beta: float, want: Want) -> Landscape:
    """One block, in the precision of its arguments. Dimension 0 of every temporary is k."""
    down, across = _squares(y2, known.y), _squares(y1, known.x)
    if known.bias is not None:
        down += known.bias[:, None]
    energy = down[:, :, None] + across[:, None, :]
    nearest = None
    if want.nearest:
        least, nearest = energy.min(0)
    else:
        least = energy.amin(0)
    if math.isinf(beta):
        return Landscape(least, None, nearest)

    # Relative to `shift`: terms (E_k − m as bits) of which one is 1.
    weighted, shift = energy, least
    if known.prior is not None:
        weighted = energy + known.prior[:, None, None]
        shift = weighted.amin(0)
    terms = torch.sub(shift, weighted).mul_(beta * LOG2E).exp2_()
    total = terms.sum(0)
    log_z = (total / len(terms) if known.p_max is None else total * known.p_max).log_()
    if beta < HOT:
        log_z = _log_mean(known, energy, least, beta, log_z + (least - shift) * beta)
        shift = least
    gradient = mean = entropy = None
    if want.gradient:
        gradient = _gradient(known, y1, y2, terms, total)
    if want.split:
        rise = (energy if beta < HOT else weighted) - shift
        if known.prior is not None and beta >= HOT:
            rise -= known.prior[:, None, None]  # exact where one point has all the weight
        rise = rise.mul_(terms).sum(0).div_(total)
        mean = shift + rise
        entropy = (log_z + beta * rise).clamp_(max=0)
    return Landscape(shift - log_z / beta, gradient, nearest, mean, entropy)


def _squares(values: Tensor, points: Tensor) -> Tensor:
    """(value − point)², (K, n), whose layout in memory that of the block will follow: dimension 0
    innermost where K leaves a block few places.
    """
    if len(points) > MANY:
        return (values[:, None] - points).square_().t()
    return (values - points[:, None]).square_()


def _log_mean(
    known: Mixture, energy: Tensor, least: Tensor, beta: float, otherwise: Tensor
) -> Tensor:
    """ln Σ p_k e^{−β(E_k − m)}, with the digits that a small β needs."""
    lowered = torch.sub(least, energy).mul_(beta).expm1_()
    # sum() adds pairwise; a product of vector and matrix would lose a digit.
    u = lowered.mean(0) if known.p is None else lowered.mul_(known.p[:, None, None]).sum(0)
    return torch.where(u > -0.5, u.log1p(), otherwise)


def _gradient(known: Mixture, y1: Tensor, y2: Tensor, terms: Tensor, total: Tensor) -> Tensor:
    """2 (y − Σ_k P(k|y) p_k); an origin among the points keeps the digits far out."""
    origin = known.x[:1], known.y[:1]
    centred = torch.stack([known.x - origin[0], known.y - origin[1]])
    pull1, pull2 = torch.tensordot(centred, terms, 1).div_(total)
    pull1 = (y1 - origin[0]) - pull1
    pull2 = (y2 - origin[1])[:, None] - pull2
    return torch.stack([pull1, pull2]).mul_(2)
