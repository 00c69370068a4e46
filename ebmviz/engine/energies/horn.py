"""The horn with its ellipses given and their radii learned."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, integer
from ebmviz.engine.energies.base.capabilities import Angle, Ring
from ebmviz.engine.energies.base.decoder import circle
from ebmviz.engine.energies.base.horn_decoder import HornDecoder
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_SCRIPT = """
    def decoder(generator):
        return {}  # the ellipse is given


    Z = angles(‹k›)  # all values of z


    def manifold(w, x):
        # ỹ(x, z) = [f₁(x) cos z, f₂(x) sin z]: (N, |Z|, 2)
        radii = network(w, "f", x[:, None], torch.relu)
        return radii[:, None] * torch.stack([Z.cos(), Z.sin()], 1)
"""


class HornParams(ParamSet, frozen=True):
    latents: Annotated[
        int,
        integer(
            "Latents",
            symbol="|Z|",
            help="How many values z takes in [0, 2π[; the lecture shows 48, but where the horn is"
            " wide they lie 1.8 apart",
            affects=Affects.TRAIN,
            low=1,
            high=4096,
            slider=(1, 480),
        ),
    ] = 240


class Horn(Angle, Ring, HornDecoder[HornParams]):
    """Horn, radii from x

    A predictor f with 106 parameters gives the two radii at x, and z the place on the ellipse. A
    regressor of the same size beside it learns the mean answer: the axis.
    Formula: E(x, y, z) = (y_1 − f_1(x) cos z)^2 + (y_2 − f_2(x) sin z)^2
    Source: Canziani 2020, “Training latent variable EBMs”, Figures 9–11
    """

    kind = "horn"
    order = 20
    Params = HornParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return self.networks(generator)

    def script_of_decoder(self) -> str:
        return piece(_SCRIPT, k=self.params.latents)

    def latents(self) -> Tensor:
        return circle(self.params.latents)

    def decode(self, weights: Weights, z: Tensor, x: Tensor | None = None) -> Tensor:
        assert x is not None
        radii = self.predict(weights, x)
        return torch.stack([radii[:, :1] * z.cos(), radii[:, 1:] * z.sin()], 2)

    def decode_each(self, weights: Weights, z: Tensor, x: Tensor) -> Tensor:
        return self.predict(weights, x) * torch.stack([z.cos(), z.sin()], 1)
