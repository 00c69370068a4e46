"""Implicit regression."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, choice
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Continuous, Embeds, Network, Nonnegative
from ebmviz.engine.energies.base.distance import DISTANCES, distance, script_distance
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_SCRIPT = """
    def initial(generator, rows):
        return {**layers(generator, "x", ‹sizes›), **layers(generator, "y", ‹sizes›)}


    def embed(w, rows):
        # G_X(x) and G_Y(y)
        h_x = network(w, "x", rows[:, :1], ‹act›)
        h_y = network(w, "y", rows[:, 1:], ‹act›)
        return h_x, h_y


    def free_energy(w, rows, beta):
        # how far both lie apart, whatever β
        h_x, h_y = embed(w, rows)
        return ‹distance›
"""


class ImplicitParams(NetworkParams, frozen=True):
    distance: Annotated[
        str,
        choice("Distance", DISTANCES, affects=Affects.TRAIN),
    ] = "half-square"


class Implicit(Network, Nonnegative, Continuous, Embeds[ImplicitParams]):
    """Implicit regression

    Two networks meet in the middle: several y may answer one x, and both networks may collapse to
    one constant.
    Formula: E(x, y) = ½ ‖G_X(x) − G_Y(y)‖^2, or ‖G_X(x) − G_Y(y)‖_1
    Source: LeCun et al. 2006, §3.4
    """

    kind = "implicit"
    order = 90
    Params = ImplicitParams
    answer = 1
    over = "xy"

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        sizes = self.params.sizes(1, self.params.hidden)
        return {**initial(generator, "x", sizes), **initial(generator, "y", sizes)}

    def embed(self, weights: Weights, rows: Tensor) -> tuple[Tensor, Tensor]:
        act = self.params.activation
        return network(weights, "x", rows[:, :1], act), network(weights, "y", rows[:, 1:], act)

    def script(self, view: View) -> str:
        p = self.params
        near = script_distance("h_x - h_y", p.distance)
        return piece(_SCRIPT, act=p.script_act, sizes=p.sizes(1, p.hidden), distance=near)

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        x, y = self.embed(weights, rows)
        return distance(x - y, self.params.distance)

    def table(self, weights: Weights, rows: Tensor, answers: Tensor, beta: float) -> Tensor:
        x = network(weights, "x", rows[:, :1], self.params.activation)
        y = network(weights, "y", answers, self.params.activation)
        return distance(x[:, None] - y, self.params.distance)

    def both(
        self, weights: Weights, rows: Tensor, answers: Tensor, beta: float
    ) -> tuple[Tensor, Tensor]:
        act, count = self.params.activation, len(rows)
        x = network(weights, "x", rows[:, :1], act)
        y = network(weights, "y", torch.cat([rows[:, 1:], answers]), act)
        return (
            distance(x - y[:count], self.params.distance),
            distance(x[:, None] - y[count:], self.params.distance),
        )
