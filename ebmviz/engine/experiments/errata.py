"""The slips of the sources beside what is right.

Arrays: `errata_NAME` (3, T) for every slip: x, the right values, and those of the slip. The labels
`errata` are the names, and `errata_NAME` of each its title, a shorter name, its source, labels
of x and y, names of both curves, and what is wrong. Source: mathematics.md §9.
"""

from __future__ import annotations

from typing import Annotated

import torch

from ebmviz.core.markup import to_plain
from ebmviz.core.params import Affects, ParamSet, choice
from ebmviz.engine.experiments.base.experiment import Findings, StillExperiment
from ebmviz.engine.theory.errata import SLIPS
from ebmviz.engine.weights import Weights

TITLES = {name: to_plain(slip.title) for name, slip in SLIPS.items()}


class ErrataParams(ParamSet, frozen=True):
    """Which slip is looked at."""

    slip: Annotated[
        str,
        choice(
            "Slip",
            TITLES,
            help="The one that the card beside the picture shows with its source",
            affects=Affects.VIEW,
        ),
    ] = "joint-sign"


class Errata(StillExperiment[ErrataParams]):
    """Errata of the sources

    Slips of lecture notes, slides and papers: the curve as printed beside the right one, both
    computed.
    Formula: E(x, y) = −f(x)[y], and nine others
    Source: each slip names its own; mathematics.md §9
    """

    kind = "errata"
    order = 190
    Params = ErrataParams
    shows = "errata"
    quantity = "the largest difference that the slip makes"

    def value(self, state: Weights) -> float:
        _, right, slip = SLIPS[self.params.slip].curves()
        return float((right - slip).abs().max())

    def arrays(self, state: Weights) -> Findings:
        labels = {f"errata_{name}": tuple(slip[:-1]) for name, slip in SLIPS.items()}
        arrays = {f"errata_{n}": torch.stack(slip.curves()).numpy() for n, slip in SLIPS.items()}
        return Findings(arrays, labels={"errata": tuple(SLIPS), **labels})
