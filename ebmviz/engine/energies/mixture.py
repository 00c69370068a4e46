"""A Gaussian mixture as an energy."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Prior
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.prototypes import SCRIPT, PrototypeParams, Prototypes, chosen
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_SCRIPT_PRIOR = """

    def log_prior(w):
        # ln p(z), learned: the softargmax of K numbers
        return torch.log_softmax(w["logits"], 0)
"""


class Mixture(Prototypes, Prior, Decoder[PrototypeParams]):
    """Gaussian mixture

    Soft K-means that also learns how probable each prototype is: p(z) is the softargmax of K
    numbers. At training β the Gaussians have the variance 1/(2β) along each axis.
    Formula: F_β(y) = −(1/β) ln Σ_z p(z) exp(−β‖y − Wz‖^2)
    Source: Bishop 2006, §9.2, with equal and fixed variances
    """

    kind = "mixture"
    order = 60
    Params = PrototypeParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        count = self.params.centres
        return {"w": chosen(generator, rows, count), "logits": torch.zeros(count)}

    def script_of_latents(self) -> str:
        logits = f', "logits": torch.zeros({self.params.centres})'
        return piece(SCRIPT + _SCRIPT_PRIOR, k=self.params.centres, more=logits)

    def latents(self) -> Tensor:
        """All one-hot z, (K, K)."""
        return torch.eye(self.params.centres, dtype=torch.float64)

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        return z @ weights["w"]

    def log_weights(self, weights: Weights) -> Tensor:
        return torch.log_softmax(weights["logits"], 0)
