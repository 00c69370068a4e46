"""The square-square loss."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive
from ebmviz.engine.losses.base.pair import MarginParams, PairLoss
from ebmviz.engine.source import number


class SquareSquare(Contrastive, PairLoss[MarginParams]):
    """Square-square

    Pushes the energy of the correct answer down to 0 and that of the incorrect one up to m, each
    independently.
    Formula: L = ([E(y)]^+)^2 + ([m − E(ŷ)]^+)^2
    Source: LeCun et al. 2006, §2.2.3
    """

    kind = "square-square"
    order = 70
    Params = MarginParams

    def script_pair(self) -> str:
        return f"(right.relu().square() + ({number(self.params.margin)} - wrong).relu().square())"

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        return right.relu().square() + (self.params.margin - wrong).relu().square()
