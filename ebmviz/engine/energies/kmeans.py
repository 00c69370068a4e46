"""K-means as an energy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, integer
from ebmviz.engine.energies.base.decoder import Decoder, Pull
from ebmviz.engine.weights import Weights


class KMeansParams(ParamSet, frozen=True):
    centres: Annotated[
        int,
        integer(
            "Centres",
            symbol="K",
            help="How many prototypes; they start on as many data",
            affects=Affects.BUILD,
            low=1,
            high=256,
            slider=(1, 32),
        ),
    ] = 10


class KMeans(Decoder[KMeansParams]):
    """K-means

    z picks one of K prototypes, the columns of W: the landscape is one bowl around each. Cold
    training moves the nearest; at a finite β every datum pulls all of them: soft K-means.
    Formula: E(y, z) = ‖y − Wz‖^2, z one-hot
    Source: MacQueen 1967; soft at finite β: MacKay 2003, chapter 22
    """

    kind = "kmeans"
    order = 50
    Params = KMeansParams
    traits = (*Decoder.traits, "centres")

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return {"w": chosen(generator, rows, self.params.centres)}

    def latents(self) -> Tensor:
        """All one-hot z, (K, K)."""
        return torch.eye(self.params.centres, dtype=torch.float64)

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        return z @ weights["w"]

    def bound(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, Pull]]:
        return lambda weights: (weights["w"], lambda flow: {"w": flow})


def chosen(generator: torch.Generator, rows: Tensor, count: int) -> Tensor:
    """Places of `count` data of rows (N, 2), different ones while there are any: (K, 2) float32."""
    order = torch.randperm(len(rows), generator=generator)
    return rows[order[torch.arange(count) % len(rows)]].float()
