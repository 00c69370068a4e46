"""Losses by exact samples, drawn from a grid."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.engine.losses.base.answers import grid_param, reach_param
from ebmviz.engine.losses.base.loss import LossParams, training_beta
from ebmviz.engine.losses.base.sampled import Sampled
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import Wrong
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.samplers.base import cells
from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.weights import Weights


class DrawParams(LossParams, frozen=True):
    """Of independent draws from P on a grid."""

    beta: Annotated[
        float,
        training_beta(
            "Inverse temperature of P(y|x), which samples are drawn from, and of the free energy"
            " where there is a latent",
            low=1e-6,
            inf=False,
        ),
    ] = 1.0
    answers: Annotated[
        int,
        grid_param(
            "Places per axis of y that samples are drawn from, evenly over the data's range"
            " widened by the reach"
        ),
    ] = 32
    reach: Annotated[float, reach_param("the grid goes")] = 0.5


class DrawnLoss(Sampled[DrawParams]):
    """One ŷ per datum, drawn from P over a grid of the box."""

    draws = ("answers", "reach")

    def draw(
        self, space: AnswerSpace, weights: Weights, rows: Tensor, step: int, slots: Slots
    ) -> Wrong:
        p, energy, every = self.params, space.energy, space.grid(self.params.answers).to(rows)
        apart = energy.condition(rows[:1]).shape[1] > 0
        with torch.no_grad():
            free = energy.table(weights, rows if apart else rows[:1], every, p.beta)
        u = torch.from_numpy(stream(space.seed, Stream.CHAINS, step).random(len(rows)))
        return Wrong(each=every[cells.drawn(free, p.beta, u)])
