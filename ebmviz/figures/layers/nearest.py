"""The best answer to each datum."""

from __future__ import annotations

import math

from ebmviz.core.plot import Layer, Points
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer


def nearest(shot: Shot) -> tuple[Layer, ...]:
    """ỹ(ž), the manifold point nearest to each datum, when training is cold."""
    beta = shot.scene.number("objective.beta")
    off = shot.scene.view.arrows in ("probe", "off") or "centres" in shot.scene.facts
    if off or beta != math.inf or not shot.snapshot.has("nearest"):
        return ()
    points = shot.snapshot.arrays["nearest"]
    return (
        Points(
            points[:, 0],
            points[:, 1],
            "down",
            label="nearest ỹ(ž)",
            size=8,
            marker="cross",
        ),
    )


GROUP = Group("nearest", "nearest ỹ(ž)", when=("decoder",))
LAYER = MapLayer(150, nearest, ("nearest",), GROUP)
