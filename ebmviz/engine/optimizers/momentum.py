"""Gradient descent with momentum."""

from __future__ import annotations

from typing import Annotated

import torch

from ebmviz.core.params import Affects, real
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, RateScaled, Slots
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights


class MomentumParams(OptimizerParams, frozen=True):
    momentum: Annotated[
        float,
        real("Momentum", symbol="μ", affects=Affects.TRAIN, low=0, high=0.9999),
    ] = 0.9


class Momentum(RateScaled, Optimizer[MomentumParams]):
    """Momentum

    Gradients add up to a velocity, which decays by the factor μ at each step.
    Formula: v ← μv + ∂L/∂w, w ← w − ηv
    Source: Polyak 1964, in the form of Sutskever et al. 2013 without Nesterov's term
    """

    kind = "momentum"
    order = 20
    Params = MomentumParams

    def init(self, weights: Weights) -> Slots:
        return {f"velocity/{k}": torch.zeros_like(w) for k, w in weights.items()}

    def script(self) -> str:
        return piece(
            "optimizer = torch.optim.SGD(w.values(), lr=‹lr›, momentum=‹mu›)",
            lr=self.params.lr,
            mu=self.params.momentum,
        )

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        p = self.params
        moved: Slots = {
            f"velocity/{k}": gradients[k].add(slots[f"velocity/{k}"], alpha=p.momentum)
            for k in weights
        }
        return {k: w.sub(moved[f"velocity/{k}"], alpha=p.lr) for k, w in weights.items()}, moved
