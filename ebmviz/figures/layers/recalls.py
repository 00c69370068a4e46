"""Recalls of the modern Hopfield network, over its landscape."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Curve, Layer, Points, Segments
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer


def draw(shot: Shot) -> tuple[Layer, ...]:
    """From a grid of starts: the first update as an arrow, the rest as a line. From the probe:
    every update as a mark.
    """
    if not shot.snapshot.has("attention_path", "attention_probe"):
        return ()
    paths, probe = shot.snapshot.arrays["attention_path"], shot.snapshot.arrays["attention_probe"]
    layers: list[Layer] = []
    if len(paths):
        rest = _lines(paths[:, 1:])
        layers = [
            Curve(rest[:, 0], rest[:, 1], "pull", width=0.9, opacity=0.5),
            Segments(
                paths[:, 0],
                paths[:, 1],
                "pull",
                label="update ξ ← X softargmax(βX'ξ)",
                width=1.0,
                opacity=0.75,
                head=4,
            ),
            Points(
                paths[:, -1, 0], paths[:, -1, 1], "down", label="recalled ξ", size=6, marker="ring"
            ),
        ]
    layers += [
        Curve(probe[:, 0], probe[:, 1], "probe", label="recall from y′", width=2.4, halo=True),
        Points(probe[1:, 0], probe[1:, 1], "probe", size=6),
    ]
    return tuple(layers)


def _lines(paths: Array) -> Array:
    """Paths (S, T, 2) as one line broken by NaN, (S (T + 1), 2)."""
    broken = np.concatenate([paths, np.full_like(paths[:, :1], np.nan)], 1)
    return np.asarray(broken.reshape(-1, 2))


LAYER = MapLayer(140, draw, ("attention",), Group("recalls", "recalls", when=("attention",)))
