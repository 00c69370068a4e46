"""The number that an experiment keeps with every step, for one that has no figure of its own."""

from __future__ import annotations

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Rule
from ebmviz.figures.base.figure import Shot, live


def draw(shot: Shot) -> Plot:
    """It over the steps."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    step, value = a["curve_step"], a["curve_energy"]
    (quantity,) = shot.snapshot.labels["quantity"]
    layers: list[Layer] = [Curve(step, value, "energy", quantity, 2.0)]
    if len(step) == 1:
        layers.append(Points(step, value, "energy", size=6, halo=False))
    if shot.snapshot.step < m["last_step"]:
        layers.append(Rule(shot.snapshot.step, "x", "muted"))
    return Plot(
        title=f"{quantity[:1].upper()}{quantity[1:]}",
        x=Axis("step", 0.0, max(m["last_step"], 1.0), whole=True),
        y=Axis(quantity),
        layers=tuple(layers),
    )


FIGURE = live("progress", "Value over the steps", ("curves",), draw, ("experiment",), order=435)
