"""Pairs of views of one thing."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ebmviz.core.params import Affects, choice, real
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.datasets.base.scatter import VIEWS, Noise, ScatterParams
from ebmviz.engine.datasets.base.shapes import spiral
from ebmviz.engine.source import piece
from ebmviz.engine.streams import Stream, stream

CLUSTERS = ((1.3, 0.9), (-1.4, 0.7), (0.1, -1.4))
_WIDTH = 0.28  # standard deviation of a cluster
_TURNS = 1.25


_SCRIPT = """
    def data():
        # rows (x, y): two views of each thing
        t = stream(PLACES).random(‹n›)
        noise = stream(NOISE).standard_normal((‹n›, 5))
        ‹things›
        angle = np.radians(‹turn›) * noise[:, 2]
        cos, sin = np.cos(angle), np.sin(angle)
        turned = np.stack([cos * x[:, 0] - sin * x[:, 1], sin * x[:, 0] + cos * x[:, 1]], 1)
        return np.concatenate([x, turned + ‹sigma› * noise[:, :2]], 1)
"""


_SCRIPT_CLUSTERS = """\
centres = np.array([[1.3, 0.9], [-1.4, 0.7], [0.1, -1.4]])
    x = centres[np.floor(3 * t).astype(int)] + 0.28 * noise[:, 3:]"""
_SCRIPT_SPIRAL = """\
radius, way = 0.4 + 1.6 * t, 2 * np.pi * 1.25 * t
    x = np.stack([radius * np.cos(way), radius * np.sin(way)], 1)"""


class ViewsParams(ScatterParams, frozen=True):
    shape: Annotated[
        str,
        choice(
            "Things",
            {"clusters": "Three clusters", "spiral": "Spiral"},
            affects=Affects.TRAIN,
        ),
    ] = "clusters"
    noise: Noise = 0.15
    turn: Annotated[
        float,
        real(
            "Turn",
            help="Standard deviation of the angle by which the second view is turned",
            affects=Affects.TRAIN,
            low=0,
            high=360,
            slider=(0.0, 90.0),
            unit="°",
        ),
    ] = 0.0


class Views(Dataset[ViewsParams]):
    """Two views of a point

    The second view is the first, turned about the origin, with noise.
    Formula: x on clusters or a spiral, y = R(φ) x + ε, ε ~ N(0, σ^2)
    Source: Bromley et al. 1993; Bardes, Ponce and LeCun 2022 (views by augmentation)
    """

    kind = "views"
    order = 110
    Params = ViewsParams
    requires = VIEWS

    def script(self) -> str:
        things = _SCRIPT_CLUSTERS if self.params.shape == "clusters" else _SCRIPT_SPIRAL
        return piece(
            _SCRIPT,
            n=self.params.count,
            sigma=self.params.noise,
            turn=self.params.turn,
            things=things,
        )

    def points(self, seed: int) -> Points:
        """Rows x_1, x_2, y_1, y_2: (N, 4) float64."""
        p = self.params
        t = stream(seed, Stream.PLACES).random(p.count)
        noise = stream(seed, Stream.NOISE).standard_normal((p.count, 5))
        if p.shape == "spiral":
            x = spiral(t, _TURNS)
        else:
            which = np.floor(t * len(CLUSTERS)).astype(int)
            x = np.asarray(CLUSTERS)[which] + _WIDTH * noise[:, 3:]
        angle = np.radians(p.turn) * noise[:, 2]
        cos, sin = np.cos(angle), np.sin(angle)
        turned = np.stack([cos * x[:, 0] - sin * x[:, 1], sin * x[:, 0] + cos * x[:, 1]], 1)
        return np.concatenate([x, turned + p.noise * noise[:, :2]], 1)
