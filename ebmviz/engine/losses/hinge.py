"""The hinge loss."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive, Relative
from ebmviz.engine.losses.base.pair import MarginParams, PairLoss
from ebmviz.engine.source import number


class Hinge(Contrastive, Relative, PairLoss[MarginParams]):
    """Hinge

    Pushes until the energy of the incorrect answer lies a margin m above that of the correct one,
    and no further.
    Formula: L = [m + E(y) − E(ŷ)]^+
    Source: LeCun et al. 2006, §2.2.3
    """

    kind = "hinge"
    order = 30
    Params = MarginParams

    def script_pair(self) -> str:
        return f"torch.relu({number(self.params.margin)} + right - wrong)"

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        return (self.params.margin + right - wrong).clamp(min=0)
