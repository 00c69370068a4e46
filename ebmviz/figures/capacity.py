"""How well a Hopfield network recalls, against its load."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Rule, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.core.traits import begun_by
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text

CAPACITY = 0.138  # patterns per unit of a large network


def draw(shot: Shot) -> Sheet:
    """Mean overlap over the load; a line at the capacity of large networks."""
    load, overlap = shot.snapshot.arrays["capacity_load"], shot.snapshot.arrays["capacity_overlap"]
    m = shot.snapshot.metrics
    layers: list[Layer] = [Rule(CAPACITY, "x", "muted", label="load 0.138, for N → ∞", dash="dot")]
    if len(load):
        layers.append(Curve(load, overlap, "energy", label="measured", width=2.4))
        layers.append(Points(load, overlap, "energy", size=7))
    if "capacity_bend" in m:
        at = np.array([m["capacity_bend"]]), np.array([LEVEL])
        label = f"bend at {text.fixed(m['capacity_bend'], 3)}"
        layers.append(Points(*at, "probe", label=label, size=14, marker="ring", layer="bend"))
    plot = Plot(
        title="Mean overlap m of a pattern with what it is recalled as",
        x=Axis("load P/N", 0.0, 1.02 * shot.scene.number("experiment.most")),
        y=Axis("overlap m", 0.0, 1.05),
        layers=tuple(layers),
        brief="Overlap m",
    )
    title = f"Capacity · N = {shot.scene.number('experiment.units'):.0f}"
    return Sheet(title=title, rows=((plot,),), caption=_caption(shot))


LEAST = 0.02  # the least load drawn
LEVEL = 0.967
"""The overlap at the capacity of large networks (Amit, Gutfreund and Sompolinsky 1985)."""


def _caption(shot: Shot) -> str:
    if not len(shot.snapshot.arrays["capacity_load"]):
        press = f"Press {begun_by(shot.scene.facts)}"
        return f"{press}: each step stores random patterns at the next load, and recalls them"
    m = shot.snapshot.metrics
    rounds, bend = m["capacity_rounds"], m.get("capacity_bend")
    words = f"{rounds:.0f} trials at every load"
    if rounds <= 1:
        words = "one trial at every load" if rounds else "first trial at every load, under way"
    if bend is None:
        return words
    return f"{words}; 1.6 % of the units are wrong at a load of {text.fixed(bend, 3)}"


def errors(shot: Shot) -> Plot:
    """The share of wrong units over the load, beside the share that the first sweep turns: below
    capacity few more follow, above it they draw all others along.
    """
    load, overlap = shot.snapshot.arrays["capacity_load"], shot.snapshot.arrays["capacity_overlap"]
    most = shot.scene.number("experiment.most")
    at = np.linspace(LEAST, most, 100)
    layers: list[Layer] = [
        Curve(at, turned(at), "muted", label="after one step, ½ erfc √(N/2P)", dash="dash"),
        Rule(CAPACITY, "x", "muted", label="load 0.138", dash="dot"),
    ]
    wrong = (1 - overlap) / 2
    seen = wrong > 0  # no error has no logarithm
    if seen.any():
        layers.append(
            Curve(load[seen], wrong[seen], "energy", label="wrong after recall", width=2.0)
        )
        layers.append(Points(load[seen], wrong[seen], "energy", size=6))
    return Plot(
        title="Wrong units",
        x=Axis("load P/N", 0.0, 1.02 * most),
        y=Axis("share of wrong units", 1e-5, 1.0, log=True),
        layers=tuple(layers),
    )


def turned(load: Array) -> Array:
    """The chance that crosstalk of the other patterns outweighs a unit's own, at loads (L,):
    N(0, P/N) beyond 1 (Hertz, Krogh and Palmer 1991, §2.2).
    """
    return np.array([0.5 * math.erfc(1 / math.sqrt(2 * each)) for each in load])


FIGURE = live(
    *("capacity", "Capacity", ("capacity",), draw),
    when=("main:capacity",),
    order=100,
    says="mean overlap m = ξ·s/N of a pattern with what it is recalled as",
)
ERRORS = live(
    "capacity-errors", "Wrong units", ("capacity",), errors, when=("main:capacity",), order=110
)
