"""Regression."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, choice
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import (
    Continuous,
    FixedShape,
    Network,
    Nonnegative,
    Predicts,
)
from ebmviz.engine.energies.base.distance import DISTANCES, distance, script_distance
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.energies.base.predicted import SCRIPT
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights


class RegressionParams(NetworkParams, frozen=True):
    distance: Annotated[
        str,
        choice(
            "Distance",
            DISTANCES,
            help="½ L2² makes a valley like a parabola, L1 one with straight walls",
            affects=Affects.TRAIN,
        ),
    ] = "half-square"


class Regression(Network, Nonnegative, Continuous, FixedShape, Predicts[RegressionParams]):
    """Regression

    A network predicts y, and the energy grows with the distance from it: a valley of fixed shape,
    which cannot collapse, and cannot give two answers to one x either.
    Formula: E(x, y) = ½ ‖G(x) − y‖^2, or ‖G(x) − y‖_1
    Source: LeCun et al. 2006, §3.1
    """

    kind = "regression"
    order = 70
    Params = RegressionParams
    answer = 1
    over = "xy"

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return initial(generator, "g", self.params.sizes(1, 1))

    def best(self, weights: Weights, rows: Tensor) -> Tensor:
        """G(x), (N, 1)."""
        return network(weights, "g", rows[:, :1], self.params.activation)

    def script(self, view: View) -> str:
        p = self.params
        near = script_distance("mean - rows[:, 1:]", p.distance)
        return piece(SCRIPT, act=p.script_act, sizes=p.sizes(1, 1), distance=near)

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        return distance(self.best(weights, rows) - rows[:, 1:], self.params.distance)

    def table(self, weights: Weights, rows: Tensor, answers: Tensor, beta: float) -> Tensor:
        return distance(self.best(weights, rows)[:, None] - answers, self.params.distance)
