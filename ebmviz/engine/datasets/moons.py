"""Two interleaved half circles."""

from __future__ import annotations

import numpy as np

from ebmviz.core.params import ParamSet
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import LABELLED, Count, Noise
from ebmviz.engine.source import piece
from ebmviz.engine.streams import Stream, stream

_SCRIPT = """
    def data():
        # rows (x₁, x₂, class): two half circles
        t = np.pi * stream(PLACES).random(‹n›)
        label = np.arange(‹n›) % 2
        arc = np.stack([np.cos(t) - 0.5, np.sin(t) - 0.25], 1)
        x = np.where(label == 0, 1.0, -1.0)[:, None] * arc
        return np.column_stack([x + ‹sigma› * stream(NOISE).standard_normal((‹n›, 2)), label])
"""


class MoonsParams(ParamSet, frozen=True):
    count: Count = 300
    noise: Noise = 0.1


class Moons(Dataset[MoonsParams]):
    """Two moons, a class each

    No straight line separates the two.
    Formula: x = ±[cos t − ½, sin t − ¼] + ε, t ~ U(0, π), ε ~ N(0, σ^2); + is class 0
    Source: Pedregosa et al. 2011, make_moons, centred
    """

    kind = "moons"
    order = 130
    Params = MoonsParams
    requires = LABELLED

    def script(self) -> str:
        return piece(_SCRIPT, n=self.params.count, sigma=self.params.noise)

    def points(self, seed: int) -> Points:
        n = self.params.count
        t = np.pi * stream(seed, Stream.PLACES).random(n)
        label = np.arange(n, dtype=float) % 2
        arc = np.stack([np.cos(t) - 0.5, np.sin(t) - 0.25], 1)
        clean = np.where(label == 0, 1.0, -1.0)[:, None] * arc
        noisy = clean + self.params.noise * stream(seed, Stream.NOISE).standard_normal((n, 2))
        return np.column_stack([noisy, label])
