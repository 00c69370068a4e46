"""The energy loss."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.loss import LossParams
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.source import piece


class EnergyLoss(DataLoss[LossParams]):
    """Energy

    Pushes the data down and nothing up. A fixed set of latents keeps it from collapsing at
    moderate β: ∫ exp(−βF_β) is the same for every decoder.
    Formula: L = F_β(y)
    Source: LeCun et al. 2006, §2.2.1
    """

    kind = "energy"
    order = 10
    Params = LossParams
    forbids: ClassVar[dict[str, str]] = {}

    def script(self, space: AnswerSpace) -> str:
        return piece("""
            right = free_energy(w, batch, BETA)
            value = right.mean()
        """)

    def alone(self, right: Tensor) -> Tensor:
        return right

    def with_slope(self, data_energy: Tensor) -> tuple[Tensor, Tensor]:
        return data_energy.mean(), torch.full_like(data_energy, 1 / len(data_energy))

    def with_slopes(self, data_energy: Tensor) -> tuple[Tensor, Tensor]:
        return data_energy.mean(1), torch.full_like(data_energy, 1 / data_energy.shape[1])
