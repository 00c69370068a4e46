"""The points of a landscape as weighted bowls, in the form that blocks and the GPU kernel share.

Weights enter twice. As energies: p_k e^{−βE_k} = p_max e^{−β(E_k + q_k)}, q_k = ln(p_max/p_k)/β ≥
0, so that the largest term of the sum is found as a least energy and nothing under- or overflows,
whatever the weights. And as numbers, in sums of p_k expm1(−βE_k). A point without weight is put on
top of the first that has some: every number stays finite, and how many points are left is nothing
that the processor would have to wait for.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.core.beta import LEAST, MOST
from ebmviz.engine.landscape.result import Want

LOG2E = math.log2(math.e)
HOT = 0.25  # below this β a sum's rounding, divided by β, would show
NEVER = 1e37  # the prior energy of a point without weight: times LEAST it is still large


class Mixture(NamedTuple):
    """Points with E_k(y) = ‖y − p_k‖² + bias_k and normalised weights; every tensor is (K,)."""

    x: Tensor
    y: Tensor
    bias: Tensor | None
    log_p: Tensor | None
    """ln p_k, −∞ where a point is missing; None: all are 1/K, and likewise below."""
    p: Tensor | None
    prior: Tensor | None
    """q_k: the weights as energies."""
    p_max: Tensor | None
    """The largest p_k, (1,)."""
    owner: Tensor | None
    """The index to report for a point: its own, or that of the point that it was put on."""


def mixture(
    points: Tensor, bias: Tensor | None, log_p: Tensor | None, beta: float, dtype: torch.dtype
) -> Mixture:
    """points (K, 2), bias (K,) ≥ 0 and normalised log_p (K,), in `dtype`, for a β in [LEAST, ∞]."""
    x, y = points.to(dtype).unbind(1)
    bias = None if bias is None else bias.to(dtype)
    if log_p is None:
        return Mixture(x.contiguous(), y.contiguous(), bias, None, None, None, None, None)
    log_p = torch.log_softmax(log_p.to(dtype), 0)  # normalised to the digits of `dtype`
    seen = log_p > -math.inf
    index = torch.arange(len(log_p), device=log_p.device)
    # The first of those seen, so that among ties with its copies it is still the first.
    owner = torch.where(seen, index, seen.int().argmax())
    top = log_p.amax(0, keepdim=True)
    return Mixture(
        x.index_select(0, owner),
        y.index_select(0, owner),
        None if bias is None else bias.index_select(0, owner),
        log_p,
        log_p.exp(),
        ((top - log_p) / beta).clamp_(max=NEVER),
        top.exp(),
        owner,
    )


def exact_dtype(points: Tensor) -> torch.dtype:
    """float64, where the device has it."""
    return torch.float32 if points.device.type == "mps" else torch.float64


def working_dtype(points: Tensor, beta: float, want: Want) -> torch.dtype:
    """The precision that the energies need.

    F moves with a rounding of E, as much as E. P(k|y) moves by β times that, and with it gradient,
    mean energy and entropy.
    """
    exact = LEAST <= beta <= MOST and (want.gradient or want.split)
    return exact_dtype(points) if exact else points.dtype
