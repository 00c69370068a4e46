"""The horn with a learned decoder of an angle."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, integer
from ebmviz.engine.energies.base.capabilities import Angle, Ring
from ebmviz.engine.energies.base.decoder import circle
from ebmviz.engine.energies.base.horn_decoder import Hidden, HornDecoder, decoded
from ebmviz.engine.energies.base.networks import initial
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_SCRIPT = """
    def decoder(generator):
        return layers(generator, "g", [4, ‹h›, ‹h›, 2])


    Z = angles(‹k›)
    Z = torch.stack([Z.cos(), Z.sin()], 1)  # all values of z


    def manifold(w, x):
        # ỹ(x, z) = g(f(x), z): (N, |Z|, 2)
        f = network(w, "f", x[:, None], torch.relu)
        pairs = [f[:, None].expand(-1, len(Z), -1), Z.expand(len(x), -1, -1)]
        return network(w, "g", torch.cat(pairs, 2), torch.relu)
"""


class HornLearnedParams(ParamSet, frozen=True):
    latents: Annotated[
        int,
        integer(
            "Latents",
            symbol="|Z|",
            help="How many values z takes in [0, 2π[",
            affects=Affects.TRAIN,
            low=1,
            high=4096,
            slider=(1, 480),
        ),
    ] = 96
    hidden: Hidden = 16


class HornLearned(Angle, Ring, HornDecoder[HornLearnedParams]):
    """Horn, learned decoder

    The model is not told that answers lie on ellipses: a network g of f(x) and the angle z learns
    their shape. A closed curve, since g sees z as cos z and sin z.
    Formula: E(x, y, z) = ‖y − g(f(x), z)‖^2
    Source: Canziani 2020, “Training latent variable EBMs”
    """

    kind = "horn-learned"
    order = 30
    Params = HornLearnedParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        h = self.params.hidden
        return {**self.networks(generator), **initial(generator, "g", [4, h, h, 2])}

    def script_of_decoder(self) -> str:
        return piece(_SCRIPT, k=self.params.latents, h=self.params.hidden)

    def latents(self) -> Tensor:
        return circle(self.params.latents)

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        assert x is not None
        angle = torch.stack([z.cos(), z.sin()], 1)
        return decoded(weights, self.predict(weights, x), angle)

    def decode_each(self, weights: Weights, z: Tensor, x: Tensor) -> Tensor:
        angle = torch.stack([z.cos(), z.sin()], 1)
        return decoded(weights, self.predict(weights, x), angle, pairs=True)
