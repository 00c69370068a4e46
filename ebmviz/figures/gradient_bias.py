"""The bias of a loss's gradient: the exact one of the likelihood, and the loss's beside it."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Note, Plot, Segments
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text

_LONGEST = 1.9  # lengths beyond are drawn so, with the number beside them
_LARGEST = 1.0  # of a disc that is wholly seen: a larger one would leave the arrows no room


def draw(shot: Shot) -> Plot:
    """Two arrows in the plane that both gradients span, the exact one of length 1 to the right, and
    a disc for what chance alone makes of the other.
    """
    m = shot.snapshot.metrics
    if "bias_angle" not in m:
        nothing = "not measured: it needs a likelihood loss over y at a finite β"
        return _plane((), nothing, np.zeros(2))
    angle, ratio = math.radians(m["bias_angle"]), m["bias_ratio"]
    drawn = min(ratio, _LONGEST)
    tip = drawn * np.array([math.cos(angle), math.sin(angle)])
    arc = np.linspace(0, angle, 48)
    turn = np.linspace(0, 2 * np.pi, 97)
    noise = min(m["bias_noise"], 2.0)
    name = _name(shot)
    layers: tuple[Layer, ...] = (
        Curve(np.cos(arc), np.sin(arc), "muted", width=0.8, dash="dot"),
        Curve(
            tip[0] + noise * np.cos(turn),
            tip[1] + noise * np.sin(turn),
            "muted",
            label="± its standard error",
            width=1.0,
        ),
        Curve(0.35 * np.cos(arc), 0.35 * np.sin(arc), "text", width=1.0),
        Note(*_beside(angle), f"{text.number(m['bias_angle'], 2)}°"),
        # The wider one stays visible where both are the same.
        _arrow(np.array([1.0, 0.0]), "manifold", "exact, by quadrature", 5.0),
        _arrow(tip, "up", name, 2.0),
    )
    if ratio > drawn:
        layers = (*layers, Note(0.75 * tip[0], 0.75 * tip[1], f"× {text.number(ratio, 2)}"))
    return _plane(layers, _caption(shot), tip, noise)


def _caption(shot: Shot) -> str:
    m, joint = shot.snapshot.metrics, "joint" in shot.scene.facts
    gap = "⟨E(x̂)⟩ − ⟨E(x)⟩" if joint else "⟨F(ŷ)⟩ − ⟨F(y)⟩"
    draws, rows = int(m["bias_draws"]), int(m["bias_rows"])
    return (
        f"{text.number(m['bias_angle'], 2)}° off, {text.number(m['bias_ratio'], 2)} times as long;"
        f" error {text.number(m['bias_error'], 2)}, by chance"
        f" {text.number(m['bias_noise'], 1)} · {gap} ="
        f" {text.number(m['bias_gap'], 2)} · {draws} draws for {rows} data"
        f"{', of −ln p(x) alone' if joint else ''}"
    )


def _name(shot: Shot) -> str:
    scene = shot.scene
    (name,) = shot.snapshot.labels["bias_loss"]
    steps = scene.values.get("objective.steps")
    if "sampled" in scene.facts and steps is not None:
        return f"{name}, k = {steps}"
    if "objective.negatives=uniform" in scene.facts:
        return f"{name}, {scene.values.get('objective.samples')} samples"
    return f"{name}, on its grid"


def _beside(angle: float) -> tuple[float, float]:
    return 0.5 * math.cos(angle / 2), 0.5 * math.sin(angle / 2) + 0.13


def _arrow(tip: Array, role: str, label: str, width: float) -> Segments:
    start, end = np.zeros((1, 2)), tip[None, :]
    return Segments(start, end, role, label=label, width=width, head=10)


def _plane(layers: tuple[Layer, ...], caption: str, tip: Array, noise: float = 0.0) -> Plot:
    """The plane, just large enough for both arrows and what chance makes of one."""
    aside = max(0.2, min(noise, _LARGEST) + 0.05)
    return Plot(
        title="Bias of the gradient",
        x=Axis("along the exact one", min(-0.1, tip[0] - aside), max(1.1, tip[0] + aside)),
        y=Axis("across", min(-0.15, tip[1] - aside), max(0.5, tip[1] + aside)),
        layers=layers,
        equal=True,
        caption=caption,
    )


FIGURE = live(
    "gradient-bias",
    "Bias of the gradient",
    ("gradient-bias",),
    draw,
    when=("likelihood|sampled",),
    order=330,
)
