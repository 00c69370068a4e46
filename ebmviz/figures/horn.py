"""The manifold of a conditional decoder over all x."""

from __future__ import annotations

from ebmviz.figures.base.figure import live
from ebmviz.figures.layers.horn import draw

FIGURE = live(
    "horn",
    "Manifold over all x",
    ("horn", "data", "manifold"),
    draw,
    ("conditional", "decoder"),
    order=70,
)
