"""softmin_β over k of a matrix of energies (N, K), and the weights that go with it.

The energies are shifted by their minimum m over k:
    F_β = m − (1/β) ln Σ_k p_k e^{−β(E_k − m)}.
Where β is small the sum is 1 + u with u = Σ_k p_k expm1(−β(E_k − m)), and ln(1 + u) keeps every
digit of u; where 1 + u is itself small, −ln(1 + u) ≥ 2.7 and the plain logarithm of the sum is as
good.
Source: Canziani 2020.
"""

from __future__ import annotations

import functools
import math

import torch
from torch import Tensor

from ebmviz.core.beta import tempered
from ebmviz.engine.landscape.points import exact_dtype

LOG2E = math.log2(math.e)
HOT = 0.25  # below this β a sum's rounding, divided by β, would show


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


def posterior_of(energy: Tensor, beta: float, log_weights: Tensor | None) -> Tensor:
    """P(k|n) = softargmax_β[−E]: (N, K), each row summing to 1; one-hot at β = ∞."""
    beta = tempered(beta)
    if beta == 0:
        row = torch.zeros_like(energy[0]) if log_weights is None else log_weights
        return torch.softmax(row, 0).expand_as(energy)
    if math.isinf(beta):
        if log_weights is not None:
            energy = energy.masked_fill(log_weights == -math.inf, math.inf)
        return torch.zeros_like(energy).scatter(1, energy.argmin(1, keepdim=True), 1.0)
    return torch.softmax(_logits(energy, beta, log_weights)[1], 1)


def softmin(
    energy: Tensor,
    beta: float,
    log_weights: Tensor | None,
    share: bool = False,
    total: float | None = None,
) -> tuple[Tensor, Tensor | None]:
    """softmin_β over k: (N, K) energies -> (N,) free energies and, if asked to `share`, P(k|n).

    beta in [0, ∞]; log_weights (K,) = ln p_k, or None for 1/K; total = ln Σp, where it is known.
    Not to be differentiated through.
    """
    beta = tempered(beta)
    if log_weights is None and 0 < beta < math.inf:
        return softmin_evenly(energy, beta, share)
    posterior = posterior_of(energy, beta, log_weights) if share else None
    if beta == 0:
        return (energy * posterior_of(energy[:1], 0.0, log_weights)).sum(1), posterior
    if log_weights is None:
        return energy.amin(1), posterior
    if math.isinf(beta):
        return energy.masked_fill(log_weights == -math.inf, math.inf).amin(1), posterior
    wide = exact_dtype(energy)
    total = log_total(log_weights) if total is None else total
    if total > beta:  # F = m − ln Σp/β − … cancels: more digits
        out = _logsum(energy.to(wide), beta, log_weights.to(wide), total)
        return out.to(energy.dtype), posterior
    return _logsum(energy, beta, log_weights, total), posterior


def softmin_evenly(
    energy: Tensor, beta: float, share: bool, placeless: bool = False
) -> tuple[Tensor, Tensor | None]:
    """softmin at 0 < β < ∞ for p_k = 1/K: every term is in (0, 1] and one of them is 1.

    placeless: a row's result must not depend on its place. Torch's exp2, three times as fast as
    exp, differs in the last bit between the vectors of a tensor and its remainder.
    """
    dtype, count = energy.dtype, number(energy.shape[1], energy.dtype)
    unit = 1.0 if placeless else LOG2E
    least = energy.amin(1, keepdim=True)
    exponents = (least - energy).mul_(number(beta * unit, dtype))
    u = None
    if beta < HOT:
        u = torch.expm1(exponents / number(unit, dtype)).sum(1, keepdim=True).div_(count)
    terms = exponents.exp_() if placeless else exponents.exp2_()
    total = terms.sum(1, keepdim=True)
    log_mean = (total / count).log_()
    if u is not None:
        log_mean = torch.where(u > number(-15 / 16, dtype), torch.log1p(u), log_mean)
    out = torch.sub(least, log_mean, alpha=1 / beta).squeeze(1)
    return out, terms.div_(total) if share else None


def log_total(log_weights: Tensor) -> float:
    """ln Σp; 0 where p adds up to 1 but for roundings, which would show divided by a small β."""
    total: float = torch.logsumexp(log_weights.to(exact_dtype(log_weights)), 0).item()
    return 0.0 if abs(total) < slack(log_weights) else total


def slack(log_weights: Tensor) -> float:
    """|ln Σp| up to here is rounding: p adds up to 1."""
    return 16 * torch.finfo(log_weights.dtype).eps


@functools.lru_cache(maxsize=256)
def number(value: float, dtype: torch.dtype) -> Tensor:
    """A number as a tensor: torch takes it, on any device, 2 µs faster than a Python number."""
    return torch.tensor(value, dtype=dtype)


def _logsum(energy: Tensor, beta: float, log_weights: Tensor, total: float) -> Tensor:
    """F with weights; `total` = ln Σp."""
    least, logits = _logits(energy, beta, log_weights)
    log_sum = torch.logsumexp(logits, 1)
    if beta < HOT:
        u = (torch.expm1((least - energy) * beta) * torch.softmax(log_weights, 0)).sum(1)
        log_sum = torch.where(u > -15 / 16, torch.log1p(u) + total, log_sum)
    return torch.sub(least[:, 0], log_sum, alpha=1 / beta)


def soft_minimum(energy: Tensor, beta: float, log_weights: Tensor | None = None) -> Tensor:
    """softmin_β over the last axis, (…, K) -> (…), of plain operations: for autograd and `vmap`.

    beta in [0, ∞]; log_weights (K,) = ln p_k, None for 1/K. The numbers of `softmin` to a few
    roundings of E.
    """
    beta = tempered(beta)
    if log_weights is None and (beta == 0 or math.isinf(beta)):
        return energy.mean(-1) if beta == 0 else energy.amin(-1)
    if log_weights is None:
        log_weights = energy.new_full(energy.shape[-1:], -math.log(energy.shape[-1]))
    if beta == 0:
        return (torch.softmax(log_weights, -1) * energy).sum(-1)
    if math.isinf(beta):
        return energy.masked_fill(log_weights == -math.inf, math.inf).amin(-1)
    seen = energy.masked_fill(log_weights == -math.inf, math.inf)
    least = seen.amin(-1, keepdim=True).detach()  # relative to it, so that βE cannot overflow
    if beta < HOT:  # ln(1 + u), whose u a sum near 1 would lose
        total = torch.logsumexp(log_weights, -1)
        total = torch.where(total.abs() < slack(log_weights), 0.0, total)  # as `log_total`
        p = torch.softmax(log_weights, -1)
        rise = (p * torch.expm1(-beta * (energy - least))).sum(-1)
        near = rise > -15 / 16
        warm = torch.log1p(torch.where(near, rise, 0.0)) + total
        cold = torch.logsumexp(log_weights - beta * (energy - least), -1)
        return least.squeeze(-1) - torch.where(near, warm, cold) / beta
    logits = log_weights - beta * (energy - least)
    return least.squeeze(-1) - torch.logsumexp(logits, -1) / beta
