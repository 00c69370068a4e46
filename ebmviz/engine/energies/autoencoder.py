"""The autoencoder."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, integer
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Network
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.energies.base.reconstruction import DRAWN, RECONSTRUCTION, Reconstruction
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights


class AutoencoderParams(NetworkParams, frozen=True):
    code: Annotated[
        int,
        integer(
            "Code",
            symbol="d",
            help="Numbers in the code: with 2 or more everything can be reconstructed, and"
            " nothing but training keeps E from going flat",
            affects=Affects.BUILD,
            low=1,
            high=64,
            slider=(1, 8),
        ),
    ] = 1


class Autoencoder(Network, Reconstruction[AutoencoderParams]):
    """Autoencoder

    Two networks meet at a narrow code: the valley is the curve that the decoder can reach.
    Formula: E(y) = ‖y − Dec(Enc(y))‖^2
    Source: Rumelhart, Hinton and Williams 1986
    """

    kind = "autoencoder"
    order = 160
    Params = AutoencoderParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        p = self.params
        encoder = initial(generator, "e", p.sizes(2, p.code))
        return {**encoder, **initial(generator, "d", p.sizes(p.code, 2))}

    def script(self, view: View) -> str:
        p = self.params
        sizes = {"encoder": p.sizes(2, p.code), "decoder": p.sizes(p.code, 2)}
        text = RECONSTRUCTION + DRAWN if p.code == 1 else RECONSTRUCTION
        return piece(text, act=p.script_act, **sizes)

    def code(self, weights: Weights, rows: Tensor) -> Tensor:
        return network(weights, "e", rows, self.params.activation)

    def decode(self, weights: Weights, z: Tensor) -> Tensor:
        return network(weights, "d", z, self.params.activation)
