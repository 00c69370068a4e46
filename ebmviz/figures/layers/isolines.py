"""Lines of equal energy."""

from __future__ import annotations

from ebmviz.core.plot import Curve, Layer
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer
from ebmviz.figures.words import text


def contours(shot: Shot) -> tuple[Layer, ...]:
    """All isolines as one broken curve."""
    if not shot.snapshot.has("contours") or not len(shot.snapshot.arrays["contours"]):
        return ()
    lines = shot.snapshot.arrays["contours"]
    # Over push and pull or a density they still are the landscape's.
    other = shot.snapshot.has("push") or shot.snapshot.has("density")
    label = f"isolines of {text.map_symbol(shot.scene)}" if other else ""
    x, y = lines[:, 0], lines[:, 1]
    return (Curve(x, y, "contour", label=label, width=0.8, opacity=0.35),)


GROUP = Group("contours", "contours", ("view.contours",))
LAYER = MapLayer(10, contours, ("contours",), GROUP)
