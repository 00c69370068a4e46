"""An energy, to begin with: copy it to ebmviz/engine/energies/, or load it with --plugin.

Works here as it stands; rename the file, the classes and `kind`, then change the formula.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ebmviz.core.params import Affects, ParamSet, real
from ebmviz.engine.energies.base.capabilities import Continuous, Nonnegative
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.weights import Weights


# Parameters: each field is a slider in the panel, a path of --set, an entry of session files.
class BowlParams(ParamSet, frozen=True):
    width: Annotated[
        float,
        real(
            "Width",
            symbol="b",
            help="At this distance from the centre the energy is 1",
            affects=Affects.TRAIN,  # BUILD where it makes other weights, such as a size
            low=0.01,
            high=100,
            slider=(0.1, 10.0),
            log=True,
        ),
    ] = 1.0


# The docstring is what the panel shows: title, a sentence that says what it is good for,
# the formula (`_x` lowers, `^x` raises), and whose it is.
# What it can do it inherits (`base.capabilities` lists all): losses that need more are grey.
class Bowl(Nonnegative, Continuous, Energy[BowlParams]):
    """Bowl

    One minimum, whose place is learned: with the energy loss it moves to the mean of the data.
    Formula: E(y) = ‖y − w‖^2 / b^2
    Source: mathematics.md §1, with a single latent
    """

    kind = "bowl"  # its name in --set energy.kind=… and in session files
    order = 1000  # its place in the menu, the lowest first
    Params = BowlParams
    over = "y"  # what the map is over; `takes`, the data, is "points" unless it says otherwise

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        """Fresh weights, float32 on the CPU; random numbers from the generator alone."""
        return {"w": torch.randn(2, generator=generator)}

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        """E of rows (N, D) -> (N,). With a latent variable: its free energy at β."""
        return (rows - weights["w"]).square().sum(1) / self.params.width**2
