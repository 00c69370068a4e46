"""Associative memories: classical and dense Hopfield networks over s ∈ {−1, 1}^N.

Everything is a pure function of patterns ξ (P, N) and states s (M, N), of ±1. The modern network's
landscape is `ebmviz.engine.landscape.grid` with E = ½‖y − x‖².
Source: Hopfield 1982; Krotov and Hopfield 2016; Demircigil et al. 2017; Ramsauer et al. 2020;
mathematics.md §6.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from ebmviz.core.snapshot import Array

CAPACITY = 0.138  # patterns per unit, of classical recall with few errors
MOST_STATES = 32  # recalled per trial of the capacity
BEND = 0.967  # mean overlap at capacity (Amit, Gutfreund and Sompolinsky 1985): 1.6 % wrong units
_EQUAL = 1e-12  # of the terms, in float64: below, rounding
_TIE = 1e-5  # fields are sums of 1/N: below, rounding
Memory = Literal["classical", "dense", "exponential"]


class Recall(NamedTuple):
    """states (T + 1, M, N) and their energies (T + 1, M), one entry per sweep."""

    states: Tensor
    energies: Tensor


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
    if memory == "classical":  # −½ s'Ws, without forming the N × N weights
        own = states.square() @ patterns.square().sum(0)
        return -0.5 * ((states @ patterns.t()).square().sum(-1) - own) / patterns.shape[1]
    if memory == "dense":
        return dense_energy(patterns, states, power)
    return exponential_energy(patterns, states)


def update(
    memory: Memory,
    patterns: Tensor,
    states: Tensor,
    units: Sequence[int],
    *,
    draws: Tensor | None = None,
    beta: float = math.inf,
    power: int = 3,
) -> Tensor:
    """Some units, one after the other: (M, N) -> (M, N).

    Without draws (uniform, (len(units), M)) or at β = ∞ a unit takes the side of lower energy (it
    stays where both are equal), so E never rises; else it is drawn from
    P(flip) = 1 / (1 + e^{β ΔE}), the heat bath, whose stationary law is p ∝ e^{−βE}.
    """
    states, overlap = states.clone(), states @ patterns.t()
    for k, i in enumerate(units):
        own, column = states[:, i : i + 1], patterns[:, i : i + 1]
        rise = _rises(memory, overlap, own, column, patterns.shape[1], power)[:, 0]
        if draws is None or math.isinf(beta):
            flip = rise < 0
        else:
            flip = draws[k] < torch.sigmoid(-beta * rise)
        flipped = overlap - 2 * own * column[:, 0]
        states[:, i] = torch.where(flip, -own[:, 0], own[:, 0])
        overlap = torch.where(flip[:, None], flipped, overlap)
    return states


def sweep(
    memory: Memory,
    patterns: Tensor,
    states: Tensor,
    generator: torch.Generator,
    *,
    beta: float = math.inf,
    power: int = 3,
) -> Tensor:
    """`update` of each unit once, in a random order: (M, N) -> (M, N)."""
    order = torch.randperm(states.shape[1], generator=generator).tolist()
    draws = None
    if not math.isinf(beta):
        draws = torch.rand((len(order), len(states)), generator=generator, dtype=states.dtype)
    return update(memory, patterns, states, order, draws=draws, beta=beta, power=power)


def synchronous(memory: Memory, patterns: Tensor, states: Tensor, power: int = 3) -> Tensor:
    """All units at once, each by what the others were: (M, N) -> (M, N); classical s ← sign(Ws).
    E may rise, and it may end in a cycle of two.
    """
    overlap = states @ patterns.t()
    rise = _rises(memory, overlap, states, patterns, patterns.shape[1], power)
    return torch.where(rise < 0, -states, states)


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


def _rises(
    memory: Memory, overlap: Tensor, own: Tensor, columns: Tensor, size: int, power: int
) -> Tensor:
    """E after one unit flips, less E before it, for each of some units: (M, n).

    overlap (M, P) is ξ·s; own (M, n) and columns (P, n) are s and ξ at these units.
    """
    if memory == "classical":  # 2 s_i Σ_j W_ij s_j, the diagonal left out
        return 2 * own * (overlap @ columns - own * columns.square().sum(0)) / size
    before = overlap.double()[:, :, None]
    flipped = before - (2 * own[:, None] * columns).double()
    if memory == "dense":
        one, other = (before / size).pow(power), (flipped / size).pow(power)
        rise, scale = (one - other).sum(1), (one.abs() + other.abs()).sum(1)
    else:
        one, other = torch.logsumexp(before, 1), torch.logsumexp(flipped, 1)
        rise, scale = one - other, one.abs() + other.abs()
    rise = torch.where(rise.abs() > _EQUAL * scale, rise, 0.0)  # a unit stays where both are equal
    return (rise * size if memory == "dense" else rise).to(overlap.dtype)


def settle(patterns: Array, states: Array, order: Generator, sweeps: int = 40) -> Array:
    """Classical asynchronous recall of many states at once, (M, N) -> (M, N), as `update` at β = ∞
    finds them: until a sweep flips nothing, or so many sweeps. patterns (P, N); `order` draws the
    order of the units. It keeps every unit's field, and flips are few: much faster than sweeps.
    """
    size = patterns.shape[1]
    weights = (patterns.T @ patterns / size).astype(np.float32)
    np.fill_diagonal(weights, 0)
    s = np.ascontiguousarray(states.T, np.float32)  # a unit's states side by side
    field = weights @ s
    for _ in range(sweeps):
        still = True
        for i in order.permutation(size):
            flip = field[i] * s[i] < -_TIE
            if flip.any():
                still = False
                some = np.flatnonzero(flip)
                s[i, some] *= -1
                field[:, some] += 2 * np.outer(weights[i], s[i, some])
        if still:
            break
    return np.ascontiguousarray(s.T)


def capacity_trial(size: int, load: float, rng: Generator, *, flips: float = 0.0) -> float:
    """Mean overlap with their pattern of states recalled from it, a share `flips` of their units
    turned, in a classical network of `size` units that holds round(load · size) random patterns.
    """
    count = max(1, round(load * size))
    patterns = rng.integers(0, 2, (count, size)).astype(np.float32) * 2 - 1
    states = patterns[:MOST_STATES].copy()
    turned = np.argsort(rng.random(states.shape), 1)[:, : round(flips * size)]
    np.put_along_axis(states, turned, -np.take_along_axis(states, turned, 1), 1)
    found = settle(patterns, states, rng)
    return float((found * patterns[:MOST_STATES]).mean())


def bend(load: Sequence[float], overlap: Sequence[float]) -> float | None:
    """The load at which the overlap first falls through BEND, what it is at the capacity of large
    networks, between two measured ones; None if it never does.
    """
    points = list(zip(load, overlap, strict=True))
    for (a, high), (b, low) in itertools.pairwise(points):
        if high >= BEND > low:
            return a + (b - a) * (high - BEND) / (high - low)
    return None
