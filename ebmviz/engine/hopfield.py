"""Associative memories: classical and dense Hopfield networks over s ∈ {−1, 1}^N.

Everything is a pure function of patterns ξ (P, N) and states s (M, N), of ±1. The modern network's
landscape is `ebmviz.engine.landscape` with E = ½‖y − x‖².
Source: Hopfield 1982; Krotov and Hopfield 2016; Demircigil et al. 2017; Ramsauer et al. 2020;
math.md §6.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import torch
from torch import Tensor

CAPACITY = 0.138  # patterns per unit, of classical recall with few errors
Memory = Literal["classical", "dense", "exponential"]


class Recall(NamedTuple):
    """states (T + 1, M, N) and their energies (T + 1, M), one entry per sweep."""

    states: Tensor
    energies: Tensor


def hebb(patterns: Tensor) -> Tensor:
    """W = (1/N) Σ ξξ', (N, N), with zero diagonal."""
    weights = patterns.t() @ patterns / patterns.shape[1]
    return weights.fill_diagonal_(0.0)


def classical_energy(weights: Tensor, states: Tensor, bias: Tensor | None = None) -> Tensor:
    """E = −½ s'Ws + θ's: (M, N) -> (M,)."""
    energy = -0.5 * ((states @ weights) * states).sum(-1)
    return energy if bias is None else energy + states @ bias


def dense_energy(patterns: Tensor, states: Tensor, power: int) -> Tensor:
    """E = −Σ_μ (ξ_μ·s)^n / N^{n−1}: (M, N) -> (M,); n = 2 is twice the classical energy, but for
    the constant P (its diagonal).
    """
    size = patterns.shape[1]
    return -((states @ patterns.t() / size).pow(power)).sum(-1) * size


def exponential_energy(patterns: Tensor, states: Tensor) -> Tensor:
    """E = −ln Σ_μ exp(ξ_μ·s): (M, N) -> (M,), the logarithm of the exponential memory's sum."""
    return -torch.logsumexp(states @ patterns.t(), -1)


def energy_of(memory: Memory, patterns: Tensor, states: Tensor, power: int = 3) -> Tensor:
    """The energy of a memory of patterns (P, N) at states (M, N): (M,)."""
    if memory == "classical":
        return classical_energy(hebb(patterns), states)
    if memory == "dense":
        return dense_energy(patterns, states, power)
    return exponential_energy(patterns, states)


def sweep(
    memory: Memory,
    patterns: Tensor,
    states: Tensor,
    generator: torch.Generator,
    *,
    beta: float = math.inf,
    power: int = 3,
) -> Tensor:
    """Each unit once, in a random order: (M, N) -> (M, N).

    At β = ∞ a unit takes the side of lower energy (it stays where both are equal), so E never
    rises; at a finite β it is drawn from P(flip) = 1 / (1 + e^{β ΔE}), the heat bath, whose
    stationary law is p ∝ e^{−βE}.
    """
    size = patterns.shape[1]
    states, overlap = states.clone(), states @ patterns.t()
    for i in torch.randperm(size, generator=generator).tolist():
        flipped = overlap - 2 * states[:, i : i + 1] * patterns[:, i]
        rise = _rise(memory, patterns, states, i, overlap, flipped, power)
        if math.isinf(beta):
            flip = rise < 0
        else:
            chance = torch.sigmoid(-beta * rise)
            flip = torch.rand(chance.shape, generator=generator, dtype=chance.dtype) < chance
        states[:, i] = torch.where(flip, -states[:, i], states[:, i])
        overlap = torch.where(flip[:, None], flipped, overlap)
    return states


def synchronous(weights: Tensor, states: Tensor) -> Tensor:
    """All units at once, classical: s ← sign(Ws), a unit without input staying; it may end in a
    cycle of two.
    """
    field = states @ weights
    return torch.where(field == 0, states, field.sign())


def recall(
    memory: Memory,
    patterns: Tensor,
    states: Tensor,
    generator: torch.Generator,
    *,
    sweeps: int = 20,
    beta: float = math.inf,
    power: int = 3,
) -> Recall:
    """Up to `sweeps` sweeps; at β = ∞ it ends with the first that changes nothing."""
    path = [states]
    for _ in range(sweeps):
        path.append(sweep(memory, patterns, path[-1], generator, beta=beta, power=power))
        if math.isinf(beta) and torch.equal(path[-1], path[-2]):
            break
    energies = [energy_of(memory, patterns, each, power) for each in path]
    return Recall(torch.stack(path), torch.stack(energies))


def named(patterns: Tensor, state: Tensor, tolerance: float = 0.02) -> str:
    """What a state (N,) is: "pattern 3", "−pattern 3", an odd mixture "mixture 1 + 2 − 4" (the sign
    of a sum of three), or "spurious"; up to a share `tolerance` of wrong units.
    """
    size, close = patterns.shape[1], 1 - 2 * tolerance
    overlap = (patterns @ state / size).tolist()
    best = max(range(len(overlap)), key=lambda k: abs(overlap[k]))
    if abs(overlap[best]) >= close:
        return f"{'' if overlap[best] > 0 else '−'}pattern {best + 1}"
    order = sorted(range(len(overlap)), key=lambda k: -abs(overlap[k]))[:3]
    if len(order) == 3:
        signs = torch.tensor([math.copysign(1, overlap[k]) for k in order]).to(patterns)
        mixture = (signs[:, None] * patterns[order]).sum(0).sign()
        if float(mixture @ state) / size >= close:
            terms = [("+" if overlap[k] > 0 else "−", k + 1) for k in sorted(order)]
            first = ("−" if terms[0][0] == "−" else "") + str(terms[0][1])
            return "mixture " + " ".join([first, *(f"{sign} {k}" for sign, k in terms[1:])])
    return "spurious"


def retrieve(patterns: Tensor, states: Tensor, beta: float) -> Tensor:
    """A step of the modern network, attention: X softargmax(β X'ξ), (M, D) for patterns (P, D)."""
    return torch.softmax(beta * states @ patterns.t(), -1) @ patterns


def modern_energy(patterns: Tensor, states: Tensor, beta: float) -> Tensor:
    """−lse(β, X'ξ) + ½ξ'ξ + (1/β) ln P + ½M², M the largest norm: (M, D) -> (M,) (R20, eq. 2)."""
    score = torch.logsumexp(beta * states @ patterns.t(), -1) / beta
    most = patterns.square().sum(-1).max()
    count = math.log(len(patterns)) / beta
    return -score + 0.5 * states.square().sum(-1) + count + 0.5 * most


def _rise(
    memory: Memory,
    patterns: Tensor,
    states: Tensor,
    i: int,
    overlap: Tensor,
    flipped: Tensor,
    power: int,
) -> Tensor:
    """E after unit i flips, less E before it: (M,)."""
    size = patterns.shape[1]
    if memory == "classical":  # 2 s_i Σ_j W_ij s_j, the diagonal left out
        field = overlap @ patterns[:, i] / size - states[:, i] * len(patterns) / size
        return 2 * states[:, i] * field
    if memory == "dense":
        change = (flipped / size).pow(power) - (overlap / size).pow(power)
        return -change.sum(-1) * size
    return torch.logsumexp(overlap, -1) - torch.logsumexp(flipped, -1)
