"""Noisy points around an ellipse."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import ParamSet
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS, Noise, count
from ebmviz.engine.streams import Stream, stream

RADII = (2.0, 1.5)


class EllipseDataParams(ParamSet, frozen=True):
    count: Annotated[int, count(500)] = 100
    noise: Noise = 0.05


class EllipseData(Dataset[EllipseDataParams]):
    """Ellipse, generated

    The horn's generator at x = 0. More points extend the set and more noise moves its
    points outward along fixed directions, so that both can be dragged.
    Formula: y = [2 cos θ + ε_1, 1.5 sin θ + ε_2], θ ~ U(0, 2π), ε ~ N(0, σ^2)
    Source: Canziani 2020, “Training latent variable EBMs”
    """

    kind = "ellipse"
    order = 20
    Params = EllipseDataParams
    requires = POINTS

    def points(self, seed: int) -> Points:
        n = self.params.count
        theta = 2 * np.pi * stream(seed, Stream.PLACES).random(n)
        noise = stream(seed, Stream.NOISE).standard_normal((n, 2))
        clean = np.stack([RADII[0] * np.cos(theta), RADII[1] * np.sin(theta)], 1)
        return np.asarray(clean + self.params.noise * noise)
