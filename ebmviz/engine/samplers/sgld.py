"""Langevin with a noise of its own, as JEM runs it."""

from __future__ import annotations

from typing import Annotated

import torch

from ebmviz.core.params import Affects, choice, real
from ebmviz.engine.samplers.base.sampler import Chains, Field, Info, Sampler, Unadjusted, normal
from ebmviz.engine.samplers.base.step import StepParams

JEM = (1.0, 0.01)
"""Step and noise of Grathwohl et al. 2020."""
_OWN = "sampler.preset=own"


class NoiseParams(StepParams, frozen=True):
    preset: Annotated[
        str,
        choice(
            "Preset",
            {"own": "Own step and noise", "jem": "JEM: h = 1, s = 0.01, so β = 20 000"},
            affects=Affects.DRAW,
        ),
    ] = "own"
    step: Annotated[
        float,
        real(
            "Step",
            symbol="h",
            help="y moves by −h ∇F; with the noise it implies β = 2h/s²",
            affects=Affects.DRAW,
            low=0,
            high=1e3,
            slider=(1e-4, 2.0),
            log=True,
            when=(_OWN,),
        ),
    ] = 0.01
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
            when=(_OWN,),
        ),
    ] = 0.1


class SGLD(Unadjusted, Sampler[NoiseParams]):
    """SGLD, free noise

    Step and noise are set apart, so it samples at the β that they imply, 2h/s², not at the one
    asked for. JEM's step 1 and noise 0.01 imply β = 20 000: almost pure descent.
    Formula: y ← y − h ∇F + s ξ
    Source: Welling and Teh 2011; Grathwohl et al. 2020, Algorithm 1
    """

    kind = "sgld"
    order = 40
    Params = NoiseParams
    tuned_by = ("step", "noise")
    tuned_step = "y ← y − h ∇F + s ξ"

    @property
    def used(self) -> tuple[float, float]:
        """Step h and noise s."""
        p = self.params
        return JEM if p.preset == "jem" else (p.step, p.noise)

    def implied(self, beta: float) -> float:
        """2h/s², whatever is asked for; ∞ without noise."""
        h, s = self.used
        return 2 * h / s**2 if s**2 > 0 else float("inf")

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        h, s = self.used
        y = chains.y - h * chains.slope + s * normal(chains.y, generator)
        return self.init(field, y), Info(torch.ones_like(chains.energy))
