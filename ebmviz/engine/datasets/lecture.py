"""The lecture's own sample."""

from __future__ import annotations

import functools

import numpy as np

from ebmviz.core import assets
from ebmviz.core.params import ParamSet
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import POINTS
from ebmviz.engine.datasets.base.table import script_of_rows


class Lecture(Dataset[ParamSet]):
    """Lecture, 24 points

    The sample of the practicum; data 10 and 23, counted from 1, are its examples.
    Formula: y = [2 cos θ + ε_1, 1.5 sin θ + ε_2]
    Source: Canziani 2020, “Training latent variable EBMs”, Figures 1–8
    """

    kind = "lecture"
    order = 10
    requires = POINTS

    def script(self) -> str:
        said = "the sample of the practicum: y = [2 cos θ + ε₁, 1.5 sin θ + ε₂]"
        return script_of_rows(_table(), said)

    def points(self, seed: int) -> Points:
        return _table().copy()


@functools.cache
def _table() -> Points:
    return np.loadtxt(assets.resource("data/ellipse24.csv"), delimiter=",", skiprows=1)
