"""A sampler, to begin with: copy it to ebmviz/engine/samplers/, or load it with --plugin.

Works here as it stands; rename the file, the classes and `kind`, then change the move.
"""

from __future__ import annotations

from typing import Annotated

import torch

from ebmviz.core.params import Affects, real
from ebmviz.engine.samplers.base import sampler
from ebmviz.engine.samplers.base.sampler import Chains, Field, Info, Sampler, SamplerParams


# Parameters: each field is a slider in the panel, a path of --set, an entry of session files.
# SamplerParams brings the number of chains, where they start, and their pace.
class RandomWalkParams(SamplerParams, frozen=True):
    spread: Annotated[
        float,
        real(
            "Spread",
            symbol="σ",
            help="Standard deviation of a proposal, along each axis",
            affects=Affects.DRAW,  # chains are only watched: nothing is trained anew
            low=1e-6,
            high=100,
            slider=(0.01, 10.0),
            log=True,
        ),
    ] = 0.5


# The docstring is what the panel shows: title, a sentence that says what it is good for,
# the formula (`_x` lowers, `^x` raises), and whose it is.
class RandomWalk(Sampler[RandomWalkParams]):
    """Random-walk Metropolis

    A blind step, taken or not: leaves p unchanged at every σ, and needs no gradient.
    Formula: ŷ = y + σ ξ, taken with probability min(1, exp(−β(F(ŷ) − F(y))))
    Source: Metropolis et al. 1953
    """

    kind = "random-walk"  # its name in --set sampler.kind=… and in session files
    order = 1000  # its place in the menu, the lowest first
    Params = RandomWalkParams

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        """All chains after one step; the arguments stay as they are."""
        proposal = chains.y + self.params.spread * sampler.normal(chains.y, generator)
        moved = self.init(field, proposal)
        log_ratio = beta * (chains.energy - moved.energy)
        after, chance = sampler.taken(chains, moved, log_ratio, generator)
        return after, Info(chance)
