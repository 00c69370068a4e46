"""Classification."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.energies.base.capabilities import Many
from ebmviz.engine.energies.base.discrete import Classifier, labels
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_SCRIPT = """
    def initial(generator, rows):
        classes = 1 + int(rows[:, 2].max())
        return layers(generator, "g", [*‹sizes›, max(2, classes)])


    def energies(w, x):
        # E(x, k) = G(x)_k: one output for each class, the lowest wins
        return network(w, "g", x, ‹act›)
"""


class Multiclass(Many, Classifier[NetworkParams]):
    """Many classes

    One output per class is the energy of that class: the lowest is the answer. There are as many
    outputs as the data have classes.
    Formula: E(x, y) = Σ_k δ(y − k) G(x)_k
    Source: LeCun et al. 2006, §3.3
    """

    kind = "multiclass"
    order = 120
    Params = NetworkParams

    @property
    def unanchored(self) -> bool:
        return True

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return initial(generator, "g", self.params.sizes(2, labels(rows)))

    def accepts(self, weights: Weights, rows: Tensor) -> bool:
        # As many, not at least: a session must find the same shapes when it is opened again.
        return labels(rows) == self.classes(weights)

    def script_of_classes(self) -> str:
        sizes, act = self.params.sizes(2, 0)[:-1], self.params.script_act
        return piece(_SCRIPT, sizes=sizes, act=act)

    def classes(self, weights: Weights) -> int:
        return len(weights[f"g.b{self.params.layers + 1}"])

    def every(self, weights: Weights, x: Tensor) -> Tensor:
        return network(weights, "g", x, self.params.activation)
