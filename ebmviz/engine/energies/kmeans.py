"""K-means as an energy."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ebmviz.engine.energies.base.decoder import Decoder, Pull
from ebmviz.engine.energies.base.prototypes import SCRIPT, PrototypeParams, Prototypes, chosen
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights


class KMeans(Prototypes, Decoder[PrototypeParams]):
    """K-means

    z picks one of K prototypes, the columns of W: the landscape at β = ∞ is one bowl around each.
    Cold training moves the nearest; at a finite β every datum pulls all of them: soft K-means.
    Formula: E(y, z) = ‖y − Wz‖^2, z one-hot
    Source: MacQueen 1967; soft at finite β: MacKay 2003, chapter 22
    """

    kind = "kmeans"
    order = 50
    Params = PrototypeParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return {"w": chosen(generator, rows, self.params.centres)}

    def script_of_latents(self) -> str:
        return piece(SCRIPT, k=self.params.centres, more="")

    def latents(self) -> Tensor:
        """All one-hot z, (K, K)."""
        return torch.eye(self.params.centres, dtype=torch.float64)

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        return z @ weights["w"]

    def bound(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, Pull]]:
        return lambda weights: (weights["w"], lambda flow: {"w": flow})
