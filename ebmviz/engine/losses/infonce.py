"""The InfoNCE loss."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive, Relative, Thermal
from ebmviz.engine.losses.base.every import EveryLoss, RivalParams, log_right


class InfoNCE(Thermal, Contrastive, Relative, EveryLoss[RivalParams]):
    """InfoNCE

    The cross-entropy of picking the correct answer among incorrect ones.
    Formula: L = −ln exp(−βE(y)) / Σ_j exp(−βE(ŷ_j))
    Source: van den Oord et al. 2018, equation 4
    """

    kind = "infonce"
    order = 120
    Params = RivalParams

    def script_over(self, cell: str) -> str:
        return "(-log_right(right, every, near))"

    def over(self, right: Tensor, every: Tensor, near: Tensor, log_cell: float) -> Tensor:
        return -log_right(right, every, near, self.params.beta)
