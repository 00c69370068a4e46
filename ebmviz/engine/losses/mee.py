"""The minimum empirical error loss."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive, Relative, Thermal
from ebmviz.engine.losses.base.every import EveryLoss, RivalParams, log_right


class MEE(Thermal, Contrastive, Relative, EveryLoss[RivalParams]):
    """Empirical error

    Minimum empirical error, MEE: how much of P(y|x) the wrong answers hold. Its slope dies where
    P(y|x) is near 0: data that are hopeless are given up.
    Formula: L = 1 − P(y|x)
    Source: LeCun et al. 2006, §2.2.5
    """

    kind = "mee"
    order = 110
    Params = RivalParams

    def script_over(self, cell: str) -> str:
        return "(-log_right(right, every, near).expm1())"

    def over(self, right: Tensor, every: Tensor, near: Tensor, log_cell: float) -> Tensor:
        return -log_right(right, every, near, self.params.beta).expm1()
