"""Gaussians on a circle."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import Affects, ParamSet, integer
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS, Count, Noise
from ebmviz.engine.datasets.base.shapes import around
from ebmviz.engine.source import piece

_SCRIPT = """
    def data():
        # ‹k› Gaussians on a circle of radius 1.5
        angle = 2 * np.pi * (np.arange(‹n›) % ‹k›) / ‹k›
        centre = 1.5 * np.stack([np.sin(angle), np.cos(angle)], 1)
        return centre + ‹sigma› * stream(NOISE).standard_normal(centre.shape)
"""


class GaussiansParams(ParamSet, frozen=True):
    count: Count = 400
    noise: Noise = 0.15
    modes: Annotated[
        int,
        integer("Gaussians", symbol="K", affects=Affects.TRAIN, low=1, high=64, slider=(1, 12)),
    ] = 8


class Gaussians(Dataset[GaussiansParams]):
    """Gaussians on a circle

    Separate modes: a sampler has to cross the high energy between them.
    Formula: y = 1.5 [sin θ_k, cos θ_k] + ε, θ_k = 2πk/K, ε ~ N(0, σ^2)
    Source: Goodfellow et al. 2014 and followers, as a test of mode coverage
    """

    kind = "gaussians"
    order = 40
    Params = GaussiansParams
    requires = POINTS

    def script(self) -> str:
        return piece(_SCRIPT, n=self.params.count, sigma=self.params.noise, k=self.params.modes)

    def points(self, seed: int) -> Points:
        p = self.params
        return around(np.arange(p.count, dtype=float) % p.modes, p.modes, p.noise, seed)
