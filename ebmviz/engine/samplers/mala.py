"""Metropolis-adjusted Langevin."""

from __future__ import annotations

import torch

from ebmviz.engine.samplers.base.sampler import Chains, Field, Info, Sampler, langevin
from ebmviz.engine.samplers.base.step import StepParams


class MALA(Sampler[StepParams]):
    """Langevin, adjusted (MALA)

    A Langevin step that is taken only as often as keeps p exactly as it is.
    Formula: accept with min(1, p(y′) q(y|y′) / (p(y) q(y′|y)))
    Source: Roberts and Tweedie 1996
    """

    kind = "mala"
    order = 20
    Params = StepParams

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        h = self.params.step
        if h == 0:
            return chains, Info(torch.ones_like(chains.energy))
        after, chance = langevin(chains, field, h, chains.energy.new_tensor(beta), generator)
        return after, Info(chance)
