"""What an energy says of y once x is given: P(y|x) over the plane, P(k|x) of classes."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Image, Plot, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.layers import answers, data
from ebmviz.figures.words import text

_COLORMAP = "magma"
_EDGE = 0.05  # of a column's peak: where P is higher at an end, the window cuts it off
_BRIGHT = 0.8  # of the columns have their peak within the colours
_PER_ROW = 3
_NAME = "Conditional"


def draw(shot: Shot) -> Plot:
    """P(y|x), every column a density over the window's y, with the mean answer on it."""
    left, right, bottom, top = shot.scene.view.window
    x, y = Axis("x", left, right), Axis("y", bottom, top)
    if not shot.snapshot.has("conditional_p"):
        return Plot(_NAME, x, y, (), caption="β = ∞ has no density P(y|x): move β")
    a = shot.snapshot.arrays
    p = np.ascontiguousarray(a["conditional_p"], np.float32)
    half_x, half_y = (right - left) / p.shape[1] / 2, (top - bottom) / p.shape[0] / 2
    spans = (left + half_x, right - half_x), (bottom + half_y, top - half_y)
    window = f"{text.number(bottom)} ≤ y ≤ {text.number(top)}"
    caption = "Each column integrates to 1 over this window"
    if shot.snapshot.metrics["conditional_edge"] > _EDGE:
        caption += "; some are cut off at its edge"
    # A column that the window cuts off may be far above all others.
    peaks = p.max(0)
    high = float(np.quantile(peaks, _BRIGHT))
    bar = "P(y|x)" if high >= peaks.max() else "P(y|x), ≥"
    at = a["conditional_x"], a["conditional_mean"]
    mean = Curve(*at, "probe", "mean of y", 1.4, "dash", halo=True)
    return Plot(
        title=f"{_NAME} · P(y|x), {window}, β = {text.number(shot.scene.view.beta)}",
        x=x,
        y=y,
        layers=(
            Image(p, *spans, 0.0, high, _COLORMAP, bar),
            mean,
            *data.data(shot, 3.5),
        ),
        caption=caption,
    )


def shares(energies: Array, beta: float) -> Array:
    """P(k|x) = softargmax_β[−E] of E (C, …): sums to 1 over k; at β = ∞ equals share it."""
    least = energies.min(0)
    if np.isinf(beta):
        best = (energies == least).astype(np.float64)
        return np.asarray(best / best.sum(0))
    weight = np.exp(-beta * (energies.astype(np.float64) - least))
    return np.asarray(weight / weight.sum(0))


def classes(shot: Shot) -> Sheet:
    """P(k|x) of each class k, all in the range from 0 to 1."""
    maps, beta = shot.snapshot.arrays["class_maps"], shot.scene.view.beta
    plots = [_class(shot, k, p) for k, p in enumerate(shares(maps, beta))]
    rows = [tuple(plots[i : i + _PER_ROW]) for i in range(0, len(plots), _PER_ROW)]
    return Sheet(
        title=f"Class probabilities · P(k|x) = softargmax_β[−E], β = {text.number(beta)}",
        rows=tuple(rows),
    )


def _class(shot: Shot, k: int, p: Array) -> Plot:
    left, right, bottom, top = shot.scene.view.window
    across, along = text.axes(shot.scene)
    half_x, half_y = (right - left) / p.shape[1] / 2, (top - bottom) / p.shape[0] / 2
    spans = (left + half_x, right - half_x), (bottom + half_y, top - half_y)
    values = np.ascontiguousarray(p, np.float32)
    name = f"P({text.label(shot.scene, k)}|x)"
    image = Image(values, *spans, 0.0, 1.0, _COLORMAP, "P")
    x, y = Axis(across, left, right), Axis(along, bottom, top)
    return Plot(name, x, y, (image, *answers.border(shot, width=1.4)), equal=True)


FIGURE = live(
    "conditional-density",
    "Conditional P(y|x)",
    ("conditional-density", "data"),
    draw,
    ("plane:xy",),
    order=280,
)
CLASSES = live(
    "class-probabilities",
    "Class probabilities P(k|x)",
    ("classes",),
    classes,
    ("discrete",),
    order=290,
)
