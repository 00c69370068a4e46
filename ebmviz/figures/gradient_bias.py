"""The bias of a loss's gradient: the exact one of the likelihood, and the loss's beside it."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Note, Plot, Segments
from ebmviz.figures import text
from ebmviz.figures.figure import Shot, live

_LONGEST = 1.9  # lengths beyond are drawn so, with the number beside them
_NAMES = {
    "cd": "CD",
    "pcd": "PCD",
    "short-run": "short run",
    "nll": "NLL",
}


def draw(shot: Shot) -> Plot:
    """Two arrows in the plane that both gradients span, the exact one of length 1 to the right, and
    a disc for what chance alone makes of the other.
    """
    m = shot.snapshot.metrics
    if "bias_angle" not in m:
        return _plane((), "not measured: it takes a likelihood over y at a finite β")
    angle, ratio = math.radians(m["bias_angle"]), m["bias_ratio"]
    drawn = min(ratio, _LONGEST)
    tip = drawn * np.array([math.cos(angle), math.sin(angle)])
    arc = np.linspace(0, angle, 48)
    turn = np.linspace(0, 2 * np.pi, 97)
    noise = min(m["bias_noise"], 2.0)
    name = _name(shot)
    layers: tuple[Layer, ...] = (
        Curve(np.cos(turn), np.sin(turn), "muted", width=0.8, dash="dot"),
        Curve(
            tip[0] + noise * np.cos(turn),
            tip[1] + noise * np.sin(turn),
            "muted",
            label="± standard error of its mean",
            width=1.0,
        ),
        Curve(0.35 * np.cos(arc), 0.35 * np.sin(arc), "text", width=1.0),
        Note(*_beside(angle), f"{text.number(m['bias_angle'], 2)}°"),
        _arrow(np.array([1.0, 0.0]), "manifold", "exact, by quadrature"),
        _arrow(tip, "up", name),
    )
    if ratio > drawn:
        layers = (*layers, Note(0.75 * tip[0], 0.75 * tip[1], f"× {text.number(ratio, 2)}"))
    return _plane(layers, _caption(m))


def _caption(m: dict[str, float]) -> str:
    draws, rows = int(m["bias_draws"]), int(m["bias_rows"])
    return (
        f"{text.number(m['bias_angle'], 2)}° off, {text.number(m['bias_ratio'], 2)} times as long:"
        f" relative error {text.number(m['bias_error'], 2)}, chance alone"
        f" {text.number(m['bias_noise'], 1)} · mean of {draws} draws for {rows} data · gap"
        f" ⟨F(ŷ)⟩ − ⟨F(y)⟩ = {text.number(m['bias_gap'], 2)}"
    )


def _name(shot: Shot) -> str:
    scene = shot.scene
    kind = scene.kind("objective")
    name = _NAMES.get(kind, kind)
    steps = scene.values.get("objective.steps")
    if "sampled" in scene.facts and steps is not None:
        return f"{name}, k = {steps}"
    if "objective.negatives=uniform" in scene.facts:
        return f"{name}, {scene.values.get('objective.samples')} samples"
    return f"{name}, on its grid"


def _beside(angle: float) -> tuple[float, float]:
    return 0.5 * math.cos(angle / 2), 0.5 * math.sin(angle / 2) + 0.04


def _arrow(tip: np.ndarray[tuple[int], np.dtype[np.float64]], role: str, label: str) -> Segments:
    start, end = np.zeros((1, 2)), tip[None, :]
    return Segments(start, end, role, label=label, width=2.6, halo=True, head=9)


def _plane(layers: tuple[Layer, ...], caption: str) -> Plot:
    return Plot(
        title="Gradient against the exact one",
        x=Axis("along the exact gradient", -2.0, 2.0),
        y=Axis("across it", -0.5, 2.0),
        layers=layers,
        equal=True,
        caption=caption,
    )


FIGURE = live(
    "gradient-bias", "Bias of the gradient", ("gradient-bias",), draw, when=("likelihood",)
)
