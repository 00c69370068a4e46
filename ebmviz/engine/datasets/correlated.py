"""Points of a correlated Gaussian."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import Affects, real
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS, Noise, ScatterParams
from ebmviz.engine.source import piece
from ebmviz.engine.streams import Stream, stream

_SCRIPT = """
    def data():
        # a Gaussian cloud around one axis
        t = stream(PLACES).standard_normal((‹n›, 1))
        noise = stream(NOISE).standard_normal((‹n›, 2))
        angle = np.radians(‹angle›)
        return ‹length› * t * [[np.cos(angle), np.sin(angle)]] + ‹sigma› * noise
"""


class CorrelatedParams(ScatterParams, frozen=True):
    noise: Noise = 0.35
    length: Annotated[
        float,
        real(
            "Length",
            symbol="ℓ",
            help="Standard deviation along the axis, beside that of the noise",
            affects=Affects.TRAIN,
            low=0,
            high=100,
            slider=(0.0, 3.0),
        ),
    ] = 1.2
    angle: Annotated[
        float,
        real(
            "Angle",
            symbol="φ",
            help="Direction of the axis",
            affects=Affects.TRAIN,
            low=-360,
            high=360,
            slider=(-90.0, 90.0),
            unit="°",
        ),
    ] = 30.0


class Correlated(Dataset[CorrelatedParams]):
    """Correlated Gaussian

    A cloud around one axis: its principal component is known.
    Formula: y = ℓ t [cos φ, sin φ] + ε, t ~ N(0, 1), ε ~ N(0, σ^2)
    Source: Pearson 1901
    """

    kind = "correlated"
    order = 80
    Params = CorrelatedParams
    requires = POINTS

    def script(self) -> str:
        return piece(
            _SCRIPT,
            n=self.params.count,
            sigma=self.params.noise,
            length=self.params.length,
            angle=self.params.angle,
        )

    def points(self, seed: int) -> Points:
        p, angle = self.params, np.radians(self.params.angle)
        t = stream(seed, Stream.PLACES).standard_normal((p.count, 1))
        noise = stream(seed, Stream.NOISE).standard_normal((p.count, 2))
        axis = np.array([[np.cos(angle), np.sin(angle)]])
        return np.asarray(p.length * t * axis + p.noise * noise)
