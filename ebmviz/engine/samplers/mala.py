"""Metropolis-adjusted Langevin."""

from __future__ import annotations

import math
from typing import Self

import torch

from ebmviz.engine.samplers.base.sampler import (
    Chains,
    Field,
    Info,
    Sampler,
    Tuning,
    adjusted_langevin,
)
from ebmviz.engine.samplers.base.step import StepParams
from ebmviz.engine.source import piece

_LONGEST = 4.0


_SCRIPT = """
    H, BETA_OF_CHAINS = ‹h›, ‹beta›
    SPREAD = math.sqrt(2 * H / BETA_OF_CHAINS)


    def drift(slope):
        # a step down the gradient, of ‹longest› standard deviations of the noise at most
        move = H * slope
        length = move.norm(dim=1, keepdim=True).clamp(min=1e-30)
        return move * (‹longest› * SPREAD / length).clamp(max=1)


    def chains(w, x, chance):
        # Langevin steps with a Metropolis test, which leaves p(x) unchanged (MALA)
        value, slope = force(w, x)
        for _ in range(‹steps›):
            away = x - drift(slope)
            there = away + SPREAD * torch.randn(x.shape, generator=chance)
            new_value, new_slope = force(w, there)
            back = (x - (there - drift(new_slope))).square().sum(1)
            gain = value - new_value + ((there - away).square().sum(1) - back) / (4 * H)
            moved = torch.rand(len(x), generator=chance).log() < BETA_OF_CHAINS * gain
            x = torch.where(moved[:, None], there, x)
            value = torch.where(moved, new_value, value)
            slope = torch.where(moved[:, None], new_slope, slope)
        return mirrored(x)
"""


class MALA(Sampler[StepParams]):
    """Langevin, adjusted (MALA)

    A Langevin step with a Metropolis test, which leaves p exactly unchanged.
    Formula: accept with min(1, p(y′) q(y|y′) / (p(y) q(y′|y)))
    Source: Roberts and Tweedie 1996
    """

    kind = "mala"
    order = 20
    Params = StepParams
    tuned_by = ("step",)
    tuned_step = (
        "y ← y − h ∇F + τ √(2h/β) ξ, with a drift of 4 τ √(2h/β) at most, taken with"
        " min(1, p(y′) q(y|y′) / (p(y) q(y′|y))), p ∝ exp(−βF/τ^2)"
    )

    def __init__(self, params: StepParams, longest: float = math.inf) -> None:
        """longest: the drift of a step, in standard deviations of its noise, at most."""
        super().__init__(params)
        self.longest = longest

    @classmethod
    def tuned(cls, by: Tuning) -> Self:
        """Its drift is cut (MALTA), so that chains also come down the steep walls that training
        builds.
        """
        return cls(cls.Params(step=by.step), _LONGEST)

    def script_of_chains(self, steps: int, beta: float) -> str:
        h = self.params.step
        if h == 0 or math.isinf(beta):
            return ""
        return piece(_SCRIPT, h=h, beta=beta, steps=steps, longest=self.longest)

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        h = self.params.step
        if h == 0:
            return chains, Info(torch.ones_like(chains.energy))
        after, chance = adjusted_langevin(
            chains, field, h, chains.energy.new_full((), beta), generator, self.longest
        )
        return after, Info(chance)
