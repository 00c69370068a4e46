"""The joint model (JEM): how sure it is of the class, beside a plain classifier."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Image, Layer, Plot, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.layers import answers, data, places
from ebmviz.figures.words import likelihood, text

_JOINT = "Joint, max_y P(y|x)", "Joint"
_ALONE = "Cross-entropy alone", "Cross-entropy"
"""Titles, and the same where there is little room."""


def draw(shot: Shot) -> Sheet:
    """max_y P(y|x) of both, in one range of colours, and what each is worth in numbers."""
    plots = (
        _plot(shot, *_JOINT, "joint_sure", answers.border(shot, width=1.4)),
        _plot(shot, *_ALONE, "joint_sure_ce", answers.beside(shot, width=1.4)),
    )
    score = shot.snapshot.metrics.get("joint_score")
    title = "Joint model" if score is None else f"Joint model · x′ {likelihood.verdict(score)}"
    return Sheet(title=title, rows=(plots,), caption=caption(shot))


def caption(shot: Shot) -> str:
    """Accuracies, exact likelihoods, and how unusual the place of the probe is."""
    m = shot.snapshot.metrics
    if "joint_nll" not in m:
        return ""
    found = []
    if "joint_score" in m:
        below = likelihood.percent(m["joint_score"])
        found.append(
            f"E(x′) at the probe is above that of {below} of the data,"
            f" max_y P(y|x′) = {text.fixed(m['joint_sure_probe'], 2)}"
        )
    found.append(_pair("−ln p(x)", m["joint_nll"], m["joint_nll_ce"], " nats"))
    found.append(
        _pair("accuracy", 100 * m["joint_accuracy"], 100 * m["joint_accuracy_ce"], " %")
        + " with cross-entropy alone"
    )
    return " · ".join(found)


def _pair(name: str, one: float, other: float, unit: str) -> str:
    return f"{name} {text.number(one, 3)}{unit} against {text.number(other, 3)}{unit}"


def _plot(shot: Shot, title: str, brief: str, name: str, border: tuple[Layer, ...]) -> Plot:
    left, right, bottom, top = shot.scene.view.window
    across, along = text.axes(shot.scene)
    layers: tuple[Layer, ...] = ()
    if shot.snapshot.has(name):
        values = np.asarray(shot.snapshot.arrays[name], np.float32)
        layers = (_image(shot, values),)
    layers = (*layers, *border, *data.data(shot, 3.5), *places.probe(shot))
    x, y = Axis(across, left, right), Axis(along, bottom, top)
    return Plot(title=title, x=x, y=y, layers=layers, equal=True, legend=False, brief=brief)


def _image(shot: Shot, values: Array) -> Image:
    left, right, bottom, top = shot.scene.view.window
    half_x, half_y = (right - left) / values.shape[1] / 2, (top - bottom) / values.shape[0] / 2
    x, y = (left + half_x, right - half_x), (bottom + half_y, top - half_y)
    return Image(values, x, y, 0.0, 1.0, "viridis", "P")


FIGURE = live(
    "joint", "Joint model", ("joint", "beside", "classes", "data"), draw, when=("joint",), order=340
)
