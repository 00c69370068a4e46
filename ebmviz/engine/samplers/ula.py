"""Unadjusted Langevin."""

from __future__ import annotations

import math
from typing import Annotated

import torch

from ebmviz.core.params import Affects, real
from ebmviz.engine.samplers.base.sampler import Chains, Field, Info, Sampler, SamplerParams, normal


class StepParams(SamplerParams, frozen=True):
    step: Annotated[
        float,
        real(
            "Step",
            symbol="h",
            help="y moves by −h ∇F and by noise of variance 2h/β",
            affects=Affects.DRAW,
            low=0,
            high=1e3,
            slider=(1e-4, 2.0),
            log=True,
        ),
    ] = 0.01


class ULA(Sampler[StepParams]):
    """Langevin

    Downhill and noise, never rejected: the larger the step, the hotter it runs; beyond 2 / (largest
    curvature) it flies apart.
    Formula: y ← y − h ∇F + √(2h/β) ξ
    Source: Roberts and Tweedie 1996
    """

    kind = "ula"
    order = 10
    Params = StepParams
    traits = ("unadjusted",)

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        h = self.params.step
        noise = normal(chains.y, generator)
        y = chains.y.sub(chains.slope, alpha=h).add_(noise, alpha=math.sqrt(2 * h / beta))
        return self.init(field, y), Info(torch.ones_like(chains.energy))
