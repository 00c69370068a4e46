"""Langevin with a noise of its own, as JEM runs it."""

from __future__ import annotations

from typing import Annotated

import torch

from ebmviz.core.params import Affects, real
from ebmviz.engine.samplers.sampler import Chains, Field, Info, Sampler, normal
from ebmviz.engine.samplers.ula import StepParams


class NoiseParams(StepParams, frozen=True):
    noise: Annotated[
        float,
        real(
            "Noise",
            symbol="s",
            help="Standard deviation of the noise of a step, whatever β",
            affects=Affects.DRAW,
            low=0,
            high=1e3,
            slider=(1e-4, 1.0),
            log=True,
        ),
    ] = 0.01


class SGLD(Sampler[NoiseParams]):
    """SGLD, free noise

    Step and noise are set apart, so it samples at the β that they imply, 2h/s², not at the one
    asked for. JEM's step 1 and noise 0.01 imply β = 20 000: next to a descent.
    Formula: y ← y − h ∇F + s ξ
    Source: Welling and Teh 2011; Grathwohl et al. 2020, Algorithm 1; math.md §4
    """

    kind = "sgld"
    Params = NoiseParams

    @property
    def implied_beta(self) -> float:
        """β = 2h/s²; ∞ without noise."""
        h, s = self.params.step, self.params.noise
        return 2 * h / s**2 if s > 0 else float("inf")

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        p = self.params
        y = chains.y - p.step * chains.slope + p.noise * normal(chains.y, generator)
        return self.init(field, y), Info(torch.ones_like(chains.energy))
