"""The map itself."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Image, Layer, ends
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import MapLayer
from ebmviz.figures.layers import chains, push
from ebmviz.figures.words import level, text


def heat_map(shot: Shot) -> tuple[Layer, ...]:
    """The map itself; its colours span view.levels, or follow the map. Where it shows the next
    step's push and pull, they span zero; where it shows a density, they begin at it.
    """
    if density := chains.image(shot):
        return (density,)
    view, values = shot.scene.view, shot.snapshot.arrays["map"]
    if zero := level.of(shot, "map"):
        values = values - np.float32(zero)
    left, right, bottom, top = view.window
    low, high = colour_range(shot)
    colours, symbol = view.colormap, level.named(shot, text.map_symbol(shot.scene))
    if shot.snapshot.has("push"):
        values = shot.snapshot.arrays["push"]
        high = push.limit(values)
        low, colours, symbol = -high, push.COLORMAP, push.symbol(shot)
    half_x = (right - left) / values.shape[1] / 2
    half_y = (top - bottom) / values.shape[0] / 2
    return (
        Image(
            values,
            (left + half_x, right - half_x),
            (bottom + half_y, top - half_y),
            low,
            high,
            colours,
            bar=symbol,
        ),
    )


def colour_range(shot: Shot) -> tuple[float, float]:
    """Energies at the ends of the colour map, above their least where only differences count."""
    view = shot.scene.view
    if not view.follow:
        return ends(view.levels[0], view.levels[1])
    low, high = shot.snapshot.metrics["range_low"], shot.snapshot.metrics["range_high"]
    return ends(low, max(high, low + 1e-6 * max(1.0, abs(low))))


LAYER = MapLayer(0, heat_map, ("map", "density", "push", "likelihood", "classes"))
