"""What lies on the map of one x: the data near that x, and what a regressor would answer."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Layer, Points
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer

_NEAR = 0.04  # of the range of x, on either side


def near(shot: Shot) -> Array:
    """Which data lie near view.x, (N,) bool."""
    x = shot.snapshot.arrays["data_x"]
    reach = _NEAR * float(np.ptp(x)) if len(x) else 0.0
    return np.asarray(np.abs(x - shot.scene.view.x) <= reach)


def data(shot: Shot, stride: int, note: str) -> tuple[Layer, ...]:
    """Every `stride`th datum: strong near view.x, faint elsewhere; `note` follows the label."""
    points, close = shot.snapshot.arrays["data"][::stride], near(shot)[::stride]
    here, rest = points[close], points[~close]
    return (
        Points(rest[:, 0], rest[:, 1], "muted", label=f"other x{note}", size=2.5, halo=False),
        Points(here[:, 0], here[:, 1], "data", label=f"data y near x{note}", size=8.0),
    )


def regressor(shot: Shot) -> tuple[Layer, ...]:
    """The answer of least squared error at view.x: the mean, near no answer at all."""
    if not shot.snapshot.has("regressor"):
        return ()
    x, y = shot.snapshot.arrays["regressor"].T
    return (Points(x, y, "warn", label="MSE regressor", size=13, marker="star"),)


GROUP = Group("regressor", "MSE regressor", when=("regressor",))
LAYER = MapLayer(130, regressor, ("regressor",), GROUP)
