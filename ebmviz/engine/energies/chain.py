"""A regressor small enough to see each of its numbers."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, choice, integer
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import (
    Continuous,
    FixedShape,
    Layered,
    Network,
    Nonnegative,
    Predicts,
)
from ebmviz.engine.energies.base.distance import script_distance
from ebmviz.engine.energies.base.networks import ACTIVATIONS, initial, network
from ebmviz.engine.energies.base.predicted import SCRIPT
from ebmviz.engine.source import ACTIVATIONS as SOURCES
from ebmviz.engine.source import piece
from ebmviz.engine.theory.lagrangian import Layer
from ebmviz.engine.weights import Weights


class ChainParams(ParamSet, frozen=True):
    hidden: Annotated[
        int,
        integer(
            "Units",
            symbol="h",
            help="Units of each hidden layer",
            affects=Affects.BUILD,
            low=1,
            high=8,
            slider=(1, 8),
        ),
    ] = 3
    layers: Annotated[
        int,
        integer(
            "Depth",
            symbol="K",
            help="Layers g_1 … g_K; the last is linear",
            affects=Affects.BUILD,
            low=1,
            high=6,
            slider=(1, 6),
        ),
    ] = 3
    activation: Annotated[
        str,
        choice(
            "Activation",
            {"tanh": "tanh", "sigmoid": "Sigmoid", "relu": "ReLU", "silu": "SiLU"},
            affects=Affects.BUILD,
        ),
    ] = "tanh"


class Chain(
    Network, Nonnegative, Continuous, FixedShape, Layered[ChainParams], Predicts[ChainParams]
):
    """Chain of layers

    A regression whose layers are few and narrow, so that every state z_k and every multiplier λ_k
    of backprop can be seen.
    Formula: E(x, y) = ½ ‖g_K ∘ … ∘ g_1(x) − y‖^2
    Source: LeCun 1988, “A theoretical framework for back-propagation”
    """

    kind = "chain"
    order = 80
    Params = ChainParams
    answer = 1
    over = "xy"

    @property
    def sizes(self) -> list[int]:
        return [1, *[self.params.hidden] * (self.params.layers - 1), 1]

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return initial(generator, "g", self.sizes)

    def best(self, weights: Weights, rows: Tensor) -> Tensor:
        """z_K of each row, (N, 1)."""
        return network(weights, "g", rows[:, :1], self.params.activation)

    def script(self, view: View) -> str:
        act, near = SOURCES[self.params.activation], script_distance("mean - rows[:, 1:]", "l2")
        return piece(SCRIPT, act=act, sizes=self.sizes, distance=near)

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        return 0.5 * (self.best(weights, rows) - rows[:, 1:]).square().sum(1)

    def table(self, weights: Weights, rows: Tensor, answers: Tensor, beta: float) -> Tensor:
        return 0.5 * (self.best(weights, rows)[:, None] - answers).square().sum(2)

    def steps(self) -> list[Layer]:
        act = ACTIVATIONS[self.params.activation]

        def linear(z: Tensor, w: Tensor) -> Tensor:
            return w[:, :-1] @ z + w[:, -1]

        def bent(z: Tensor, w: Tensor) -> Tensor:
            return act(linear(z, w))

        return [*[bent] * (self.params.layers - 1), linear]

    def matrices(self, weights: Weights) -> list[Tensor]:
        count = self.params.layers
        pairs = ((weights[f"g.w{i}"], weights[f"g.b{i}"]) for i in range(1, count + 1))
        return [torch.cat([w, b[:, None]], 1) for w, b in pairs]
