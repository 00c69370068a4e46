"""Push and pull: the change of F by the next step, and the wrong answers that it pushes up."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Layer, Points
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer

COLORMAP = "push-pull"
_TITLES = {
    "push": "Push and pull · {} of the next step",
    "push-one": "Push and pull · {} of the next step, for the datum nearest to y′",
}

_FREE = "not determined by this loss: choose one answer"


def title(shot: Shot) -> str:
    """The map's title; empty where it shows the energy."""
    if not shot.snapshot.has("push"):
        return ""
    title = _TITLES.get(shot.scene.view.picture, "").format(symbol(shot))
    return f"{title} · {_FREE}" if "push_free" in shot.snapshot.metrics else title


def symbol(shot: Shot) -> str:
    """What the map shows: less its mean where the loss leaves F a free constant."""
    m = shot.snapshot.metrics
    if "push_relative" not in m:
        return "ΔF"
    return "ΔF − ⟨ΔF⟩_P" if m.get("push_beta", 1.0) > 0 else "ΔF − ⟨ΔF⟩"


def limit(values: Array) -> float:
    """The end of the colour range: the largest |ΔF|, rounded up to 1, 2 or 5 so that it rests."""
    sizes = np.abs(values[np.isfinite(values)])
    most = float(sizes.max()) if sizes.size else 0.0
    if most < 1e-30:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return power * next(step for step in (1, 2, 5, 10, 20) if step * power >= most)


def batch(shot: Shot) -> tuple[Layer, ...]:
    """Data of the next batch and their wrong answers; on the map of the push, those that it does
    push down and up in the colours of both, and the others apart.
    """
    if not shot.snapshot.has("negative"):
        return ()
    a = shot.snapshot.arrays
    if not shot.snapshot.has("push", "positive_rise", "negative_rise"):
        return (_rings(a["negative"], "up", _name(shot), 11),)
    down, up = a["positive_rise"] < 0, a["negative_rise"] > 0
    groups = (
        (a["positive"][down], "down", "next batch, pushed down", 13),
        (a["positive"][~down], "muted", f"{_some(~down)} of the batch, not pushed down", 13),
        (a["negative"][up], "up", f"{_name(shot)}, pushed up", 11),
        (a["negative"][~up], "muted", f"{_some(~up)} {_name(shot)}, not pushed up", 11),
    )
    return tuple(_rings(*group) for group in groups if len(group[0]))


def _some(those: Array) -> str:
    return f"{int(those.sum())} of {len(those)}"


def _name(shot: Shot) -> str:
    if "sampled" not in shot.scene.facts:
        return "negatives ŷ"
    return "samples of x" if "joint" in shot.scene.facts else "samples ŷ"


def _rings(at: Array, role: str, label: str, size: float) -> Points:
    return Points(at[:, 0], at[:, 1], role, label=label, size=size, marker="ring")


GROUP = Group(
    "negatives",
    "negatives ŷ",
    ("view.negatives",),
    "",
    ("contrastive|sampled", "view.negatives=true"),
)
LAYER = MapLayer(170, batch, ("negatives",), GROUP)
