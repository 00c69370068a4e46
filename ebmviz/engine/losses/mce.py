"""The minimum classification error loss."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive, Relative
from ebmviz.engine.losses.base.pair import PairLoss, PairParams


class MCE(Contrastive, Relative, PairLoss[PairParams]):
    """Classification error

    Minimum classification error, MCE, a soft count of errors: near 1 where the incorrect answer has
    the lower energy, near 0 where the correct one has. Its gradient is small for data that are far
    on either side.
    Formula: L = σ(E(y) − E(ŷ))
    Source: LeCun et al. 2006, §2.2.3; Juang et al. 1997
    """

    kind = "mce"
    order = 60
    Params = PairParams

    def script_pair(self) -> str:
        return "(right - wrong).sigmoid()"

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        return (right - wrong).sigmoid()
