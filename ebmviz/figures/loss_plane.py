"""The loss plane: where a loss pushes the energies of right and wrong answers."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Image, Layer, Plot, Points, Segments
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text

_TOP = 0.9  # of the losses on the plane: the colours do not go on to the steepest corner


def draw(shot: Shot) -> Plot:
    """ℓ as a map, −∇ℓ as arrows, the line E_C + m = E_I, and the next batch."""
    a = shot.snapshot.arrays
    axis, values = a["plane_axis"], a["plane"]
    half = (axis[1] - axis[0]) / 2
    low, high = float(axis[0] - half), float(axis[-1] + half)
    bottom, top = float(values.min()), float(np.quantile(values, _TOP))
    layers: tuple[Layer, ...] = (
        Image(
            values.astype(np.float32),
            (float(axis[0]), float(axis[-1])),
            (float(axis[0]), float(axis[-1])),
            bottom,
            max(top, bottom + 1e-6 * max(1.0, abs(bottom))),
            shot.scene.view.colormap,
            bar="ℓ",
        ),
        _arrows(a["plane_at"], a["plane_slope"]),
        _line(shot, low, high),
        _batch(a["plane_points"], low, high),
    )
    return Plot(
        title="Loss plane · ℓ(E_C, E_I)",
        x=Axis("E_C, correct", low, high),
        y=Axis("E_I, incorrect", low, high),
        layers=layers,
        equal=True,
    )


def _arrows(at: Array, slope: Array) -> Layer:
    """Lengths compressed, relative to the strongest but a tenth, so that weak pushes still show."""
    length = np.hypot(slope[:, 0], slope[:, 1])
    typical = float(np.quantile(length, 0.9)) or 1.0
    spacing = float(np.ptp(at[:, 0])) / (len(np.unique(at[:, 0])) - 1)
    scale = 1.5 * spacing / (typical + length)
    moving = length > 0.03 * typical
    end = at + scale[:, None] * slope
    return Segments(
        at[moving], end[moving], "pull", label="−∇ℓ", width=1.1, opacity=0.85, halo=True, head=4
    )


def _line(shot: Shot, low: float, high: float) -> Layer:
    """Where a wrong answer is just far enough above the right one."""
    margin = shot.scene.number("objective.margin", 0.0)
    known = "objective.margin" in shot.scene.values
    ends = np.array([low, high - margin])
    label = f"E_C + m = E_I, m = {text.number(margin)}" if known else "E_C = E_I"
    return Curve(
        ends,
        ends + margin,
        "cut",
        label,
        width=2.0,
        dash="solid" if known else "dash",
        halo=True,
        layer="margin",
    )


def _batch(points: Array, low: float, high: float) -> Layer:
    """The next batch; what lies beyond the plane stands at its edge."""
    inside = np.clip(points, low, high)
    return Points(inside[:, 0], inside[:, 1], "latent", label="next batch", size=7)


FIGURE = live("loss-plane", "Loss plane", ("loss-plane",), draw, ("contrastive",), order=310)
