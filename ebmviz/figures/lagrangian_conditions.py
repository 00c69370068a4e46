"""The three conditions of the Lagrangian: L along λ, z and w, and λ by both sign conventions."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Note, Plot, Points, Rule, Sheet
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text

_LINES = ("along λ: flat", "along z: level", "along w: slope ‖∂L/∂w‖")
_COLORS = ("latent", "cut", "energy")


def draw(shot: Shot) -> Sheet:
    """L around its stationary point, and the multipliers of both sign conventions."""
    forward, backward, gradient = shot.snapshot.arrays["conditions"].max((0, 2))
    return Sheet(
        title="Conditions · L = C + Σ λ′(g − z)",
        rows=((_lines(shot), _multipliers(shot)),),
        caption=f"Largest residuals, either sign: ∂L/∂λ (forward) {_short(forward)},"
        f" ∂L/∂z (backward) {_short(backward)}, ∂L/∂w − autograd {_short(gradient)}",
    )


def _short(value: float) -> str:
    return text.number(value, 2)


def _lines(shot: Shot) -> Plot:
    a = shot.snapshot.arrays
    way, lines = a["condition_way"], a["condition_lines"]
    layers: list[Layer] = [
        Rule(0.0, "y", "muted", dash="dot", width=0.8),
        *(
            Curve(way, line, color, label, 2.2)
            for line, color, label in zip(lines, _COLORS, _LINES, strict=True)
        ),
        Points(np.zeros(1), np.zeros(1), "text", size=7),
    ]
    most = 1.1 * max(float(np.abs(lines).max()), 1e-6)
    return Plot(
        title="L − E",
        x=Axis("step along a unit direction", float(way[0]), float(way[-1])),
        y=Axis("L − E", -most, most),
        layers=tuple(layers),
    )


def _multipliers(shot: Shot) -> Plot:
    """λ of every unit, layer by layer: ours is the gradient, the slide's minus the gradient."""
    a = shot.snapshot.arrays
    ours, true, sizes = a["lagrangian_multiplier"], a["lagrangian_autograd"], a["lagrangian_sizes"]
    x = np.arange(1, len(ours) + 1, dtype=float)
    ends = np.cumsum(sizes[1:])
    most = 1.5 * max(float(np.abs(ours).max()), 1e-9)  # above the marks there is room for names
    layers: list[Layer] = [Rule(float(end) + 0.5, "x", "grid", width=1.0) for end in ends[:-1]]
    layers += [
        Rule(0.0, "y", "muted", dash="dot", width=0.8),
        Points(x, -ours, "latent", "as printed: C + Σ λ′(z − g)", 11, "ring", halo=False),
        Points(x, ours, "cut", "as here: C + Σ λ′(g − z)", 9, halo=False),
        Points(x, true, "text", "∂C/∂z, autograd", 8, "cross", halo=False),
    ]
    starts = [0, *ends[:-1]]
    layers += [
        Note((float(start) + float(end) + 1) / 2, 0.85 * most, f"λ_{k}", "muted")
        for k, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]
    x_axis, y_axis = Axis("unit", 0.4, len(ours) + 0.6, visible=False), Axis("λ", -most, most)
    return Plot("λ of each unit", x_axis, y_axis, tuple(layers))


FIGURE = live(
    "lagrangian-conditions",
    "Conditions of L",
    ("lagrangian-conditions", "lagrangian"),
    draw,
    ("chain",),
    order=410,
)
