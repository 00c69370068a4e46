"""Figures drawn for tests, and how their plots are taken apart."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ebmviz.commands.base import headless
from ebmviz.core import palette
from ebmviz.core.markup import to_html
from ebmviz.core.plot import Bars, Curve, Image, Note, Plot, Points, Rule, Segments, Sheet, Surface
from ebmviz.core.scene import Scene
from ebmviz.engine.model.opening import opened
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES
from ebmviz.files.opening import Opened
from tests.scenes import CATALOGUE, built_in


def scene(**changes: object) -> Scene:
    """The lecture's ellipse; `a__b` stands for the path a.b."""
    return built_in("ellipse", changes, view__resolution=32)


def drawn(name: str, of: Scene | None = None) -> Any:
    return headless.draw(FIGURES[name], Opened(of or scene()), CATALOGUE)


def shot(
    needs: tuple[str, ...], steps: int = 0, seek: int | None = None, **changes: object
) -> Shot:
    chosen = scene(**changes)
    engine = opened(chosen)
    engine.train(steps)
    engine.seek(seek)
    return Shot(chosen, engine.snapshot(needs))


def plots(value: Plot | Sheet) -> list[Plot]:
    return [value] if isinstance(value, Plot) else [p for row in value.rows for p in row]


def layers(plot: Plot, kind: type) -> list[Any]:
    return [layer for layer in plot.layers if isinstance(layer, kind)]


def labels(curves: list[Curve]) -> list[str]:
    """The β of each curve; the first may say what the numbers are."""
    return [curve.label.removeprefix("β = ") for curve in curves]


def labelled(plot: Plot, label: str) -> Any:
    (layer,) = [layer for layer in plot.layers if getattr(layer, "label", "").startswith(label)]
    return layer


def sound(plot: Plot) -> None:
    """Sizes agree, numbers are finite, colours and texts are known to both renderers."""
    assert plot.layers
    for axis in (plot.x, plot.y):
        for limit in (axis.low, axis.high):
            assert limit is None or math.isfinite(limit)
        if axis.low is not None and axis.high is not None:
            assert axis.low < axis.high
    for layer in plot.layers:
        match layer:
            case Image(values=values, low=low, high=high):
                assert values.dtype == np.float32
                assert values.flags.c_contiguous
                assert np.isfinite(values).all()
                assert low < high
                assert palette.colormap(layer.colormap).shape == (256, 3)
            case Curve(x=x, y=y):
                assert len(x) == len(y) > 0
            case Points(x=x, y=y, values=values):
                assert len(x) == len(y) > 0
                assert np.isfinite(x).all()
                assert np.isfinite(y).all()
                assert values is None or (len(values) == len(x) and layer.low < layer.high)
            case Segments(start=start, end=end):
                assert start.shape == end.shape
                assert start.shape[1] == 2
                assert np.isfinite(start).all()
                assert np.isfinite(end).all()
            case Bars(x=x, height=height):
                assert len(x) == len(height)
                assert np.isfinite(height).all()
            case Note(x=x, y=y):
                assert math.isfinite(x)
                assert math.isfinite(y)
            case Rule(at=at):
                assert math.isfinite(at)
        if not isinstance(layer, Image | Surface):
            assert palette.color(layer.color, "dark") != ""
            assert palette.color(layer.color, "light") != ""
    labels = [getattr(layer, "label", "") for layer in plot.layers]
    named = [label for label in labels if label]
    assert len(set(named)) == len(named), "a legend says each thing once"
    for words in (plot.title, plot.x.label, plot.y.label, *named):
        assert "_" not in to_html(words)
        assert "^" not in to_html(words)
