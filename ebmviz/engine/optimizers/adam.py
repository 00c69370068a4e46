"""Adam."""

from __future__ import annotations

import math
from typing import Annotated

import torch

from ebmviz.core.params import Affects, real
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, RateScaled, Slots
from ebmviz.engine.source import piece
from ebmviz.engine.tape.beforehand import numbers
from ebmviz.engine.weights import Weights

EPSILON = 1e-8


class AdamParams(OptimizerParams, frozen=True):
    beta1: Annotated[
        float, real("Decay of m", symbol="β_1", affects=Affects.TRAIN, low=0, high=0.9999)
    ] = 0.9
    beta2: Annotated[
        float, real("Decay of v", symbol="β_2", affects=Affects.TRAIN, low=0, high=0.99999)
    ] = 0.999


class Adam(RateScaled, Optimizer[AdamParams]):
    """Adam

    Divides the step of each weight by the recent size of its gradient.
    Formula: w ← w − η m̂/(√v̂ + 10^{−8})
    Source: Kingma and Ba 2015, Algorithm 1
    """

    kind = "adam"
    order = 30
    Params = AdamParams

    def init(self, weights: Weights) -> Slots:
        return {
            f"{slot}/{k}": torch.zeros_like(w)
            for k, w in weights.items()
            for slot in ("mean", "square")
        }

    def script(self) -> str:
        p, betas = self.params, (self.params.beta1, self.params.beta2)
        more = "" if betas == (0.9, 0.999) else f", betas={betas}"
        return piece("optimizer = torch.optim.Adam(w.values(), lr=‹lr›‹more›)", lr=p.lr, more=more)

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        p, like = self.params, next(iter(weights.values()))

        def factors(step: int) -> tuple[float, float]:
            # √v̂ = √v / scale: the fraction is multiplied by scale, above and below.
            scale = math.sqrt(1 - p.beta2**step)
            return p.lr * scale / (1 - p.beta1**step), EPSILON * scale

        rate, least = numbers(step, factors, like).unbind()
        moved: Slots = {}
        out: Weights = {}
        for k, w in weights.items():
            g = gradients[k]
            m = slots[f"mean/{k}"].lerp(g, 1 - p.beta1)
            v = slots[f"square/{k}"].lerp(g * g, 1 - p.beta2)
            out[k] = w.sub(m.div(v.sqrt().add_(least)).mul_(rate))
            moved |= {f"mean/{k}": m, f"square/{k}": v}
        return out, moved
