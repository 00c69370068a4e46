"""One map per answer, and the regions where each is the best."""

from __future__ import annotations

import numpy as np

from ebmviz.core.palette import CLASSES
from ebmviz.core.plot import Axis, Image, Layer, Plot, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.layers import answers
from ebmviz.figures.layers.data import data
from ebmviz.figures.words import level, text

_PER_ROW = 3


def draw(shot: Shot) -> Sheet:
    """E(x, k) of each class k in one range of colours; of two classes also their difference."""
    maps = shot.snapshot.arrays["class_maps"]
    if level.relative(shot):
        maps = maps - maps.min()
    low, high = float(maps.min()), float(maps.max())
    colours = shot.scene.view.colormap
    plots = [_regions(shot, size=4, width=1.4)]
    if len(maps) == 2:
        gap = maps[0] - maps[1]
        most = float(np.abs(gap).max())
        title = f"{text.answer(shot.scene, 0)} − {text.answer(shot.scene, 1)}"
        plots.append(_map(shot, title, gap, -most, most, "cold-warm", "Difference"))
    plots += [
        _map(shot, text.answer(shot.scene, k), e, low, high, colours) for k, e in enumerate(maps)
    ]
    per_row = 2 if len(plots) == 4 else _PER_ROW
    rows = [tuple(plots[i : i + per_row]) for i in range(0, len(plots), per_row)]
    return Sheet(title="Energy of each answer", rows=tuple(rows))


def regions(shot: Shot) -> Plot:
    """Where each answer has the lowest energy, with the data."""
    return _regions(shot, size=None, width=2.2)


def _regions(shot: Shot, size: float | None, width: float) -> Plot:
    region = shot.snapshot.arrays["class_region"]
    count = float(CLASSES)
    image = _image(shot, region % CLASSES + 0.5, 0.0, count, "classes", "")
    layers = (image, *answers.border(shot, width), *data(shot, size))
    return _plane(shot, "Best answer", layers, "Best y")


def _map(
    shot: Shot,
    title: str,
    values: Array,
    low: float,
    high: float,
    colours: str,
    brief: str = "",
) -> Plot:
    high = max(high, low + 1e-6 * max(1.0, abs(low)))
    image = _image(shot, values, low, high, colours, level.named(shot, "E"))
    return _plane(shot, title, (image, *answers.border(shot, width=1.4)), brief)


def _image(shot: Shot, values: Array, low: float, high: float, colours: str, bar: str) -> Image:
    left, right, bottom, top = shot.scene.view.window
    half_x, half_y = (right - left) / values.shape[1] / 2, (top - bottom) / values.shape[0] / 2
    x, y = (left + half_x, right - half_x), (bottom + half_y, top - half_y)
    return Image(np.asarray(values, np.float32), x, y, low, high, colours, bar)


def _plane(shot: Shot, title: str, layers: tuple[Layer, ...], brief: str = "") -> Plot:
    left, right, bottom, top = shot.scene.view.window
    across, along = text.axes(shot.scene)
    x, y = Axis(across, left, right), Axis(along, bottom, top)
    return Plot(title=title, x=x, y=y, layers=layers, equal=True, brief=brief)


FIGURE = live(
    "class-maps", "Energy of each answer", ("classes", "data"), draw, when=("discrete",), order=260
)
REGIONS = live(
    "regions", "Best answer", ("classes", "data"), regions, when=("discrete",), order=270
)
