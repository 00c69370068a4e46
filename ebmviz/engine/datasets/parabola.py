"""The tutorial's regression data."""

from __future__ import annotations

import numpy as np

from ebmviz.core.params import ParamSet
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS, Count, Noise
from ebmviz.engine.source import piece
from ebmviz.engine.streams import Stream, stream

_SCRIPT = """
    def data():
        # y = x² + ε: one answer y for each x
        x = 2 * stream(PLACES).random(‹n›) - 1
        noise = stream(NOISE).standard_normal(‹n›)
        return np.stack([x, x**2 + ‹sigma› * noise], 1)
"""


class ParabolaParams(ParamSet, frozen=True):
    count: Count = 200
    noise: Noise = 0.0


class Parabola(Dataset[ParabolaParams]):
    """Parabola

    One y for each x: the toy on which the tutorial compares architectures and losses.
    Formula: y = x^2 + ε, x ~ U(−1, 1), ε ~ N(0, σ^2)
    Source: LeCun et al. 2006, the toy of its energy surfaces
    """

    kind = "parabola"
    order = 60
    Params = ParabolaParams
    requires = POINTS

    def script(self) -> str:
        return piece(_SCRIPT, n=self.params.count, sigma=self.params.noise)

    def points(self, seed: int) -> Points:
        n = self.params.count
        x = 2 * stream(seed, Stream.PLACES).random(n) - 1
        noise = stream(seed, Stream.NOISE).standard_normal(n)
        return np.stack([x, x**2 + self.params.noise * noise], 1)
