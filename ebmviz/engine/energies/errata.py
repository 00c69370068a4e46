"""Nothing to train: the slips of the sources beside what is right."""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.markup import to_plain
from ebmviz.core.params import Affects, ParamSet, choice
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.theory.errata import SLIPS
from ebmviz.engine.weights import Weights

TITLES = {name: to_plain(slip.title) for name, slip in SLIPS.items()}


class ErrataParams(ParamSet, frozen=True):
    slip: Annotated[
        str,
        choice(
            "Slip",
            TITLES,
            help="The one that the card beside the picture shows with its source",
            affects=Affects.VIEW,
        ),
    ] = "joint-sign"


class Errata(Energy[ErrataParams]):
    """Errata of the sources

    Slips of lecture notes, slides and papers: the curve as printed beside the right one, both
    computed.
    Formula: E(x, y) = −f(x)[y], and nine others
    Source: each slip names its own; mathematics.md §9
    """

    kind = "errata"
    order = 190
    Params = ErrataParams
    traits = ("main:errata", "still", "takes:nothing")

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return {"none": torch.zeros(1)}

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        """The largest difference that the chosen slip makes, for every row."""
        _, right, slip = SLIPS[self.params.slip].curves()
        most = (right - slip).abs().max().to(weights["none"])
        return (most + 0 * weights["none"]).expand(len(rows))
