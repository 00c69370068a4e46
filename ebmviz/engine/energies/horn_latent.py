"""The horn with a latent vector that costs something, or nothing."""

from __future__ import annotations

import functools
from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, choice, integer, real
from ebmviz.engine.energies.base.horn_decoder import Hidden, HornDecoder, decoded
from ebmviz.engine.energies.base.networks import initial
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_REACH = 2.0  # the grid of each latent is [−2, 2]


_SCRIPT = """
    def decoder(generator):
        return layers(generator, "g", [‹i›, ‹h›, ‹h›, 2])


    LINE = torch.linspace(-2, 2, ‹n›)
    Z = torch.cartesian_prod(‹axes›).view(-1, ‹d›)  # all values of z


    def manifold(w, x):
        # ỹ(x, z) = g(f(x), z): (N, |Z|, 2)
        f = network(w, "f", x[:, None], torch.relu)
        pairs = [f[:, None].expand(-1, len(Z), -1), Z.expand(len(x), -1, -1)]
        return network(w, "g", torch.cat(pairs, 2), torch.relu)
"""
_SCRIPT_PRICE = """

    def price():
        # λR(z), of each z
        return ‹price› * ‹cost›.sum(1)
"""


class HornLatentParams(ParamSet, frozen=True):
    dimension: Annotated[
        int,
        integer(
            "Dimension of z",
            symbol="d",
            help="With two and no price on z, training lets ỹ(x, z) fill the plane: F near 0"
            " everywhere",
            affects=Affects.BUILD,
            low=1,
            high=4,
            slider=(1, 4),
        ),
    ] = 2
    latents: Annotated[
        int,
        integer(
            "Latents",
            symbol="|Z|",
            help="At most this many values of z: the largest grid of [−2, 2]^d with an odd"
            " number per axis",
            affects=Affects.TRAIN,
            low=1,
            high=4096,
            slider=(1, 1024),
        ),
    ] = 450
    regularizer: Annotated[
        str,
        choice("R(z)", {"l1": "L1, ‖z‖₁", "l2": "L2, ‖z‖²"}, affects=Affects.TRAIN),
    ] = "l1"
    strength: Annotated[
        float,
        real(
            "Price of z",
            symbol="λ",
            help="Weight of R(z); at 0 every z costs nothing",
            affects=Affects.TRAIN,
            low=0,
            high=1e3,
            slider=(0.0, 10.0),
        ),
    ] = 1.0
    hidden: Hidden = 16


class HornLatent(HornDecoder[HornLatentParams]):
    """Horn, latent vector

    z is a vector from a grid of [−2, 2]^d. Without a price it can explain every y (the
    “porcupine”); R(z) makes answers that need a large z costly.
    Formula: E(x, y, z) = ‖y − g(f(x), z)‖^2 + λR(z)
    Source: Canziani 2020, “Training latent variable EBMs”
    """

    kind = "horn-latent"
    order = 40
    Params = HornLatentParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        h = self.params.hidden
        sizes = [2 + self.params.dimension, h, h, 2]
        return {**self.networks(generator), **initial(generator, "g", sizes)}

    def script_of_decoder(self) -> str:
        p = self.params
        side = round(len(self.latents()) ** (1 / p.dimension))
        text = _SCRIPT if p.strength == 0 else _SCRIPT + _SCRIPT_PRICE
        cost = "Z.abs()" if p.regularizer == "l1" else "Z.square()"
        axes = ", ".join(["LINE"] * p.dimension)
        return piece(
            text, n=side, d=p.dimension, h=p.hidden, i=2 + p.dimension, axes=axes,
            price=p.strength, cost=cost,
        )  # fmt: skip

    def latents(self) -> Tensor:
        return _grid(self.params.dimension, self.params.latents)

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        assert x is not None
        return decoded(weights, self.predict(weights, x), z)

    def decode_each(self, weights: Weights, z: Tensor, x: Tensor) -> Tensor:
        return decoded(weights, self.predict(weights, x), z, pairs=True)

    def penalty(self, z: Tensor) -> Tensor | None:
        if self.params.strength == 0:
            return None
        cost = z.abs() if self.params.regularizer == "l1" else z.square()
        return self.params.strength * cost.sum(1)

    def prices(self, rows: Tensor) -> dict[str, float]:
        cost = self.penalty(self.latents())
        return {} if cost is None else {"energy.strength": float(cost.mean())}


@functools.lru_cache(maxsize=8)
def _grid(d: int, most: int) -> Tensor:
    """(n^d, d) float64, n odd, so that z = 0 is among them, and n^d ≤ most."""
    n = max(n for n in range(1, most + 1, 2) if n**d <= most)
    half = (n - 1) / 2
    line = (torch.arange(n, dtype=torch.float64) - half) * (_REACH / max(half, 1))
    return torch.cartesian_prod(*[line] * d).view(-1, d)
