"""Parallel tempering: hot replicas cross the barriers, and hand down what they find."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, integer, real
from ebmviz.engine.samplers.base.sampler import (
    Chains,
    Field,
    Info,
    Sampler,
    Swapping,
    adjusted_langevin,
    uniform,
)
from ebmviz.engine.samplers.base.step import StepParams


class LadderParams(StepParams, frozen=True):
    replicas: Annotated[
        int,
        integer(
            "Replicas",
            symbol="R",
            help="Copies of each chain, from β down to the hottest",
            affects=Affects.DRAW,
            low=2,
            high=32,
            slider=(2, 12),
        ),
    ] = 5
    hottest: Annotated[
        float,
        real(
            "Hottest",
            help="β of the hottest replica, as a part of β; those between step evenly in ln β",
            affects=Affects.DRAW,
            low=1e-6,
            high=1.0,
            slider=(1e-3, 1.0),
            log=True,
            unit="β",
        ),
    ] = 0.05


class Tempering(Swapping, Sampler[LadderParams]):
    """Parallel tempering

    Every chain has replicas at lower β, all stepping by MALA. Neighbours in β swap places with a
    Metropolis test, so that a cold chain gets to places beyond barriers which only hot ones cross.
    Formula: swap with min(1, exp((β_i − β_j)(F(y_i) − F(y_j))))
    Source: Geyer 1991; Swendsen and Wang 1986
    """

    kind = "tempering"
    order = 50
    Params = LadderParams
    tuned_by = ("step",)
    tuned_step = (
        "y ← y − h ∇F + τ √(2h/β_i) ξ at 5 β_i from β down to β/20, each taken as MALA does,"
        " then swaps with min(1, exp((β_i − β_j)(F(y_i) − F(y_j))/τ^2))"
    )

    def init(self, field: Field, y: Tensor) -> Chains:
        count = self.params.replicas - 1
        return self._placed(field, y, y.repeat(count, 1))

    def again(self, field: Field, chains: Chains) -> Chains:
        hot = chains.hotter
        if hot is None or len(hot.y) != len(chains.y) * (self.params.replicas - 1):
            return self.init(field, chains.y)
        return self._placed(field, chains.y, hot.y)

    def _placed(self, field: Field, y: Tensor, hot: Tensor) -> Chains:
        return _split(Chains(torch.cat([y, hot]), *field(torch.cat([y, hot]))), len(y))

    def ladder(self, beta: float) -> list[float]:
        """β of the replicas, the coldest first."""
        p = self.params
        return [beta * p.hottest ** (i / (p.replicas - 1)) for i in range(p.replicas)]

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        assert chains.hotter is not None
        count, betas, hot = len(chains.y), self.ladder(beta), chains.hotter
        every = Chains(
            torch.cat([chains.y, hot.y]),
            torch.cat([chains.energy, hot.energy]),
            torch.cat([chains.slope, hot.slope]),
        )
        chance = torch.ones_like(every.energy)
        if self.params.step > 0:
            per_row = torch.cat([chains.energy.new_full((count,), beta) for beta in betas])
            every, chance = adjusted_langevin(every, field, self.params.step, per_row, generator)
        parts = (every.y, every.energy, every.slope)
        levels = [list(part.view(len(betas), count, *part.shape[1:])) for part in parts]
        swaps = torch.zeros_like(chains.energy)
        for hotter in range(len(betas) - 1, 0, -1):  # down the ladder: news travels all the way
            swaps += _swap(levels, hotter, betas, generator)
        y, energy, slope = (torch.cat(part) for part in levels)
        after = _split(Chains(y, energy, slope), count)
        return after, Info(chance[:count], swapped=swaps / (len(betas) - 1))


def _swap(
    levels: list[list[Tensor]], i: int, betas: list[float], generator: torch.Generator
) -> Tensor:
    """Let the replicas of level i and of the colder one before it change places; how likely."""
    energy = levels[1]
    log_ratio = (betas[i - 1] - betas[i]) * (energy[i - 1] - energy[i])
    move = uniform(log_ratio, generator).log() < log_ratio
    for part in levels:
        cold, hot = part[i - 1], part[i]
        chosen = move[:, None] if cold.dim() == 2 else move
        part[i - 1], part[i] = torch.where(chosen, hot, cold), torch.where(chosen, cold, hot)
    return log_ratio.clamp(max=0).exp()


def _split(every: Chains, count: int) -> Chains:
    """The first `count` chains, and the others as their hotter replicas."""
    hot = Chains(every.y[count:], every.energy[count:], every.slope[count:])
    return Chains(every.y[:count], every.energy[:count], every.slope[:count], hot)
