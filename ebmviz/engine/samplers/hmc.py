"""Hamiltonian Monte Carlo."""

from __future__ import annotations

import math
from typing import Annotated

import torch

from ebmviz.core.params import Affects, integer, real
from ebmviz.engine.samplers.base.sampler import (
    Chains,
    Field,
    Info,
    Leapfrogs,
    Sampler,
    SamplerParams,
    normal,
    taken,
)


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
            help="Leapfrog steps between two decisions",
            affects=Affects.DRAW,
            low=1,
            high=200,
            slider=(1, 50),
        ),
    ] = 10


class HMC(Leapfrogs, Sampler[LeapParams]):
    """Hamiltonian (HMC)

    A push in a random direction, a frictionless ride over F, and a decision at its end.
    Formula: H = F + ½‖v‖^2, accept with min(1, e^{−β ΔH})
    Source: Duane et al. 1987; Neal 2011
    """

    kind = "hmc"
    order = 30
    Params = LeapParams

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        e = self.params.leap
        v = start = normal(chains.y, generator) / math.sqrt(beta)
        moved, path = chains, [chains.y]
        for _ in range(self.params.leaps):
            v = v - 0.5 * e * moved.slope
            moved = self.init(field, moved.y + e * v)
            v = v - 0.5 * e * moved.slope
            path.append(moved.y)
        kinetic = 0.5 * (start.square().sum(1) - v.square().sum(1))
        log_ratio = beta * (chains.energy - moved.energy + kinetic)
        after, chance = taken(chains, moved, log_ratio, generator)
        return after, Info(chance, torch.stack(path))
