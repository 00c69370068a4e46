"""Unadjusted Langevin."""

from __future__ import annotations

import math

import torch

from ebmviz.engine.samplers.base.sampler import Chains, Field, Info, Sampler, Unadjusted, normal
from ebmviz.engine.samplers.base.step import StepParams


class ULA(Unadjusted, Sampler[StepParams]):
    """Langevin

    Gradient descent with noise and no Metropolis test (ULA): the larger the step, the hotter it
    runs; beyond 2 / (largest curvature) it is unstable.
    Formula: y ← y − h ∇F + √(2h/β) ξ
    Source: Roberts and Tweedie 1996
    """

    kind = "ula"
    order = 10
    Params = StepParams
    tuned_by = ("step",)
    tuned_step = "y ← y − h ∇F + τ √(2h/β) ξ"

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        h = self.params.step
        noise = normal(chains.y, generator)
        y = chains.y.sub(chains.slope, alpha=h).add_(noise, alpha=math.sqrt(2 * h / beta))
        return self.init(field, y), Info(torch.ones_like(chains.energy))
