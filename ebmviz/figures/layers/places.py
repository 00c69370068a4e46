"""What the hand moves: the cut and the probe."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Curve, Layer, Points
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer


def cut(shot: Shot) -> tuple[Layer, ...]:
    """The line of the cross-section."""
    x0, y0, x1, y1 = shot.scene.view.cut
    x, y = np.array([x0, x1]), np.array([y0, y1])
    return (Curve(x, y, "cut", label="cut", dash="dash", width=1.6, halo=True, key="cut"),)


def probe(shot: Shot) -> tuple[Layer, ...]:
    """The point y′ under the latent lens; x′ where the plane is of x and not of views of it."""
    x, y = shot.scene.view.probe
    at = np.array([x]), np.array([y])
    inputs = "plane:x" in shot.scene.facts and "takes:views" not in shot.scene.facts
    label = "probe x′" if inputs else "probe y′"
    return (Points(*at, "probe", label=label, size=13, marker="cross", key="probe"),)


LAYERS = (
    MapLayer(200, cut, group=Group("cut", "cut")),
    MapLayer(210, probe, group=Group("probe", "probe")),
)
