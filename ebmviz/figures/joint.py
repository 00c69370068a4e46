"""The joint model (JEM): how sure it is of the class, beside a plain classifier."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ebmviz.core.plot import Axis, Image, Layer, Plot, Sheet
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.figures import answers, landscape, sampling, text
from ebmviz.figures.figure import Shot, live

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
    title = "Joint model" if score is None else f"Joint model · x′ {_verdict(score)}"
    return Sheet(title=title, rows=(plots,), caption=caption(shot))


def caption(shot: Shot) -> str:
    """Accuracies, exact likelihoods, and how unusual the place of the probe is."""
    m = shot.snapshot.metrics
    if "joint_nll" not in m:
        return ""
    found = []
    if "joint_score" in m:
        found.append(
            f"E(x′) at the probe is above that of {_percent(m['joint_score'])} of the data,"
            f" max_y P(y|x′) = {text.fixed(m['joint_sure_probe'], 2)}"
        )
    found.append(_pair("−ln p(x)", m["joint_nll"], m["joint_nll_ce"], " nats"))
    found.append(
        _pair("accuracy", 100 * m["joint_accuracy"], 100 * m["joint_accuracy_ce"], " %")
        + " with cross-entropy alone"
    )
    return " · ".join(found)


@dataclass(frozen=True)
class Judge:
    """How likely a place is, and how unusual, by the map alone.

    symbol: of what the map shows, F at this β. log_z: ln ∫ exp(−βF) over the box of Z, in nats.
    known (N,): F at all data, ascending. doubt: what speaks against log_z, in words.
    """

    symbol: str
    beta: float
    log_z: float
    known: Array
    doubt: str = ""

    def log_p(self, energy: float) -> float:
        """ln p, in nats per unit of area, where F is `energy`."""
        return -self.beta * energy - self.log_z

    def score(self, energy: float) -> float:
        """The share of the data where F is lower."""
        return float(np.searchsorted(self.known, energy)) / len(self.known)

    def said(self, energy: float) -> str:
        """Both in words, and the verdict."""
        score = self.score(energy)
        log_p = f"ln p(x) = {text.fixed(self.log_p(energy), 2)} nats{self.doubt}"
        above = f"{self.symbol} above that of {_percent(score)} of the data"
        return f"{log_p} · {above}: {_verdict(score)}"


def judge(shot: Shot) -> Judge | None:
    """The judge of places; None where it is of no joint model, of one answer alone, or of a β
    without a density.
    """
    m = shot.snapshot.metrics
    if not shot.snapshot.has("known") or "oracle_log_z" not in m:
        return None
    known = shot.snapshot.arrays["known"].astype(np.float64)
    doubt = " in the box of Z alone" if m["oracle_leakage"] > sampling.LEAK else ""
    symbol = text.map_symbol(shot.scene)
    return Judge(symbol, shot.scene.view.beta, m["oracle_log_z"], known, doubt)


def hint(scene: Scene) -> str:
    """What stands in the place of the judge's words while no place is pointed at."""
    return _silent(scene) or "Point at the map: ln p(x), and how unusual x is beside the data"


def _silent(scene: Scene) -> str:
    """Why a map says nothing of p(x); empty where it does."""
    if scene.view.answer >= 0:
        return "The map is of one class alone: with answer −1 it tells ln p(x)"
    if not 0 < scene.view.beta < math.inf:
        return "β = 0 and β = ∞ have no density p(x): move β"
    return ""


def _verdict(score: float) -> str:
    if score >= 0.99:
        return "out of distribution"
    return "at the edge" if score >= 0.9 else "like the data"


def _pair(name: str, one: float, other: float, unit: str) -> str:
    return f"{name} {text.number(one, 3)}{unit} against {text.number(other, 3)}{unit}"


def _percent(share: float) -> str:
    return f"{text.fixed(100 * share, 0)} %"


def _plot(shot: Shot, title: str, brief: str, name: str, border: tuple[Layer, ...]) -> Plot:
    left, right, bottom, top = shot.scene.view.window
    across, along = text.axes(shot.scene)
    layers: tuple[Layer, ...] = ()
    if shot.snapshot.has(name):
        values = np.asarray(shot.snapshot.arrays[name], np.float32)
        layers = (_image(shot, values),)
    layers = (*layers, *border, *landscape.data(shot, 3.5), *landscape.probe(shot))
    x, y = Axis(across, left, right), Axis(along, bottom, top)
    return Plot(title=title, x=x, y=y, layers=layers, equal=True, legend=False, brief=brief)


def _image(shot: Shot, values: Array) -> Image:
    left, right, bottom, top = shot.scene.view.window
    half_x, half_y = (right - left) / values.shape[1] / 2, (top - bottom) / values.shape[0] / 2
    x, y = (left + half_x, right - half_x), (bottom + half_y, top - half_y)
    return Image(values, x, y, 0.0, 1.0, "viridis", "P")


FIGURE = live("joint", "Joint model", ("joint", "beside", "classes", "data"), draw, when=("joint",))
