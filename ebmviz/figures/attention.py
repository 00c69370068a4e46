"""How much of each stored point a recall of the modern Hopfield network is."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Bars, Plot
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text


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


FIGURE = live("attention", "Attention", ("attention",), weights, when=("attention",), order=120)
