"""Metropolis-adjusted Langevin."""

from __future__ import annotations

import math

import torch

from ebmviz.engine.samplers.sampler import Chains, Field, Info, Sampler, normal, taken
from ebmviz.engine.samplers.ula import StepParams


class MALA(Sampler[StepParams]):
    """Langevin, adjusted (MALA)

    A Langevin step that is taken only as often as keeps p exactly as it is.
    Formula: accept with min(1, p(y′) q(y|y′) / (p(y) q(y′|y)))
    Source: Roberts and Tweedie 1996; math.md §4
    """

    kind = "mala"
    Params = StepParams
    exact = True

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        h = self.params.step
        if h == 0:
            return chains, Info(torch.ones_like(chains.energy))
        drift = chains.y - h * chains.slope
        moved = self.init(field, drift + math.sqrt(2 * h / beta) * normal(chains.y, generator))
        there = (moved.y - drift).square().sum(1)
        back = (chains.y - (moved.y - h * moved.slope)).square().sum(1)
        log_ratio = beta * (chains.energy - moved.energy + (there - back) / (4 * h))
        after, chance = taken(chains, moved, log_ratio, generator)
        return after, Info(chance)
