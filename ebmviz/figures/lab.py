"""The loss lab: one small landscape per loss, from the same data, seed and first weights."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from ebmviz.core.plot import Axis, Image, Layer, Plot, Points, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.layers.data import data
from ebmviz.figures.words import text

BRIEF = {"Negative log-likelihood": "NLL", "separates the data": "separates"}
"""How a loss and a verdict are named where there is little room."""
_MARK = 3.0  # points: larger ones would hide the valley


def draw(shot: Shot) -> Sheet:
    """Titled by the loss and the verdict; the caption of each has the numbers."""
    titles = shot.snapshot.labels.get("lab_titles", ())
    if not titles:
        return Sheet(title="Loss lab", rows=(), caption="Switch the loss lab on")
    plots = [_lane(shot, lane, title) for lane, title in enumerate(titles)]
    per_row = math.ceil(math.sqrt(len(plots)))
    rows = [tuple(plots[i : i + per_row]) for i in range(0, len(plots), per_row)]
    return Sheet(title="Loss lab", rows=tuple(rows), caption=_step(shot))


def verdict(shot: Shot, lane: int) -> str:
    """How a lane is, in a word; empty before it has trained."""
    if not shot.snapshot.arrays["lab_step"][lane] and shot.snapshot.arrays["lab_alive"][lane]:
        return ""
    return shot.snapshot.labels["lab_verdicts"][lane]


def multiple(
    shot: Shot, values: Array, ends: tuple[float, float], title: str, state: str, numbers: str
) -> Plot:
    """A small map: values (h, w) on cells of the window, the colours from and to `ends`, the data
    of the shot on it. state: how the model is, in a word, or empty; numbers: the caption.
    """
    left, right, bottom, top = shot.scene.view.window
    values = np.nan_to_num(values, posinf=3e38, neginf=-3e38)
    half_x, half_y = (right - left) / values.shape[1] / 2, (top - bottom) / values.shape[0] / 2
    x, y = (left + half_x, right - half_x), (bottom + half_y, top - half_y)
    image = Image(values, x, y, *ends, shot.scene.view.colormap)
    marks = [p for p in data(shot) if isinstance(p, Points)]
    small = (msgspec.structs.replace(p, size=_MARK, halo=False) for p in marks)
    layers: tuple[Layer, ...] = (image, *small)
    across, along = text.axes(shot.scene)
    return Plot(
        title=f"{title} · {state}" if state else title,
        x=Axis(across, left, right),
        y=Axis(along, bottom, top),
        layers=layers,
        equal=True,
        legend=False,
        caption=numbers,
        brief=" · ".join(BRIEF.get(part, part) for part in (title, state) if part),
    )


def span(shot: Shot, values: Array) -> tuple[float, float]:
    """From the lowest energy, over no less than the view's colours: what is flat looks flat, and
    what is deep is not all wall.
    """
    low, high = shot.scene.view.levels[:2]
    bottom, middle = float(np.min(values)), float(np.median(values))
    return bottom, max(bottom + high - low, middle)


def _lane(shot: Shot, lane: int, title: str) -> Plot:
    values = shot.snapshot.arrays["lab_map"][lane]
    ends = span(shot, values)
    return multiple(shot, values, ends, title, verdict(shot, lane), _numbers(shot, lane))


def _metrics(shot: Shot, lane: int) -> dict[str, float]:
    """The meter's numbers of one lane: those that it has."""
    a, names = shot.snapshot.arrays, shot.snapshot.labels["lab_number"]
    triples = zip(names, a["lab_number_lane"], a["lab_number"], strict=True)
    return {name: float(value) for name, own, value in triples if own == lane}


def _numbers(shot: Shot, lane: int) -> str:
    a, m = shot.snapshot.arrays, _metrics(shot, lane)
    parts = [f"step {int(a['lab_step'][lane])}"]
    if math.isfinite(loss := float(a["lab_loss"][lane])):
        parts.append(f"loss {text.number(loss)}")
    if "meter_gap" in m:
        parts.append(f"energy gap {text.number(m['meter_gap'])}")
    if "meter_flatness" in m:
        parts.append(f"flatness {text.fixed(m['meter_flatness'], 2)}")
    return ", ".join(parts)


def _step(shot: Shot) -> str:
    step = shot.snapshot.step
    return f"all after {step} steps from the same weights" if step else ""


FIGURE = live("lab", "Loss lab", ("lab", "data"), draw, PLANE, order=20)
