"""The free energy along the cut, one curve per β."""

from __future__ import annotations

import numpy as np

from ebmviz.core import palette
from ebmviz.core.plot import Axis, Curve, Plot
from ebmviz.figures import text
from ebmviz.figures.figure import Shot, live


def draw(shot: Shot) -> Plot:
    """Each β in the colour of the thermometer, the view's own β thick and on top."""
    a = shot.snapshot.arrays
    x, label, where = axis(shot)
    betas = [float(b) for b in a["section_beta"]]
    own = betas[-1]
    curves = []
    for beta, row in zip(betas[:-1], a["section"][:-1], strict=True):
        if beta != own:
            color = palette.beta_color(beta)
            curves.append(Curve(x, row, color, label=text.beta(beta), width=1.3))
    thick = Curve(x, a["section"][-1], palette.beta_color(own), text.beta(own), width=3.2)
    order = sorted([*curves, thick], key=lambda c: betas[_index(c.label, betas)])
    return Plot(
        title=f"Cross-section · {where}",
        x=Axis(label, float(x.min()), float(x.max())),
        y=Axis("F_β", 0.0, top(shot)),
        layers=tuple(order),
    )


def axis(shot: Shot) -> tuple[np.ndarray, str, str]:
    """Coordinates along the cut, the axis's label, and where the cut lies."""
    at = shot.snapshot.arrays["section_at"]
    x0, y0, x1, y1 = shot.scene.view.cut
    if x0 == x1:
        return at[:, 1], "y_2", f"at y_1 = {text.number(x0)}"
    if y0 == y1:
        return at[:, 0], "y_1", f"at y_2 = {text.number(y0)}"
    return shot.snapshot.arrays["section_s"], "distance along the cut", "along the cut"


def top(shot: Shot) -> float:
    """A held upper limit: twice the colour range, so that the axis stands still in training."""
    low, high = shot.scene.view.levels
    return high + (high - low)


def _index(label: str, betas: list[float]) -> int:
    return next(i for i, b in enumerate(betas) if text.beta(b) == label)


FIGURE = live("cross-section", "Cross-section", ("section",), draw)
