"""The horn: an ellipse whose radii grow with x."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import ParamSet
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import CONDITIONED, count, noise
from ebmviz.engine.source import piece
from ebmviz.engine.streams import Stream, stream

_SCRIPT = """
    def data():
        # rows (x, y₁, y₂): an ellipse of answers y whose radii ρ(x) grow with x
        x, turn = stream(PLACES).random((‹n›, 2)).T
        noise = stream(NOISE).standard_normal((‹n›, 2))
        ring = np.stack([np.cos(2 * np.pi * turn), np.sin(2 * np.pi * turn)], 1)
        radii = np.stack([2 - 0.5 * x, 1.5 + 0.5 * x], 1) * np.exp(2 * x)[:, None]
        return np.column_stack([x, radii * ring + ‹sigma› * noise])
"""


class HornDataParams(ParamSet, frozen=True):
    count: Annotated[int, count(2000)] = 500
    noise: Annotated[float, noise(1.0)] = 0.05


class HornData(Dataset[HornDataParams]):
    """Horn

    Every x has an ellipse of answers; its radii grow from (2, 1.5) at x = 0 to (11.08, 14.78) at x
    = 1. The mean of the answers lies on the axis, where no datum is.
    Formula: y = [ρ_1(x) cos θ + ε_1, ρ_2(x) sin θ + ε_2], x ~ U(0, 1), θ ~ U(0, 2π), ε ~ N(0, σ^2)
    Source: Canziani 2020, “Training latent variable EBMs”, Figure 9
    """

    kind = "horn"
    order = 30
    Params = HornDataParams
    requires = CONDITIONED

    def script(self) -> str:
        return piece(_SCRIPT, n=self.params.count, sigma=self.params.noise)

    def points(self, seed: int) -> Points:
        """Rows (x, y1, y2), (N, 3) float64."""
        n = self.params.count
        x, turn = stream(seed, Stream.PLACES).random((n, 2)).T
        noise = stream(seed, Stream.NOISE).standard_normal((n, 2))
        ring = np.stack([np.cos(2 * np.pi * turn), np.sin(2 * np.pi * turn)], 1)
        return np.column_stack([x, radii(x) * ring + self.params.noise * noise])


def radii(x: Points) -> Points:
    """ρ(x) = [1.5x + 2(1 − x), 2x + 1.5(1 − x)]·exp(2x): (N,) -> (N, 2)."""
    return np.stack([2 - 0.5 * x, 1.5 + 0.5 * x], 1) * np.exp(2 * x)[:, None]
