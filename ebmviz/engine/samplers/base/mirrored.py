"""A box whose sides are mirrors: chains of any sampler stay in it, and it keeps p of the box alone.

That is the density whose ln Z a grid over the box finds, so the two can be compared; and no energy,
however it slopes, carries a chain away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ebmviz.engine.samplers.base.sampler import Field


@dataclass(frozen=True)
class MirroredBox:
    """low, high (A,): its sides. Beyond them F goes on as its mirror image, so that a chain of the
    whole plane, folded back, is one of the box: it bounces off the sides. Moves that keep
    exp(−βF) of the plane keep that of the box, for a fold takes equal places to one.
    """

    low: Tensor
    high: Tensor

    def inside(self, y: Tensor) -> Tensor:
        """Places (N, A), mirrored at the sides as often as needed."""
        width = self.high - self.low
        return self.high - (torch.remainder(y - self.low, 2 * width) - width).abs()

    def field(self, field: Field) -> Field:
        """F of the box, mirrored all over the plane."""

        def mirrored(y: Tensor) -> tuple[Tensor, Tensor]:
            free, slope = field(self.inside(y))
            turn = torch.remainder(torch.floor((y - self.low) / (self.high - self.low)), 2) == 1
            return free, torch.where(turn, -slope, slope)

        return mirrored


def field_of(energy: Callable[[Tensor], Tensor]) -> Field:
    """F (N,) of places and its slope, detached from all weights."""

    def field(y: Tensor) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            leaf = y.detach().requires_grad_()
            free = energy(leaf)
            (slope,) = torch.autograd.grad(free.sum(), leaf)
        return free.detach(), slope

    return field
