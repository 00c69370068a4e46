"""The interface of a loss, and what all losses on a free energy share."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, real
from ebmviz.core.view import BETA_HIGH, BETA_LOW
from ebmviz.engine.component import Component, P


class LossParams(ParamSet, frozen=True):
    beta: Annotated[
        float,
        real(
            "Training β",
            symbol="β",
            help="Inverse temperature of the trained free energy: ∞ moves only the nearest"
            " manifold point, finite β moves all of them, 0 the mean",
            affects=Affects.TRAIN,
            low=0,
            slider=(BETA_LOW, BETA_HIGH),
            log=True,
            inf=True,
            thermometer=True,
        ),
    ] = math.inf


class Loss(Component[P]):
    """A mean over the batch of a functional of the free energy."""

    part: ClassVar[str] = "objective"

    def __call__(self, data_energy: Tensor) -> Tensor:
        """F_β at the batch's data y̌ (N,) -> scalar."""
        raise NotImplementedError

    def with_slope(self, data_energy: Tensor) -> tuple[Tensor, Tensor]:
        """The loss, and ∂L/∂F (N,) by autograd; a loss of a simple slope may say it itself."""
        with torch.enable_grad():
            leaf = data_energy.detach().requires_grad_()
            loss = self(leaf)
            (slope,) = torch.autograd.grad(loss, leaf)
        return loss.detach(), slope
