"""One Gaussian per class."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import Affects, ParamSet, integer
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import LABELLED, Count, Noise
from ebmviz.engine.datasets.base.shapes import around
from ebmviz.engine.source import piece

_SCRIPT = """
    def data():
        # rows (x₁, x₂, class): a Gaussian for each of ‹k› classes, on a circle of radius 1.5
        label = np.arange(‹n›) % ‹k›
        angle = 2 * np.pi * label / ‹k›
        centre = 1.5 * np.stack([np.sin(angle), np.cos(angle)], 1)
        x = centre + ‹sigma› * stream(NOISE).standard_normal(centre.shape)
        return np.column_stack([x, label])
"""


class BlobsParams(ParamSet, frozen=True):
    count: Count = 300
    noise: Noise = 0.3
    classes: Annotated[
        int,
        integer(
            "Classes",
            symbol="C",
            help="Changing it begins with new weights",
            affects=Affects.TRAIN,
            low=2,
            high=8,
            slider=(2, 8),
        ),
    ] = 5


class Blobs(Dataset[BlobsParams]):
    """Blobs, a class each

    Gaussians on a circle, one class each: what separates two of them is nearly a straight line.
    Formula: x = 1.5 [sin θ_y, cos θ_y] + ε, θ_y = 2πy/C, ε ~ N(0, σ^2)
    Source: A common toy of classification
    """

    kind = "blobs"
    order = 120
    Params = BlobsParams
    requires = LABELLED

    def script(self) -> str:
        return piece(_SCRIPT, n=self.params.count, sigma=self.params.noise, k=self.params.classes)

    def points(self, seed: int) -> Points:
        p = self.params
        label = np.arange(p.count, dtype=float) % p.classes
        return np.column_stack([around(label, p.classes, p.noise, seed), label])
