"""Regression data with several answers to one question."""

from __future__ import annotations

import numpy as np

from ebmviz.core.params import ParamSet
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS, Count, Noise
from ebmviz.engine.source import piece
from ebmviz.engine.streams import Stream, stream

_SCRIPT = """
    def data():
        # x = y − 0.6 sin πy + ε: in the middle three answers y belong to one x
        y = 2 * stream(PLACES).random(‹n›) - 1
        noise = stream(NOISE).standard_normal(‹n›)
        return np.stack([y - 0.6 * np.sin(np.pi * y) + ‹sigma› * noise, y], 1)
"""


class SCurveParams(ParamSet, frozen=True):
    count: Count = 300
    noise: Noise = 0.03


class SCurve(Dataset[SCurveParams]):
    """S curve, three answers

    In the middle three y belong to one x: regression takes their mean, which belongs to none.
    Formula: x = y − 0.6 sin πy + ε, y ~ U(−1, 1), ε ~ N(0, σ^2)
    Source: Bishop 1994, §4, scaled to [−1, 1]
    """

    kind = "s-curve"
    order = 70
    Params = SCurveParams
    requires = POINTS

    def script(self) -> str:
        return piece(_SCRIPT, n=self.params.count, sigma=self.params.noise)

    def points(self, seed: int) -> Points:
        n = self.params.count
        y = 2 * stream(seed, Stream.PLACES).random(n) - 1
        noise = stream(seed, Stream.NOISE).standard_normal(n)
        return np.stack([y - 0.6 * np.sin(np.pi * y) + self.params.noise * noise, y], 1)
