"""Points that few directions explain."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import Affects, integer
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS, Noise, ScatterParams
from ebmviz.engine.source import piece
from ebmviz.engine.streams import Stream, stream

_TILT = 0.3  # radians, so that no line lies along an axis


_SCRIPT = """
    def data():
        # on ‹k› lines through the origin, as far as a Laplace distribution says
        u = stream(PLACES).random((‹n›, 2))
        noise = stream(NOISE).standard_normal((‹n›, 2))
        angle = 0.3 + np.pi * np.floor(u[:, 0] * ‹k›) / ‹k›
        centred = 2 * u[:, 1] - 1
        length = -0.9 * np.sign(centred) * np.log1p(-np.abs(centred))
        return length[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1) + ‹sigma› * noise
"""


class RaysParams(ScatterParams, frozen=True):
    noise: Noise = 0.06
    lines: Annotated[
        int,
        integer(
            "Lines",
            symbol="L",
            help="Directions, evenly around half a circle",
            affects=Affects.TRAIN,
            low=1,
            high=32,
            slider=(1, 8),
        ),
    ] = 3


class Rays(Dataset[RaysParams]):
    """Crossing lines

    Each point lies on one of a few lines through the origin: what a sparse code can find.
    Formula: y = s [cos φ_k, sin φ_k] + ε, s ~ Laplace(0, 0.9), k ~ U{1 … L}, ε ~ N(0, σ^2)
    Source: Olshausen and Field 1996: sparse codes have heavy tails
    """

    kind = "rays"
    order = 100
    Params = RaysParams
    requires = POINTS

    def script(self) -> str:
        return piece(_SCRIPT, n=self.params.count, sigma=self.params.noise, k=self.params.lines)

    def points(self, seed: int) -> Points:
        p = self.params
        u = stream(seed, Stream.PLACES).random((p.count, 2))
        noise = stream(seed, Stream.NOISE).standard_normal((p.count, 2))
        angle = _TILT + np.pi * np.floor(u[:, 0] * p.lines) / p.lines
        centred = 2 * u[:, 1] - 1
        # The inverse of the Laplace distribution's cumulative one.
        length = -0.9 * np.sign(centred) * np.log1p(-np.abs(centred))
        line = length[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
        return np.asarray(line + p.noise * noise)
