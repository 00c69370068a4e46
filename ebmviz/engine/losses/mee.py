"""The minimum empirical error loss."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive, Relative, Thermal
from ebmviz.engine.losses.base.every import EveryLoss, RivalParams, log_right


class MEE(Thermal, Contrastive, Relative, EveryLoss[RivalParams]):
    """Empirical error

    Minimum empirical error, MEE: the probability of all incorrect answers together. Its gradient
    vanishes where P(y|x) is near 0, so data that are far too wrong are not mended.
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
