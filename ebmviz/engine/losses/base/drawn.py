"""What a loss by exact samples has to be told."""

from __future__ import annotations

from typing import Annotated

from ebmviz.core.params import Affects, integer, real
from ebmviz.engine.losses.base.loss import LossParams, training_beta


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
        integer(
            "Grid size",
            symbol="|Y|",
            help="Places per axis of y that samples are drawn from, evenly over the data's range"
            " widened by the reach",
            affects=Affects.TRAIN,
            low=2,
            high=256,
            slider=(4, 64),
        ),
    ] = 32
    reach: Annotated[
        float,
        real(
            "Reach",
            help="How far the grid goes beyond the data, on each side, as a part of the data's"
            " range",
            affects=Affects.TRAIN,
            low=0,
            high=10,
            slider=(0.0, 2.0),
        ),
    ] = 0.5
