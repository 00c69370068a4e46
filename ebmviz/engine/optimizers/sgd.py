"""Stochastic gradient descent."""

from __future__ import annotations

from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, RateScaled, Slots
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights


class SGD(RateScaled, Optimizer[OptimizerParams]):
    """SGD

    One step down the gradient of the loss of a batch.
    Formula: w ← w − η ∂L/∂w
    Source: Robbins and Monro 1951
    """

    kind = "sgd"
    order = 10
    Params = OptimizerParams

    def script(self) -> str:
        return piece("optimizer = torch.optim.SGD(w.values(), lr=‹lr›)", lr=self.params.lr)

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        lr = self.params.lr
        return {k: w.sub(gradients[k], alpha=lr) for k, w in weights.items()}, slots
