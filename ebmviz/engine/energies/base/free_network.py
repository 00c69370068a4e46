"""A network whose one output is the energy."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, choice
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Continuous, Network
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.energies.base.network_slope import network_slope
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_SCRIPT = """
    def initial(generator, rows):
        return layers(generator, "f", ‹sizes›)


    def free_energy(w, rows, beta):
        # E = f_w, without a latent: F_β is E at every β
        return network(w, "f", rows, ‹act›)[:, 0]‹square›
"""


class OutputParams(NetworkParams, frozen=True):
    output: Annotated[
        str,
        choice(
            "Output",
            {"linear": "Linear", "square": "Squared, E ≥ 0"},
            help="A linear output is unbounded below; a squared one cannot fall below 0",
            affects=Affects.BUILD,
        ),
    ] = "linear"


class FreeNetwork(Network, Continuous, Energy[OutputParams]):
    """F_β(y) = f_w of all that it sees, whatever β is. Source: LeCun et al. 2006, §2."""

    Params = OutputParams

    @property
    def unanchored(self) -> bool:
        return self.params.output == "linear"

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return initial(generator, "f", self.params.sizes(2, 1))

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        out = network(weights, "f", rows, self.params.activation)[:, 0]
        return out.square() if self.params.output == "square" else out

    def script(self, view: View) -> str:
        square = ".square()" if self.params.output == "square" else ""
        act, sizes = self.params.script_act, self.params.sizes(2, 1)
        return piece(_SCRIPT, act=act, sizes=sizes, square=square)

    def value_and_grad(
        self, weights: Weights, view: View, places: Tensor, beta: float
    ) -> tuple[Tensor, Tensor]:
        out, slope = network_slope(weights, "f", places, self.params.activation)
        if self.params.output == "square":
            return out.square(), 2 * out[:, None] * slope
        return out, slope
