"""Inference on the map: the ways down from some starts, and where they should have ended."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Curve, Layer, Marker, Points
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer

PATH, END = "descent", "descent-end"
"""Keys of the paths and of their ends, so that the window can let them grow."""


def draw(shot: Shot) -> tuple[Layer, ...]:
    """Right ends blue, wrong ones red, the ways down without an end amber; the exhaustive minimum
    ringed.
    """
    if not shot.snapshot.has("descent_path"):
        return ()
    a = shot.snapshot.arrays
    good, out = a["descent_good"], a["descent_escaped"]
    wrong = ~good & ~out & a["descent_ended"]
    layers: list[Layer] = []
    for chosen, role, label in (
        (~good & ~wrong & ~out, "muted", ""),
        (out, "warn", f"descent → away ({_share(out)})"),
        (good, "down", f"descent → ŷ ({_share(good)})"),
        (wrong, "up", f"descent → wrong minimum ({_share(wrong)})"),
    ):
        if chosen.any():
            x, y = _some(a["descent_path"], chosen).T
            layers.append(Curve(x, y, role, label=label, width=2.0, halo=True, key=PATH))
    layers.append(_marks(a["descent_start"], "text", "starts y_0", 7, "ring"))
    layers.append(_marks(a["argmin"], "down", "ŷ, exhaustive", 17, "ring"))
    for chosen, role in ((good, "down"), (wrong, "up")):
        if chosen.any():
            layers.append(_marks(a["descent_end"][chosen], role, "", 14, "star", END))
    return tuple(layers)


def _marks(at: Array, role: str, label: str, size: float, marker: Marker, key: str = "") -> Points:
    return Points(at[:, 0], at[:, 1], role, label=label, size=size, marker=marker, key=key)


def _share(chosen: Array) -> str:
    return f"{int(chosen.sum())} of {len(chosen)}"


def _some(path: Array, chosen: Array) -> Array:
    """The chosen ones of lines (M, 2) broken by NaN."""
    broken = np.isnan(path[:, 0])
    number = np.cumsum(broken) - broken
    kept: Array = path[chosen[number]]
    return kept


GROUP = Group(
    "descents",
    "descents",
    ("view.inference", "view.starts", "view.over"),
    "Inference",
    ("continuous", "view.inference=gradient|view.inference=lbfgs"),
)
LAYER = MapLayer(190, draw, ("descents",), GROUP)
