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

_LONGEST = 4.0


class MALA(Sampler[StepParams]):
    """Langevin, adjusted (MALA)

    A Langevin step that is taken only as often as keeps p exactly as it is.
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

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        h = self.params.step
        if h == 0:
            return chains, Info(torch.ones_like(chains.energy))
        after, chance = adjusted_langevin(
            chains, field, h, chains.energy.new_tensor(beta), generator, self.longest
        )
        return after, Info(chance)
