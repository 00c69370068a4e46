"""The log loss."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive, Relative
from ebmviz.engine.losses.base.loss import softplus
from ebmviz.engine.losses.base.pair import PairLoss, PairParams


class Log(Contrastive, Relative, PairLoss[PairParams]):
    """Log

    A hinge without a corner: it pushes less and less, but never stops.
    Formula: L = ln(1 + exp(E(y) − E(ŷ)))
    Source: LeCun et al. 2006, §2.2.3
    """

    kind = "log"
    order = 40
    Params = PairParams

    def script_pair(self) -> str:
        return "torch.nn.functional.softplus(right - wrong)"

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        return softplus(right - wrong)
