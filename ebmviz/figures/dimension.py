"""Wrong answers needed by dimension, and what few of them hold up beside K-means."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Rule, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.core.traits import begun_by
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text

_MAIN = ("main:dimension",)


def draw(shot: Shot) -> Sheet:
    """M*(D) with its exponential line, above what both methods hold up."""
    return Sheet(
        title=f"Negatives by dimension · {_now(shot)}",
        rows=((_needed(shot),), (_held(shot),)),
        caption="Held up: E is more than half the margin above the 95th percentile of the data’s",
    )


def growth(d: Array, needed: Array) -> tuple[float, float] | None:
    """The least-squares line ln M* = a + b D over what is known and finite: (a, b)."""
    known = np.isfinite(needed)
    if known.sum() < 2:
        return None
    b, a = np.polyfit(d[known], np.log(needed[known]), 1)
    return float(a), float(b)


def _now(shot: Shot) -> str:
    m = shot.snapshot.metrics
    if m["dimension_over"]:
        return "all measured"
    if not shot.snapshot.step:
        return f"press {begun_by(shot.scene.facts)} to measure"
    done = round(100 * m["dimension_done"])
    return f"D = {m['dimension_now']:.0f}, M = {m['dimension_wrong']:.0f}, {done} % done"


def _wanted(shot: Shot) -> float:
    return shot.scene.number("experiment.wanted")


def _across(d: Array) -> Axis:
    return Axis("dimension D of y", float(d[0]) - 0.5, float(d[-1]) + 0.5, whole=True)


def _needed(shot: Shot) -> Plot:
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    d, needed, tried = a["dimension_d"], a["dimension_needed"], a["dimension_tried"]
    most = float(tried[-1])
    found, never = np.isfinite(needed), np.isinf(needed)
    line = growth(d, needed)
    title = f"Negatives that hold up {text.number(100 * _wanted(shot))} % of the tube"
    brief = "Negatives M"
    ends = np.array([d[0] - 0.5, d[-1] + 0.5])
    layers: list[Layer] = [
        Curve(ends, np.full(2, most), "muted", "most that are tried", 1.2, "dot"),
    ]
    if line:
        a0, b = line
        times = f" · × {text.number(float(np.exp(b)), 2)}"
        title, brief = f"{title}{times} per dimension", f"{brief}{times}"
        layers.append(Curve(d, np.exp(a0 + b * d), "muted", "exponential fit", 1.4, "dash"))
    if found.any():
        layers.append(Points(d[found], needed[found], "energy", "network, M*(D)", 11))
    if never.any():
        at = np.full(int(never.sum()), 1.5 * most)
        layers.append(Points(d[never], at, "energy", f"more than {most:.0f}", 13, "cross"))
    if not m["dimension_over"] and shot.snapshot.step:
        now = np.array([m["dimension_now"]]), np.array([m["dimension_wrong"]])
        layers.append(Points(*now, "probe", "tried now", 13, "ring"))
    return Plot(
        title=title,
        x=_across(d),
        y=Axis("negatives M", float(tried[0]) / 1.6, 2.4 * most, log=True),
        layers=tuple(layers),
        brief=brief,
    )


def _held(shot: Shot) -> Plot:
    a = shot.snapshot.arrays
    d, share, regular = a["dimension_d"], a["dimension_share"], a["dimension_regular"]
    first = a["dimension_needed"][0]
    layers: list[Layer] = [Rule(_wanted(shot), "y", "muted", "wanted", "dot")]
    if np.isfinite(first):
        column = int(np.argmin(np.abs(a["dimension_tried"] - first)))
        label = f"network, M = {first:.0f}"
        some = np.isfinite(share[:, column])
        layers.append(Curve(d[some], share[some, column], "energy", width=2.0))
        layers.append(Points(d[some], share[some, column], "energy", label, 10))
    known = np.isfinite(regular)
    if known.any():
        layers.append(Curve(d[known], regular[known], "data", width=2.0))
        layers.append(Points(d[known], regular[known], "data", "K-means, M = 0", 10))
    return Plot(
        title="Share of the tube held up",
        brief="Share held up",
        x=_across(d),
        y=Axis("share held up", 0.0, 1.15),
        layers=tuple(layers),
    )


def draw_tries(shot: Shot) -> Plot:
    """The share held up by the number of wrong answers, a curve for each dimension."""
    a = shot.snapshot.arrays
    d, tried, share = a["dimension_d"], np.log2(a["dimension_tried"]), a["dimension_share"]
    layers: list[Layer] = [Rule(_wanted(shot), "y", "muted", "wanted", "dot")]
    for i, row in enumerate(share):
        known = np.isfinite(row)
        if known.any():
            color, name = f"class-{i % 8}", f"D = {d[i]:.0f}"
            layers.append(Curve(tried[known], row[known], color, name, 1.8))
            layers.append(Points(tried[known], row[known], color, size=5))
    return Plot(
        title="Share held up",
        x=Axis("log_2 M", float(tried[0]) - 0.3, float(tried[-1]) + 0.3),
        y=Axis("share", 0.0, 1.05),
        layers=tuple(layers),
    )


FIGURE = live(
    *("dimension", "Negatives by dimension", ("dimension",), draw, _MAIN),
    order=420,
    says="a network over R^D, pushed up at M places, beside K-means, pushed up nowhere",
)
TRIES = live("dimension-tries", "Share held up", ("dimension",), draw_tries, _MAIN, order=430)
