"""Definitions of associative memories, as the papers write them."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def hebb(patterns: Tensor) -> Tensor:
    """W = (1/N) Σ ξξ', (N, N), with zero diagonal."""
    weights = patterns.t() @ patterns / patterns.shape[1]
    return weights.fill_diagonal_(0.0)


def classical_energy(weights: Tensor, states: Tensor, bias: Tensor | None = None) -> Tensor:
    """E = −½ s'Ws + θ's: (M, N) -> (M,)."""
    energy = -0.5 * ((states @ weights) * states).sum(-1)
    return energy if bias is None else energy + states @ bias


def retrieve(patterns: Tensor, states: Tensor, beta: float) -> Tensor:
    """A step of the modern network, attention: X softargmax(β X'ξ), (M, D) for patterns (P, D)."""
    return torch.softmax(beta * states @ patterns.t(), -1) @ patterns


def modern_energy(patterns: Tensor, states: Tensor, beta: float) -> Tensor:
    """−lse(β, X'ξ) + ½ξ'ξ + (1/β) ln P + ½M², M the largest norm: (M, D) -> (M,).

    Source: Ramsauer et al. 2020, equation 2.
    """
    score = torch.logsumexp(beta * states @ patterns.t(), -1) / beta
    most = patterns.square().sum(-1).max()
    count = math.log(len(patterns)) / beta
    return -score + 0.5 * states.square().sum(-1) + count + 0.5 * most
