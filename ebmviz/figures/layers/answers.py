"""Answers on the map: data in the colours of their classes, borders of regions, best answers."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core import palette
from ebmviz.core.plot import Curve, Layer, Points
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer
from ebmviz.figures.words import text


def count(shot: Shot) -> float:
    """How many classes the energy has; ∞ where that was not measured."""
    return shot.snapshot.metrics.get("classes", math.inf)


def marks(shot: Shot, at: Array, which: Array, size: float, note: str = "") -> tuple[Layer, ...]:
    """Data at (N, 2) in the colours of their classes `which` (N,), each named in the legend."""
    found = []
    for k in np.unique(which):
        x, y = at[which == k].T
        label = f"y = {text.label(shot.scene, int(k))}{note}"
        found.append(Points(x, y, palette.class_role(int(k)), label=label, size=size))
    return tuple(found)


def border(shot: Shot, width: float = 2.2) -> tuple[Layer, ...]:
    """The decision boundary."""
    if not shot.snapshot.has("class_border"):
        return ()
    line = shot.snapshot.arrays["class_border"]
    if not len(line):
        return ()
    name = "decision boundary"
    return (Curve(line[:, 0], line[:, 1], "pull", label=name, width=width, halo=True),)


def beside(shot: Shot, width: float = 1.8) -> tuple[Layer, ...]:
    """The decision boundary of the classifier trained by cross-entropy alone, dashed."""
    if not shot.snapshot.has("beside_border"):
        return ()
    line = shot.snapshot.arrays["beside_border"]
    if not len(line):
        return ()
    x, y = line[:, 0], line[:, 1]
    label = "boundary, cross-entropy alone"
    return (Curve(x, y, "muted", label=label, width=width, dash="dash", halo=True),)


def prediction(shot: Shot) -> tuple[Layer, ...]:
    """The best answer to each x as a curve, other minima as dots."""
    if not shot.snapshot.has("prediction"):
        return ()
    best, others = shot.snapshot.arrays["prediction"], shot.snapshot.arrays["minima"]
    layers: list[Layer] = []
    if len(others):
        name = "other minima over y"
        dots = Points(others[:, 0], others[:, 1], "manifold", label=name, size=4, halo=False)
        layers.append(dots)
    name = "best answer, argmin_y E"
    layers.append(Curve(best[:, 0], best[:, 1], "manifold", label=name, width=2.4, halo=True))
    return tuple(layers)


BESIDE = Group("beside", "boundary, cross-entropy alone", when=("joint",))
LAYERS = (
    MapLayer(70, border, ("classes",), Group("boundary", "decision boundary", when=("discrete",))),
    MapLayer(80, beside, ("beside",), BESIDE),
    MapLayer(90, prediction, ("prediction",), Group("answers", "best answers", when=("plane:xy",))),
)
