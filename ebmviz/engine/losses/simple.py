"""The simple loss: two hinges."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.losses.base.capabilities import Contrastive
from ebmviz.engine.losses.base.pair import MarginParams, PairLoss
from ebmviz.engine.source import number


class Simple(Contrastive, PairLoss[MarginParams]):
    """Simple, two hinges

    Pushes with constant force: the energy of the correct answer down to 0, that of the incorrect
    one up to m.
    Formula: L = [E(y)]^+ + [m − E(ŷ)]^+
    Source: Notes on LeCun’s lectures; mathematics.md §3
    """

    kind = "simple"
    order = 90
    Params = MarginParams

    def script_pair(self) -> str:
        return f"(right.relu() + ({number(self.params.margin)} - wrong).relu())"

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        return right.relu() + (self.params.margin - wrong).relu()
