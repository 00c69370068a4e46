"""The collapse meter: energies of right and of all other answers, and the doctor's word."""

from __future__ import annotations

import math

from ebmviz.core.diagnosis import Verdict, diagnose
from ebmviz.core.plot import Axis, Bars, Layer, Plot, Rule
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.words import level, text


def draw(shot: Shot) -> Plot:
    """How often each energy occurs: a good landscape keeps the two heaps apart."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    verdict = diagnose(m, shot.scene.facts)
    layers: list[Layer] = []
    low, high, tallest = 0.0, 1.0, 1.0
    zero = m.get("meter_zero", 0.0)
    if shot.snapshot.has("meter_edges"):
        edges = a["meter_edges"] - zero
        middle, width = (edges[1:] + edges[:-1]) / 2, float(edges[1] - edges[0])
        low, high = float(edges[0]), float(edges[-1])
        right, wrong = a["meter_right"], a["meter_wrong"]
        tallest = 1.08 * float(max(right.max(), wrong.max()))
        discrete = "discrete" in shot.scene.facts
        others = "incorrect classes" if discrete else "candidate answers y"
        layers = [
            Bars(middle, wrong, width, "up", label=others),
            Bars(middle, right, width, "data", label="data", opacity=0.75),
        ]
        if "meter_level" in m:
            layers.append(
                Rule(m["meter_level"] - zero, "x", "text", label="95th percentile of the data")
            )
    symbol = text.free_energy(_beta(shot)) if "latent" in shot.scene.facts else "E"
    return Plot(
        title=f"Collapse meter · {verdict.name}",
        x=Axis(level.named(shot, symbol), low, high, visible=bool(layers)),
        y=Axis("share", 0.0, tallest, visible=bool(layers)),
        layers=tuple(layers),
        caption=_caption(verdict, m),
    )


def _caption(verdict: Verdict, m: dict[str, float]) -> str:
    """Why and what to do, the word itself being in the title; then the meter's numbers."""
    names = {
        "meter_gap": "gap",
        "meter_share": "share below the line",
        "meter_accuracy": "accuracy",
        "meter_flatness": "flatness",
        "meter_steepness": "maximum slope",
    }
    found = [f"{name} {text.number(m[key], 2)}" for key, name in names.items() if key in m]
    said = [s for s in (verdict.why, verdict.remedy) if s]
    return " · ".join(part for part in (". ".join(said) or verdict.name, *found) if part)


def _beta(shot: Shot) -> float:
    return shot.scene.number("objective.beta", math.inf)


FIGURE = live("meter", "Collapse meter", ("meter",), draw, PLANE, order=320)
