"""How a manifold is drawn: what joins its points."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Curve, Layer, Points
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer

_MARKS = 256  # more points than this merge into the line


def draw(shot: Shot) -> tuple[Layer, ...]:
    """The decoded points ỹ = g(z), joined as their latents are."""
    if not shot.snapshot.has("manifold") or "centres" in shot.scene.facts:
        return ()
    points = shot.snapshot.arrays["manifold"]
    x, y = points[:, 0], points[:, 1]
    joined = lines(points, shot.snapshot.arrays["z"], "ring" in shot.scene.facts)
    if joined is None:
        return (Points(x, y, "manifold", label="ỹ(z)", size=4.5, halo=False),)
    mesh = len(joined) > 2 * len(points)
    label, width = "manifold ỹ(z)", 1.0 if mesh else 2.2
    opacity = 0.8 if mesh else 1.0
    at = joined[:, 0], joined[:, 1]
    curve = Curve(*at, "manifold", label=label, width=width, opacity=opacity, halo=not mesh)
    if len(points) > _MARKS and not mesh:
        return (curve,)
    return (curve, Points(x, y, "manifold", size=3.0 if mesh else 4.5, halo=False))


def centres(shot: Shot) -> tuple[Layer, ...]:
    """Points that stand alone, to be drawn over the data."""
    if not shot.snapshot.has("manifold") or "centres" not in shot.scene.facts:
        return ()
    at = shot.snapshot.arrays["manifold"]
    label = "stored x_i" if "attention" in shot.scene.facts else "centres ỹ(z)"
    return (Points(at[:, 0], at[:, 1], "manifold", label=label, size=15, marker="star"),)


def lines(points: Array, z: Array, ring: bool) -> Array | None:
    """Points (K, D) joined along their latents z, (K,) or (K, d), NaN breaking the line: (M, D).

    A ring is closed; a regular grid of two latents is a mesh. None for more latents.
    """
    if ring:
        return np.concatenate([points, points[:1]]) if len(points) > 2 else points
    if z.ndim == 1 or z.shape[1] == 1:
        return points
    side = math.isqrt(len(points))
    if z.shape[1] != 2 or side**2 != len(points):
        return None
    grid = points.reshape(side, side, -1)
    rows = np.concatenate([grid, grid.swapaxes(0, 1)])
    rows = np.concatenate([rows, np.full_like(rows[:, :1], np.nan)], 1)
    return np.asarray(rows.reshape(-1, points.shape[1]))


GROUP = Group("manifold", "manifold", when=("decoder|reconstructs",))
LAYERS = MapLayer(50, draw, ("manifold",), GROUP), MapLayer(160, centres, ("manifold",), GROUP)
