"""Points along a spiral."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import Affects, real
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS, Noise, ScatterParams
from ebmviz.engine.datasets.base.shapes import spiral
from ebmviz.engine.source import piece
from ebmviz.engine.streams import Stream, stream

_SCRIPT = """
    def data():
        # along a spiral, denser towards its start
        t = stream(PLACES).random(‹n›)
        noise = stream(NOISE).standard_normal((‹n›, 2))
        radius, angle = 0.4 + 1.6 * t, 2 * np.pi * ‹turns› * t
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1) + ‹sigma› * noise
"""


class SpiralParams(ScatterParams, frozen=True):
    noise: Noise = 0.06
    turns: Annotated[
        float,
        real(
            "Turns",
            affects=Affects.TRAIN,
            low=0.1,
            high=10,
            slider=(0.25, 4.0),
        ),
    ] = 1.25


class Spiral(Dataset[SpiralParams]):
    """Spiral

    One curve that no line can follow, denser towards its start.
    Formula: y = (0.4 + 1.6 t) [cos 2πnt, sin 2πnt] + ε, t ~ U(0, 1), ε ~ N(0, σ^2)
    Source: Lang and Witbrock 1988 (spirals); here one, Archimedean
    """

    kind = "spiral"
    order = 90
    Params = SpiralParams
    requires = POINTS

    def script(self) -> str:
        return piece(_SCRIPT, n=self.params.count, sigma=self.params.noise, turns=self.params.turns)

    def points(self, seed: int) -> Points:
        p = self.params
        t = stream(seed, Stream.PLACES).random(p.count)
        noise = stream(seed, Stream.NOISE).standard_normal((p.count, 2))
        return np.asarray(spiral(t, p.turns) + p.noise * noise)
