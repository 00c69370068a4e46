"""The loss of learning vector quantisation 2."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, real
from ebmviz.engine.losses.base.capabilities import Contrastive, Marginless
from ebmviz.engine.losses.base.pair import PairLoss, PairParams
from ebmviz.engine.source import number


class LVQ2Params(PairParams, frozen=True):
    delta: Annotated[
        float,
        real(
            "Saturation",
            symbol="δ",
            help="The loss is 1 from E(y) = (1 + δ) E(ŷ) on",
            affects=Affects.TRAIN,
            low=1e-3,
            high=1e3,
            slider=(0.01, 10.0),
            log=True,
        ),
    ] = 0.5


class LVQ2(Contrastive, Marginless, PairLoss[LVQ2Params]):
    """LVQ2

    Depends on the ratio of the two energies. Its gradient is 0 for data that are far too wrong, and
    its margin is 0.
    Formula: L = min(1, max(0, (E(y) − E(ŷ)) / (δ E(ŷ))))
    Source: LeCun et al. 2006, §2.2.3; Kohonen et al. 1988
    """

    kind = "lvq2"
    order = 50
    Params = LVQ2Params
    requires = {"nonnegative": "it divides by E(ŷ), which must not be negative"}

    def script_pair(self) -> str:
        floor = number(torch.finfo(torch.float32).eps ** 1.5)
        scale = f"{number(self.params.delta)} * wrong.clamp(min={floor})"
        return f"((right - wrong).relu() / ({scale})).clamp(max=1)"

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        floor = torch.finfo(wrong.dtype).eps ** 1.5  # its square is still a number
        scale = self.params.delta * wrong.clamp(min=floor)
        return ((right - wrong).relu() / scale).clamp(max=1)
