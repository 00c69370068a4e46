"""The interface of an energy."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from ebmviz.engine.component import Component, P

Weights = dict[str, Tensor]


class Decoder(Component[P]):
    """E(y, z) = ‖y − g(z)‖² over a finite set of latents z (no ½; math.md §1)."""

    part: ClassVar[str] = "energy"
    closed: ClassVar[bool] = False
    """Whether the manifold's last point joins its first."""

    def initial(self, generator: torch.Generator) -> Weights:
        """Fresh weights: name -> float32 tensor on the CPU."""
        raise NotImplementedError

    def latents(self) -> Tensor:
        """The latent set Z, (K,) float64 on the CPU."""
        raise NotImplementedError

    def decode(self, weights: Weights, z: Tensor) -> Tensor:
        """ỹ = g(z): (K,) -> (K, 2), in the weights' type and on their device."""
        raise NotImplementedError
