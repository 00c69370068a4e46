"""Recalls of the modern Hopfield network, over its landscape."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Bars, Curve, Layer, Plot, Points, Segments
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text

NEEDS = ("attention",)


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


def weights(shot: Shot) -> Plot:
    """softargmax(βX'ξ) at the probe: how much of each stored point its update is."""
    weight = shot.snapshot.arrays["attention_weight"]
    at = np.arange(1.0, len(weight) + 1)
    return Plot(
        title=f"Attention · ξ = y′, β = {text.number(shot.scene.view.beta)}",
        x=Axis("stored point i", 0.4, len(weight) + 0.6, whole=True),
        y=Axis("p_i", 0.0, 1.05),
        layers=(Bars(at, weight, 0.7, "manifold", label="softargmax(βX'ξ)", opacity=0.85),),
    )


FIGURE = live("attention", "Attention", NEEDS, weights, when=("attention",), order=120)
