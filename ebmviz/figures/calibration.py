"""The calibration experiment: three ways to add up two agents, and what their units do."""

from __future__ import annotations

import numpy as np

from ebmviz.core.palette import CLASSES, class_role
from ebmviz.core.plot import Axis, Curve, Dash, Image, Layer, Plot, Points, Rule, Sheet
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text

_MARKS = 300


def _rules(shot: Shot) -> tuple[tuple[str, str, str], ...]:
    """What they are called in the measure and on the screen, and their colours."""
    whole = "Trained end to end" if shot.snapshot.step else "End to end, untrained"
    return (
        ("scores", "Sum of energies", "bad"),
        ("logs", "Sum of −ln P", "good"),
        ("trained", whole, "cut"),
    )


def draw(shot: Shot) -> Sheet:
    """What each rule decides over what the agents see, with the border of the best rule."""
    m = shot.snapshot.metrics
    names = [*((name, title) for name, title, _ in _rules(shot)), ("best", "Bayes optimum")]
    briefs = ("Energies", "−ln P", "Trained" if shot.snapshot.step else "Untrained", "Bayes")
    plots = [
        _regions(shot, k, *each, brief)
        for k, (each, brief) in enumerate(zip(names, briefs, strict=True))
    ]
    alone = " and ".join(_percent(m[f"calibration_{k}"]) for k in ("one", "two"))
    return Sheet(
        title="Calibration · accuracy",
        rows=(tuple(plots[:2]), tuple(plots[2:])),
        caption=f"Agents alone: {alone}, whatever their units. Agent 2’s unit is"
        f" {text.number(10 ** m['calibration_at_scores'])} times agent 1’s;"
        f" −ln P takes it back: β = {text.number(m['calibration_beta_one'])} and"
        f" {text.number(m['calibration_beta_two'])}",
    )


def _percent(share: float) -> str:
    return f"{text.fixed(100 * share, 1)} %"


def _regions(shot: Shot, k: int, name: str, title: str, brief: str) -> Plot:
    a = shot.snapshot.arrays
    left, right, bottom, top = (float(v) for v in a["calibration_window"])
    region = a["calibration_regions"][k]
    half_x, half_y = (right - left) / region.shape[1] / 2, (top - bottom) / region.shape[0] / 2
    values = np.ascontiguousarray(region + 0.5, np.float32)
    spans = (left + half_x, right - half_x), (bottom + half_y, top - half_y)
    x, y = a["calibration_x"][:_MARKS], a["calibration_y"][:_MARKS]
    marks: list[Layer] = [
        Points(x[y == c, 0], x[y == c, 1], class_role(c), f"y = {c}", 4.5)
        for c in np.unique(y).tolist()
    ]
    border = a["calibration_border"]
    share = _percent(shot.snapshot.metrics[f"calibration_{name}"])
    return Plot(
        title=f"{title} · {share}",
        brief=f"{brief} · {share}",
        x=Axis("x_1, agent 1 sees", left, right),
        y=Axis("x_2, agent 2 sees", bottom, top),
        layers=(
            Image(values, *spans, 0.0, float(CLASSES), "classes"),
            Curve(border[:, 0], border[:, 1], "text", "Bayes boundary", 1.8, "dash", halo=True),
            *marks,
        ),
    )


def units(shot: Shot) -> Plot:
    """How often the sum is right, by the ratio of the units in it, and where each rule stands."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    x, y = a["calibration_ratio"], 100 * a["calibration_right"]
    ends = [m[f"calibration_at_{name}"] for name, _, _ in _rules(shot)]
    low, high = min(float(x[0]), *ends) - 0.1, max(float(x[-1]), *ends) + 0.1
    floor = min(float(y.min()), *(100 * m[f"calibration_{name}"] for name, _, _ in _rules(shot)))
    marks = [
        Points(
            np.array([m[f"calibration_at_{name}"]]),
            np.array([100 * m[f"calibration_{name}"]]),
            color,
            title,
            13 if name == "trained" else 10,
            "ring" if name == "trained" else "disc",
        )
        for name, title, color in _rules(shot)
    ]
    return Plot(
        title="Units · only equal ones add up",
        x=Axis("log_{10} of unit 2 / unit 1", low, high),
        y=Axis("accuracy, %", floor - 2, 100 * m["calibration_best"] + 2),
        layers=(
            Rule(0.0, "x", "muted", dash="dot", width=0.8),
            Curve(x, y, "energy", "any ratio of units", 2.2),
            *marks,
        ),
    )


def reliability(shot: Shot) -> Plot:
    """How often an agent is right when it is so sure: on the diagonal it is calibrated."""
    a = shot.snapshot.arrays
    layers: list[Layer] = [
        Curve(np.array([1 / 3, 1.0]), np.array([1 / 3, 1.0]), "muted", "calibrated", 1.2, "dash")
    ]
    for i, color in enumerate(("latent", "manifold")):
        for j, (name, width) in enumerate((("β = 1", 1.2), ("−ln P", 2.4))):
            x, y = a["calibration_confidence"][i, j], a["calibration_hits"][i, j]
            seen = np.isfinite(x)
            label = f"agent {i + 1}, {name}"
            if not seen.any():
                continue
            dash: Dash = "dot" if j == 0 else "solid"
            layers.append(Curve(x[seen], y[seen], color, label, width, dash))
            layers.append(Points(x[seen], y[seen], color, size=6 if j else 4, halo=False))
    return Plot(
        title="Reliability · on the data",
        x=Axis("confidence max_y P(y|x_i)", 0.3, 1.03),
        y=Axis("accuracy", 0.0, 1.05),
        layers=tuple(layers),
    )


_WHEN = ("main:calibration",)
FIGURE = live(
    *("calibration", "Calibration", ("calibration",), draw, _WHEN),
    order=210,
    says="E(x, y) = a_1 E_1(x_1, y) + a_2 E_2(x_2, y), each agent in a unit of its own",
)
UNITS = live("calibration-units", "Units of the agents", ("calibration",), units, _WHEN, order=220)
RELIABILITY = live("reliability", "Reliability", ("calibration",), reliability, _WHEN, order=230)
