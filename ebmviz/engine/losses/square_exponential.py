"""The square-exponential loss."""

from __future__ import annotations

from typing import Annotated

from torch import Tensor

from ebmviz.core.params import Affects, real
from ebmviz.engine.losses.base.capabilities import Contrastive
from ebmviz.engine.losses.base.pair import PairLoss, PairParams
from ebmviz.engine.source import number

_STEEPEST = 60.0  # from e^60 on the exponential goes on along its tangent: float32 ends at e^88


class SquareExponentialParams(PairParams, frozen=True):
    gamma: Annotated[
        float,
        real(
            "Push",
            symbol="γ",
            help="How strongly negatives ŷ are pushed up",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 10.0),
        ),
    ] = 1.0


class SquareExponential(Contrastive, PairLoss[SquareExponentialParams]):
    """Square-exponential

    Pulls the energy of the correct answer to 0; those of incorrect ones are pushed up without end,
    but ever less.
    Formula: L = E(y)^2 + γ exp(−E(ŷ))
    Source: LeCun et al. 2006, §2.2.3; Osadchy et al. 2005
    """

    kind = "square-exponential"
    order = 80
    Params = SquareExponentialParams

    def script_pair(self) -> str:
        most, gamma = number(_STEEPEST), number(self.params.gamma)
        push = f"(-wrong).clamp(max={most}).exp() * (1 + (-wrong - {most}).relu())"
        return f"(right.square() + {gamma} * {push})"

    def pair(self, right: Tensor, wrong: Tensor) -> Tensor:
        depth = (-wrong).clamp(max=_STEEPEST)
        push = depth.exp() * (1 + (-wrong - _STEEPEST).relu())
        return right.square() + self.params.gamma * push
