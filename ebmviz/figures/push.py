"""Push and pull: the change of F by the next step, and the wrong answers that it pushes up."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Layer, Points
from ebmviz.core.snapshot import Array
from ebmviz.figures.figure import Shot

SYMBOL = "ΔF"
COLORMAP = "push-pull"
_TITLES = {
    "push": "Push and pull · ΔF of the next step",
    "push-one": "Push and pull · ΔF of the next step, for the datum nearest to y′",
}


def title(shot: Shot) -> str:
    """The map's title; empty where it shows the energy."""
    return _TITLES.get(shot.scene.view.picture, "") if shot.snapshot.has("push") else ""


def limit(values: Array) -> float:
    """The end of the colour range: the largest |ΔF|, rounded up to 1, 2 or 5 so that it rests."""
    sizes = np.abs(values[np.isfinite(values)])
    most = float(sizes.max()) if sizes.size else 0.0
    if most < 1e-30:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return power * next(step for step in (1, 2, 5, 10, 20) if step * power >= most)


def batch(shot: Shot) -> tuple[Layer, ...]:
    """Data of the next batch, pushed down, and their wrong answers, pushed up."""
    if not shot.snapshot.has("negative"):
        return ()
    a = shot.snapshot.arrays
    layers: list[Layer] = []
    if shot.snapshot.has("push"):
        layers.append(_rings(a["positive"], "down", "next batch, pushed down", 13))
    layers.append(_rings(a["negative"], "up", _name(shot), 11))
    return tuple(layers)


def _name(shot: Shot) -> str:
    if "sampled" not in shot.scene.facts:
        return "wrong answers ŷ"
    return "samples of x" if "joint" in shot.scene.facts else "samples ŷ"


def _rings(at: Array, role: str, label: str, size: float) -> Points:
    return Points(at[:, 0], at[:, 1], role, label=label, size=size, marker="ring")
