"""Joint embedding with a cosine energy."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, integer
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Continuous, Cosine, Embeds, Network
from ebmviz.engine.energies.base.networks import NetworkParams, initial, network
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_TINY = 1e-12  # keeps an embedding of length zero from dividing by zero


_SCRIPT = """
    def initial(generator, rows):
        return layers(generator, "h", ‹sizes›)


    def embed(w, rows):
        # h(x) and h(y): one network for both views
        return network(w, "h", rows[:, :2], ‹act›), network(w, "h", rows[:, 2:], ‹act›)


    def free_energy(w, rows, beta):
        # E(x, y) = −cos(h(x), h(y))
        return -torch.nn.functional.cosine_similarity(*embed(w, rows))
"""


class JointEmbeddingParams(NetworkParams, frozen=True):
    code: Annotated[
        int,
        integer(
            "Embedding",
            symbol="d",
            help="Numbers in h",
            affects=Affects.BUILD,
            low=1,
            high=64,
            slider=(1, 16),
        ),
    ] = 2


class JointEmbedding(Network, Continuous, Cosine, Embeds[JointEmbeddingParams]):
    """Joint embedding

    One network embeds two views of a thing: low where they point the same way. Nothing in it keeps
    h from being constant. The map shows E(x, y′) for the probe y′.
    Formula: E(x, y) = −cos(h(x), h(y))
    Source: Bromley et al. 1993 (siamese networks)
    """

    kind = "joint-embedding"
    order = 220
    Params = JointEmbeddingParams
    over = "x"
    takes = "views"

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return initial(generator, "h", self.params.sizes(2, self.params.code))

    def script(self, view: View) -> str:
        p = self.params
        return piece(_SCRIPT, sizes=p.sizes(2, p.code), act=p.script_act)

    def template(self, view: View) -> list[float]:
        return [0.0, 0.0, *view.probe]

    def embed(self, weights: Weights, rows: Tensor) -> tuple[Tensor, Tensor]:
        act = self.params.activation
        return network(weights, "h", rows[:, :2], act), network(weights, "h", rows[:, 2:], act)

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        x, y = self.embed(weights, rows)
        return -(_unit(x) * _unit(y)).sum(1)

    def table(self, weights: Weights, rows: Tensor, answers: Tensor, beta: float) -> Tensor:
        x = network(weights, "h", rows[:, :2], self.params.activation)
        y = network(weights, "h", answers, self.params.activation)
        return -_unit(x) @ _unit(y).t()


def _unit(h: Tensor) -> Tensor:
    return h * (h.square().sum(1, keepdim=True) + _TINY).rsqrt()
