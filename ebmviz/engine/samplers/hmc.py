"""Hamiltonian Monte Carlo."""

from __future__ import annotations

import math
from typing import Annotated, Self

import torch
from torch import Tensor

from ebmviz.core.params import Affects, integer, real
from ebmviz.engine.samplers.base.sampler import (
    Chains,
    Field,
    Info,
    Leapfrogs,
    Sampler,
    SamplerParams,
    Tuning,
    normal,
    taken,
    uniform,
    weighed,
)

_JITTER = 0.2


class LeapParams(SamplerParams, frozen=True):
    leap: Annotated[
        float,
        real(
            "Leap",
            symbol="ε",
            help="Time of one leapfrog step",
            affects=Affects.DRAW,
            low=1e-6,
            high=1e2,
            slider=(1e-3, 1.0),
            log=True,
        ),
    ] = 0.1
    leaps: Annotated[
        int,
        integer(
            "Leaps",
            symbol="L",
            help="Leapfrog steps from one Metropolis test to the next",
            affects=Affects.DRAW,
            low=1,
            high=200,
            slider=(1, 50),
        ),
    ] = 10


class HMC(Leapfrogs, Sampler[LeapParams]):
    """Hamiltonian (HMC)

    A random momentum, a frictionless trajectory over F, and a Metropolis test at its end.
    Formula: H = F + ½‖v‖^2, accept with min(1, e^{−β ΔH})
    Source: Duane et al. 1987; Neal 2011
    """

    kind = "hmc"
    order = 30
    Params = LeapParams
    tuned_by = ("step", "leaps")
    tuned_step = (
        "L leaps of ε = √(2h) ± 20 % from v = τ ξ / √β over H = F + ½‖v‖^2, taken with"
        " min(1, exp(−β ΔH/τ^2))"
    )

    def __init__(self, params: LeapParams, jitter: float = 0.0) -> None:
        """jitter: by which part a trajectory's leaps may be longer or shorter, so that no period of
        H is met time and again.
        """
        super().__init__(params)
        self.jitter = jitter

    @classmethod
    def tuned(cls, by: Tuning) -> Self:
        """A leap of ε = √(2h) drifts by h ∇F, as a Langevin step does."""
        return cls(cls.Params(leap=math.sqrt(2 * by.step), leaps=by.leaps), _JITTER)

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        e: float | Tensor = self.params.leap
        if self.jitter > 0:
            u = uniform(chains.y[:, :1], generator)
            e = e * (1 + self.jitter * (2 * u - 1))
        v = start = normal(chains.y, generator) / math.sqrt(beta)
        moved, path = chains, [chains.y]
        for _ in range(self.params.leaps):
            v = v - 0.5 * e * moved.slope
            moved = self.init(field, moved.y + e * v)
            v = v - 0.5 * e * moved.slope
            path.append(moved.y)
        kinetic = 0.5 * (start.square().sum(1) - v.square().sum(1))
        log_ratio = weighed(kinetic.new_full((), beta), chains.energy - moved.energy + kinetic)
        after, chance = taken(chains, moved, log_ratio, generator)
        return after, Info(chance, torch.stack(path))
