"""The interface of an energy."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor

from ebmviz.engine.component import Component, P

Weights = dict[str, Tensor]

Pull = Callable[[Tensor], Weights]
"""∂L/∂ỹ (K, 2) -> ∂L/∂w."""


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

    def bound(self, z: Tensor) -> Callable[[Weights], tuple[Tensor, Pull]]:
        """The decoder over fixed latents z (K,): weights -> ỹ (K, 2) and its pull on the weights.

        Through autograd. Worth overriding only where a closed form is much cheaper than that, or
        where much depends on z alone; the numbers must be those of `decode`. To be called where
        gradients are off.
        """

        def decoded(weights: Weights) -> tuple[Tensor, Pull]:
            with torch.enable_grad():
                leaves = {k: w.detach().requires_grad_() for k, w in weights.items()}
                points = self.decode(leaves, z)

            def pull(flow: Tensor) -> Weights:
                slopes = torch.autograd.grad(points, list(leaves.values()), flow)
                return dict(zip(leaves, slopes, strict=True))

            return points.detach(), pull

        return decoded
