"""The interface of a sampler: nothing is hidden, so a run can be paused, stepped and retuned."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.component import Component, P

Field = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Places (N, D) -> F (N,) and ∇F (N, D)."""


class Chains(NamedTuple):
    """N chains: where they are, and F and ∇F there."""

    y: Tensor
    """(N, D)"""
    energy: Tensor
    """(N,)"""
    slope: Tensor
    """(N, D)"""


class Info(NamedTuple):
    """What a step did. accepted (N,): the probability with which its move was taken."""

    accepted: Tensor
    path: Tensor | None = None
    """(L + 1, N, D): the places on the way, where there is a way."""


class Sampler(Component[P]):
    """Chains whose density tends to p ∝ exp(−βF)."""

    part: ClassVar[str] = "sampler"
    exact: ClassVar[bool] = False
    """Whether p itself is left unchanged by a step, at every step size."""

    def init(self, field: Field, y: Tensor) -> Chains:
        """Chains at y (N, D)."""
        return Chains(y, *field(y))

    def step(
        self, chains: Chains, field: Field, beta: float, generator: torch.Generator
    ) -> tuple[Chains, Info]:
        """The chains after one step at β in ]0, ∞]; the arguments are not changed."""
        raise NotImplementedError


def normal(like: Tensor, generator: torch.Generator) -> Tensor:
    """ξ ~ N(0, 1) of the shape, type and device of `like`."""
    return torch.randn(like.shape, generator=generator, dtype=like.dtype, device=like.device)


def taken(
    before: Chains, after: Chains, log_ratio: Tensor, generator: torch.Generator
) -> tuple[Chains, Tensor]:
    """Metropolis: each chain moves with probability min(1, e^log_ratio), which is returned too.

    A move to where F is not finite is never taken.
    """
    sound = log_ratio.isfinite() & after.energy.isfinite()
    log_ratio = torch.where(sound, log_ratio, -torch.inf)
    u = torch.rand(
        log_ratio.shape, generator=generator, dtype=log_ratio.dtype, device=log_ratio.device
    )
    move = u.log() < log_ratio
    chains = Chains(
        torch.where(move[:, None], after.y, before.y),
        torch.where(move, after.energy, before.energy),
        torch.where(move[:, None], after.slope, before.slope),
    )
    return chains, log_ratio.clamp(max=0).exp()
