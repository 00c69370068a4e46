"""A data set, to begin with: copy it to ebmviz/engine/datasets/, or load it with --plugin.

Works here as it stands; rename the file, the classes and `kind`, then change the formula.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import Affects, real
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS, ScatterParams
from ebmviz.engine.streams import Stream, stream


# Parameters: each field is a slider in the panel, a path of --set, an entry of session files.
# ScatterParams brings the number of points, and σ, the noise on each.
class FigureEightParams(ScatterParams, frozen=True):
    size: Annotated[
        float,
        real("Size", symbol="a", affects=Affects.TRAIN, low=0.01, high=100, slider=(0.1, 4.0)),
    ] = 2.0


# The docstring is what the panel shows: title, a sentence that says what it is good for,
# the formula (`_x` lowers, `^x` raises), and whose it is.
class FigureEight(Dataset[FigureEightParams]):
    """Figure eight

    A manifold that crosses itself: at the crossing two latents decode to one point.
    Formula: y = a [sin θ, sin θ cos θ] + ε, θ ~ U(0, 2π), ε ~ N(0, σ^2)
    Source: The lemniscate of Gerono
    """

    kind = "figure-eight"  # its name in --set data.kind=… and in session files
    order = 1000  # its place in the menu, the lowest first
    Params = FigureEightParams
    requires = POINTS  # energies that take points of the plane; scatter.py has the others

    def points(self, seed: int) -> Points:
        """(N, 2) float64, of the parameters and the seed alone. More points extend the set, and
        the noise has a stream of its own: so dragging `count` or σ moves no other point.
        """
        theta = 2 * np.pi * stream(seed, Stream.PLACES).random(self.params.count)
        clean = self.params.size * np.stack([np.sin(theta), np.sin(theta) * np.cos(theta)], 1)
        noise = stream(seed, Stream.NOISE).standard_normal(clean.shape)
        return np.asarray(clean + self.params.noise * noise)
