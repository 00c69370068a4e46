"""The lab: one small landscape per lane, of one scene under many values."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from ebmviz.core.numerals import counted
from ebmviz.core.plot import Axis, Image, Layer, Plot, Points, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.layers.data import data
from ebmviz.figures.words import text

BRIEF = {
    "Negative log-likelihood": "NLL",
    "Classification error": "MCE",
    "Empirical error": "MEE",
    "Square-square": "Sq-square",
    "Square-exponential": "Sq-exp",
    "Simple, two hinges": "Two hinges",
    "separates the data": "separates",
}
"""How a loss and a verdict are named where there is little room, as LeCun et al. 2006 do."""
_MARK = 3.0  # points: larger ones would hide the valley


def draw(shot: Shot) -> Sheet:
    """Titled by the lane and the verdict; the caption of each has the numbers."""
    rows = placed(shot)
    if not rows:
        return Sheet(title="Lab", rows=(), caption="Switch the lab on")
    common = _shared_ends(shot) if shot.scene.view.lane_scale == "shared" else None
    plots = tuple(tuple(_lane(shot, lane, common) for lane in row) for row in rows)
    return Sheet(title="Lab", rows=plots, caption=_after(shot))


def placed(shot: Shot) -> tuple[tuple[int, ...], ...]:
    """The lanes that are shown, by number, row by row: the one that the view shows alone; else a
    row for each value of the first of two paths, or all in the order that the view asks for.
    """
    labels = shot.snapshot.labels
    keys = labels.get("lab", ())
    if shot.scene.view.lane in keys:
        return ((keys.index(shot.scene.view.lane),),)
    lanes = range(len(keys))
    if shot.scene.view.lane_order == "given" and (named := labels.get("lab_row")):
        rows = dict.fromkeys(named)
        return tuple(tuple(i for i in lanes if named[i] == row) for row in rows)
    ordered = sorted(lanes, key=lambda lane: _rank(shot, lane))
    columns = math.ceil(math.sqrt(len(keys))) or 1
    return tuple(tuple(ordered[i : i + columns]) for i in range(0, len(keys), columns))


def headings(shot: Shot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of rows and of columns, where the lanes stand as a grid of two paths; else none."""
    view, labels = shot.scene.view, shot.snapshot.labels
    alone = view.lane in labels.get("lab", ())
    if alone or view.lane_order != "given" or "lab_row" not in labels:
        return (), ()
    return tuple(dict.fromkeys(labels["lab_row"])), tuple(dict.fromkeys(labels["lab_column"]))


def _rank(shot: Shot, lane: int) -> tuple[bool, float]:
    """What lanes are sorted by: those that have diverged come last, and what has no such number."""
    order, a = shot.scene.view.lane_order, shot.snapshot.arrays
    if order == "given":
        return False, 0.0
    values = {
        "loss": float(a["lab_loss"][lane]),
        "energy": float(a["lab_energy"][lane]),
        "gap": -_metrics(shot, lane).get("meter_gap", -math.inf),
    }
    value = values[order]
    return not a["lab_alive"][lane], math.inf if math.isnan(value) else value


def verdict(shot: Shot, lane: int) -> str:
    """How a lane is, in a word; empty before it has trained."""
    if not shot.snapshot.arrays["lab_step"][lane] and shot.snapshot.arrays["lab_alive"][lane]:
        return ""
    return shot.snapshot.labels["lab_verdicts"][lane]


def multiple(
    shot: Shot,
    values: Array,
    ends: tuple[float, float],
    title: str,
    state: str,
    numbers: str,
    mark: float | None = _MARK,
) -> Plot:
    """A small map: values (h, w) on cells of the window, the colours from and to `ends`, the data
    of the shot on it. state: how the model is, in a word, or empty; numbers: the caption; mark: the
    size of data, None for what suits their number.
    """
    left, right, bottom, top = shot.scene.view.window
    values = np.nan_to_num(values, posinf=3e38, neginf=-3e38)
    half_x, half_y = (right - left) / values.shape[1] / 2, (top - bottom) / values.shape[0] / 2
    x, y = (left + half_x, right - half_x), (bottom + half_y, top - half_y)
    image = Image(values, x, y, *ends, shot.scene.view.colormap)
    marks = [p for p in data(shot, mark) if isinstance(p, Points)]
    small = [msgspec.structs.replace(p, size=mark or p.size, halo=mark is None) for p in marks]
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


