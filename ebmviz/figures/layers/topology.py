"""Minima, saddles and basins on the map."""

from __future__ import annotations

import numpy as np

from ebmviz.core import palette
from ebmviz.core.plot import Curve, Layer, Note, Points
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer

NEED = "topology"
ON = ("plane:y|plane:x|plane:xy", "view.topology=minima|view.topology=basins")
"""The facts without which nothing of it is measured."""
NAMED = 12
"""With more minima than these, their numbers would be a haze."""
_DISC, _RING = 17, 10  # points: a number fits on a disc
_MARGIN = 0.01  # of the window


def role(number: int) -> str:
    """The colour of a minimum, which it keeps as long as it lives; 0 is at the window's edge."""
    return palette.class_role(number - 1) if number else "muted"


def below(shot: Shot) -> tuple[Layer, ...]:
    """Lines between basins: nothing lies under them but the map."""
    if not shot.snapshot.has("basin") or not len(shot.snapshot.arrays["basin"]):
        return ()
    x, y = shot.snapshot.arrays["basin"].T
    return (Curve(x, y, "text", label="basins", width=1.1, halo=True),)


def draw(shot: Shot) -> tuple[Layer, ...]:
    """Saddles as crosses, minima as numbered discs of their own colour; rings at the window's edge,
    where the map may lead further down.
    """
    if not shot.snapshot.has("minimum"):
        return ()
    a = shot.snapshot.arrays
    layers: list[Layer] = []
    passes = _inside(shot, a["saddle"])
    if len(passes):
        x, y = passes.T
        layers.append(Points(x, y, "text", label="saddles", size=10, marker="cross"))
    roles, edge = np.array([role(int(n)) for n in a["minimum_id"]]), a["minimum_border"]
    label = f"minima ({int((~edge).sum())})"
    for color in dict.fromkeys(roles.tolist()):
        if (chosen := (roles == color) & edge).any():
            x, y = a["minimum"][chosen].T
            layers.append(Points(x, y, color, size=_RING, marker="ring"))
        if (chosen := (roles == color) & ~edge).any():
            x, y = a["minimum"][chosen].T
            layers.append(Points(x, y, color, label=label, size=_DISC))
            label = ""
    numbers, at = a["minimum_id"][~edge].tolist(), a["minimum"][~edge].tolist()
    if len(numbers) <= NAMED:
        layers += [Note(x, y, str(n), "panel") for (x, y), n in zip(at, numbers, strict=True)]
    return tuple(layers)


def _inside(shot: Shot, at: Array) -> Array:
    """Places (N, 2) that are not at the window's edge."""
    left, right, bottom, top = shot.scene.view.window
    share = (at - (left, bottom)) / (right - left, top - bottom)
    inside: Array = at[((share > _MARGIN) & (share < 1 - _MARGIN)).all(1)]
    return inside


GROUP = Group("minima", "minima", ("view.topology", "view.depth"), "Minima", ON)
LAYERS = MapLayer(20, below, (NEED,), GROUP), MapLayer(180, draw, (NEED,), GROUP)
