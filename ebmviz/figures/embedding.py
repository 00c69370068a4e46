"""Where an energy of two embeddings puts the data."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Segments
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.layers.heat import colour_range
from ebmviz.figures.words import text

_CIRCLE = 181  # points of the unit circle
_JOINED = 300  # pairs whose two ends are joined


def draw(shot: Shot) -> Plot:
    """Both embeddings of each datum, joined, in the colour that the map has at the datum."""
    a = shot.snapshot.arrays
    one, two, probe = a["embed_one"], a["embed_two"], a["embed_probe"]
    cosine = "cosine" in shot.scene.facts
    near, far = ("h(x)", "h(y)") if cosine else ("G_X(x)", "G_Y(y)")
    low, high = colour_range(shot) if shot.snapshot.has("map") else shot.scene.view.levels
    layers: list[Layer] = [
        *(_circle() if cosine else ()),
        Segments(one[:_JOINED], two[:_JOINED], "muted", width=0.8, opacity=0.6),
        Points(two[:, 0], two[:, 1], "muted", label=far, size=4, marker="ring"),
        Points(
            one[:, 0],
            one[:, 1],
            "data",
            label=f"{near}, coloured by {text.map_symbol(shot.scene)}",
            size=6,
            values=a["embed_energy"],
            colormap=shot.scene.view.colormap,
            low=low,
            high=high,
        ),
        *_probe(probe, cosine),
    ]
    limits = (-1.15, 1.15) if cosine else _limits(np.concatenate([one, two, probe]))
    m = shot.snapshot.metrics
    detail = f"least std {text.fixed(m['embed_spread'], 2)}"
    plain = m["embed_shown"] > 0.9995
    if not plain:
        detail += f", {text.number(100 * m['embed_shown'], 3)} % shown"
    return Plot(
        title=f"Embedding · {detail}",
        x=Axis("h_1" if plain else "first principal axis", *limits, visible=not cosine),
        y=Axis("h_2" if plain else "second", *limits, visible=not cosine),
        layers=tuple(layers),
        equal=True,
    )


def _circle() -> tuple[Layer, ...]:
    angle = np.linspace(0, 2 * np.pi, _CIRCLE)
    return (Curve(np.cos(angle), np.sin(angle), "muted", width=1.0, opacity=0.7),)


def _probe(probe: Array, cosine: bool) -> tuple[Layer, ...]:
    if cosine:  # both are h(y′)
        start, end = np.zeros((1, 2), probe.dtype), probe[:1]
        return (
            Segments(start, end, "probe", width=1.8, halo=True),
            Points(probe[:1, 0], probe[:1, 1], "probe", label="h(y′)", size=12, marker="cross"),
        )
    return (
        Segments(probe[:1], probe[1:], "probe", width=1.8, halo=True),
        Points(probe[:, 0], probe[:, 1], "probe", label="probe’s two", size=12, marker="cross"),
    )


def _limits(points: Array) -> tuple[float, float]:
    """One span for both axes, around all points."""
    reach = 1.15 * float(np.abs(points).max())
    return (-reach, reach) if reach > 0 else (-1.0, 1.0)


FIGURE = live("embedding", "Embedding", ("embedding",), draw, ("embeds",), order=130)
