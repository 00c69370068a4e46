"""The perceptron loss."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive, Marginless, Relative
from ebmviz.engine.losses.base.every import EveryLoss, EveryParams


class Perceptron(Contrastive, Marginless, Relative, EveryLoss[EveryParams]):
    """Perceptron

    Pushes up the answer of least energy until the correct one is as low. Its margin is 0: it is
    also 0 where all energies are equal.
    Formula: L = E(y) − min_ŷ E(ŷ)
    Source: LeCun et al. 2006, §2.2.2
    """

    kind = "perceptron"
    order = 20
    shares = True
    Params = EveryParams

    def script_over(self, cell: str) -> str:
        return "(right - torch.minimum(right, every.amin(1)))"

    def over(self, right: Tensor, every: Tensor, near: Tensor, log_cell: float) -> Tensor:
        # A grid of answers may miss the right one, which is among those of the minimum.
        return right - torch.minimum(right, every.amin(1))
