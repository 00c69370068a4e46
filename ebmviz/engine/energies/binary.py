"""Binary classification."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Signed
from ebmviz.engine.energies.base.discrete import Classifier
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_SCRIPT = """
    def initial(generator, rows):
        return layers(generator, "g", ‹sizes›)


    def energies(w, x):
        # E(x, y) = −y G(x): class 0 is y = −1, class 1 is y = +1
        g = network(w, "g", x, ‹act›)
        return torch.cat([g, -g], 1)
"""


class Binary(Signed, Classifier[NetworkParams]):
    """Two classes, by sign

    The best answer is the sign of G. Both energies are one function, so that pushing one answer
    down pushes the other up. Of more classes than two, the odd ones are y = +1: four make XOR.
    Formula: E(x, y) = −y G(x), y = ±1
    Source: LeCun et al. 2006, §3.2
    """

    kind = "binary"
    order = 110
    Params = NetworkParams

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return initial(generator, "g", self.params.sizes(2, 1))

    def script_of_classes(self) -> str:
        return piece(_SCRIPT, sizes=self.params.sizes(2, 1), act=self.params.script_act)

    def classes(self, weights: Weights) -> int:
        return 2

    def every(self, weights: Weights, x: Tensor) -> Tensor:
        """Class 0 is y = −1, class 1 is y = +1."""
        g = network(weights, "g", x, self.params.activation)
        return torch.cat([g, -g], 1)