def _lane(shot: Shot, lane: int, common: tuple[float, float] | None) -> Plot:
    a = shot.snapshot.arrays
    alone = "lab_fine" in a and shot.snapshot.labels["lab"][lane] == shot.scene.view.lane
    values = a["lab_fine"] if alone else a["lab_map"][lane]
    title = shot.snapshot.labels["lab_titles"][lane]
    ends = common or span(shot, values)
    own = _of_lane(shot, lane)
    state, numbers = verdict(shot, lane), _numbers(shot, lane)
    return multiple(own, values, ends, title, state, numbers, None if alone else _MARK)


def _of_lane(shot: Shot, lane: int) -> Shot:
    """The shot with the data of a lane, where it has its own."""
    a = shot.snapshot.arrays
    if "lab_data_lane" not in a or not (mine := a["lab_data_lane"] == lane).any():
        return shot
    names = {k.removeprefix("lab_") for k in ("lab_data", "lab_data_x", "lab_data_class") if k in a}
    arrays = {**a, **{name: a[f"lab_{name}"][mine] for name in names}}
    return Shot(shot.scene, msgspec.structs.replace(shot.snapshot, arrays=arrays))


def _shared_ends(shot: Shot) -> tuple[float, float]:
    """One scale for all that go on: from the lowest energy of any to the highest end of any."""
    a = shot.snapshot.arrays
    going = np.flatnonzero(a["lab_alive"])
    lanes = going if len(going) else range(len(a["lab_map"]))
    ends = np.array([span(shot, a["lab_map"][lane]) for lane in lanes])
    return float(ends[:, 0].min()), float(ends[:, 1].max())


def _metrics(shot: Shot, lane: int) -> dict[str, float]:
    """The meter's numbers of one lane: those that it has."""
    a, names = shot.snapshot.arrays, shot.snapshot.labels["lab_number"]
    triples = zip(names, a["lab_number_lane"], a["lab_number"], strict=True)
    return {name: float(value) for name, own, value in triples if own == lane}


def _numbers(shot: Shot, lane: int) -> str:
    a, m = shot.snapshot.arrays, _metrics(shot, lane)
    parts = []
    if a["lab_alive"][lane] and math.isfinite(loss := float(a["lab_loss"][lane])):
        parts.append(f"loss {text.number(loss)}")
    parts.append(f"mean energy {text.number(float(a['lab_energy'][lane]))}")
    if "meter_gap" in m:
        parts.append(f"energy gap {text.number(m['meter_gap'])}")
    if "meter_flatness" in m:
        parts.append(f"flatness {text.fixed(m['meter_flatness'], 2)}")
    return ", ".join((*parts, f"step {int(a['lab_step'][lane])}"))


def _after(shot: Shot) -> str:
    step, alive = shot.snapshot.step, shot.snapshot.arrays["lab_alive"]
    if not step:
        return ""
    fallen = int((~alive).sum())
    said = f"after {counted(step, 'step')}{_from(shot)}"
    if not fallen:
        return f"all {said}"
    return f"{said}; {fallen} of {len(alive)} diverged (last good weights shown)"


def _from(shot: Shot) -> str:
    """What the lanes have in common, as far as they do."""
    shared = shot.snapshot.labels.get("lab_shared", ())
    own = [name for name in ("data", "initial weights") if name not in shared]
    same = f" from the same {' and '.join(shared)}" if shared else ""
    return f"{same}, each from its own {' and '.join(own)}" if own else same


FIGURE = live("lab", "Lab", ("lab", "data"), draw, PLANE, order=20)
