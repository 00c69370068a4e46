"""Two concentric rings."""

from __future__ import annotations

import numpy as np

from ebmviz.core.params import ParamSet
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS, Count, Noise
from ebmviz.engine.streams import Stream, stream

RADII = (0.8, 1.8)


class RingsParams(ParamSet, frozen=True):
    count: Count = 400
    noise: Noise = 0.05


class Rings(Dataset[RingsParams]):
    """Two rings

    One manifold inside another, with a gap between them.
    Formula: y = r_k [cos θ, sin θ] + ε, r = (0.8, 1.8), θ ~ U(0, 2π), ε ~ N(0, σ^2)
    Source: A common toy of density estimation
    """

    kind = "rings"
    order = 50
    Params = RingsParams
    requires = POINTS

    def points(self, seed: int) -> Points:
        n = self.params.count
        theta = 2 * np.pi * stream(seed, Stream.PLACES).random(n)
        # 4 of 13 on the inner ring, evenly: as dense as on the outer one, 0.8 : 1.8 = 4 : 9.
        radius = np.where(4 * np.arange(n) % 13 < 4, *RADII)
        clean = radius[:, None] * np.stack([np.cos(theta), np.sin(theta)], 1)
        return np.asarray(
            clean + self.params.noise * stream(seed, Stream.NOISE).standard_normal((n, 2))
        )
