"""A classifier that is a density as well."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ebmviz.core.beta import LEAST, MOST
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Auxiliary, Many
from ebmviz.engine.energies.base.compiled import sum_and_slope
from ebmviz.engine.energies.base.discrete import Joint, labels
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

BESIDE = "ce"
"""The network of the classifier that is drawn beside it."""


_SCRIPT = """
    def initial(generator, rows):
        classes = 1 + int(rows[:, 2].max())
        return layers(generator, "f", [*‹sizes›, max(2, classes)])


    def energies(w, x):
        # E(x, y) = −f(x)_y: outputs of a classifier read as energies
        return -network(w, "f", x, ‹act›)
"""


class JointEnergy(Many, Auxiliary[NetworkParams], Joint[NetworkParams]):
    """Joint (JEM)

    A classifier's outputs read as energies: their soft minimum over the classes is an energy of x.
    The same classifier, trained by cross-entropy alone, is drawn beside it.
    Formula: E(x, y) = −f(x)_y, E(x) = −ln (1/C) Σ_y exp(f(x)_y)
    Source: Grathwohl et al. 2020, equations 5–7
    """

    kind = "jem"
    order = 130
    Params = NetworkParams

    @property
    def unanchored(self) -> bool:
        return True

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        own = initial(generator, "f", self.params.sizes(2, labels(rows)))
        beside = {BESIDE + k.removeprefix("f"): w.clone() for k, w in own.items()}
        return {**own, **beside}

    def accepts(self, weights: Weights, rows: Tensor) -> bool:
        return labels(rows) == self.classes(weights)

    def script_of_classes(self) -> str:
        sizes, act = self.params.sizes(2, 0)[:-1], self.params.script_act
        return piece(_SCRIPT, sizes=sizes, act=act)

    def classes(self, weights: Weights) -> int:
        return len(weights[f"f.b{self.params.layers + 1}"])

    def every(self, weights: Weights, x: Tensor) -> Tensor:
        return -network(weights, "f", x, self.params.activation)

    def value_and_grad(
        self, weights: Weights, view: View, places: Tensor, beta: float
    ) -> tuple[Tensor, Tensor]:
        if view.answer < 0 and LEAST <= beta <= MOST:
            act = self.params.activation
            if (found := sum_and_slope(weights, "f", places, act, beta)) is not None:
                return math.log(self.classes(weights)) / beta - found[0], -found[1]
        return super().value_and_grad(weights, view, places, beta)

    def beside(self, weights: Weights, x: Tensor) -> Tensor:
        return -network(weights, BESIDE, x, self.params.activation)

    def auxiliary(self, weights: Weights, rows: Tensor) -> Tensor:
        every = self.beside(weights, rows[:, :2])
        own = every.gather(1, rows[:, 2:].long() % every.shape[1])[:, 0]
        return (own + torch.logsumexp(-every, 1)).mean()
