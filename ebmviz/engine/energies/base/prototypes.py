"""What K prototypes share: their number, the data that they start on, and that a hand can move
them.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, integer
from ebmviz.engine.energies.base.capabilities import Centres, Placed
from ebmviz.engine.weights import Weights

SCRIPT = """
    def initial(generator, rows):
        # prototypes start on data, chosen at random
        order = torch.randperm(len(rows), generator=generator)
        return {"w": rows[order[torch.arange(‹k›) % len(rows)]]‹more›}


    def manifold(w):
        # ỹ(z) = Wz, z one-hot: the prototypes themselves
        return w["w"]
"""


class PrototypeParams(ParamSet, frozen=True):
    centres: Annotated[
        int,
        integer(
            "Centres",
            symbol="K",
            help="How many prototypes; they start on as many data",
            affects=Affects.BUILD,
            low=1,
            high=256,
            slider=(1, 32),
        ),
    ] = 10


class Prototypes(Centres, Placed):
    """K of them are the rows of w, (K, 2)."""

    def places(self, weights: Weights) -> Tensor:
        return weights["w"]

    def moved(self, weights: Weights, number: int, to: Tensor) -> Weights:
        rows = weights["w"].clone()
        rows[number] = to
        return {**weights, "w": rows}


def chosen(generator: torch.Generator, rows: Tensor, count: int) -> Tensor:
    """Places of `count` data of rows (N, 2), different ones while there are any: (K, 2) float32."""
    order = torch.randperm(len(rows), generator=generator)
    return rows[order[torch.arange(count) % len(rows)]].float()
