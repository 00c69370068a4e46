"""Nothing to train: what a fuzzy code tells."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, integer, real
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.theory.information import gaussian_kl
from ebmviz.engine.weights import Weights


class InformationParams(ParamSet, frozen=True):
    d: Annotated[
        int,
        integer(
            "Dimension of z",
            symbol="d",
            help="Every axis tells as much",
            affects=Affects.TRAIN,
            low=1,
            high=3,
            slider=(1, 3),
        ),
    ] = 2
    r: Annotated[
        float,
        real(
            "Prior’s size",
            symbol="r",
            help="Side of the large cube; standard deviation of the Gaussian p(z)",
            affects=Affects.TRAIN,
            low=0.01,
            high=100,
            slider=(0.25, 8.0),
        ),
    ] = 4.0
    s: Annotated[
        float,
        real(
            "Size of q",
            symbol="s",
            help="Side of the small cube; standard deviation of the Gaussian q(z|y)",
            affects=Affects.TRAIN,
            low=0.01,
            high=100,
            slider=(0.05, 8.0),
        ),
    ] = 1.0
    m: Annotated[
        float,
        real(
            "Mean of q",
            symbol="m",
            help="Along every axis. The information of a cube does not depend on it, as long as it"
            " lies within the large one; that of a Gaussian does",
            affects=Affects.TRAIN,
            low=-100,
            high=100,
            slider=(-4.0, 4.0),
        ),
    ] = 0.5


class Information(Energy[InformationParams]):
    """Information of a fuzzy code

    How much a code z, known to lie in a small cube or a narrow Gaussian, tells beside the prior
    that it comes from: the mutual information of z and y, which the larger q keeps small.
    Formula: KL(q‖p) = d ln(r/s) or d [ln(r/s) + (m^2 + s^2)/(2r^2) − ½]
    Source: LeCun 2023; mathematics.md §5
    """

    kind = "information"
    order = 180
    Params = InformationParams
    traits = ("main:information", "still", "takes:nothing")

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return {"none": torch.zeros(1)}

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        """That of the Gaussians, in nats, for every row."""
        p, like = self.params, 0 * weights["none"]
        kl = p.d * gaussian_kl(like + p.m, like + p.s, p.r)
        return kl.expand(len(rows))
