"""What the encoder takes z to be at the probe, beside what it is."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Axis, Curve, Image, Layer, Plot
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import places, text

_CIRCLE = 64
_REACH = 2.3  # standard deviations of the prior that the map spans at least


def draw(shot: Shot) -> Plot:
    """q(z|y′), q* = P(z|y′) and the prior. One number: their densities; two: q* as a map."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    z, posterior = a["z_axis"], a["z_posterior"]
    gap = "∞" if math.isinf(shot.scene.view.beta) else "unknown: Z too coarse"
    if "probe_gap" in m:
        gap = f"{text.fixed(m['probe_gap'], 2)} nats"
    symbol = text.free_energy(shot.scene.view.beta)
    tilde = symbol.replace("F", "F̃")
    bound, free = places.levels(m["probe_tilde"], m["probe_free"])
    caption = f"{tilde} = {bound}, {symbol} = {free}"
    title = f"Posterior · KL(q‖q*) {gap}"
    if posterior.ndim == 2:
        place, width = a["z_place"]
        reach = min(float(z[-1]), max(_REACH, float((np.abs(place) + 2.2 * width).max())))
        return Plot(
            title,
            Axis("z_1", -reach, reach),
            Axis("z_2", -reach, reach),
            _map(z, posterior, shot),
            equal=True,
            caption=caption,
        )
    return Plot(
        title,
        Axis("z", float(z[0]), float(z[-1])),
        Axis("density", 0.0, 1.1 * float(max(posterior.max(), a["z_code"].max()))),
        (
            Curve(z, a["z_prior"], "muted", label="prior p(z)", dash="dash", width=1.4),
            Curve(z, posterior, "latent", label="posterior q*", width=2.4),
            Curve(z, a["z_code"], "probe", label="encoder’s q", width=2.4),
        ),
        caption=caption,
    )


def _map(z: Array, posterior: Array, shot: Shot) -> tuple[Layer, ...]:
    span = float(z[0]), float(z[-1])
    values = np.ascontiguousarray(posterior, np.float32)
    top = float(values.max()) or 1.0
    angle = np.linspace(0, 2 * np.pi, _CIRCLE)
    (x, y), (sx, sy) = shot.snapshot.arrays["z_place"]
    circle = np.cos(angle), np.sin(angle)
    return (
        Image(values, span, span, 0.0, top, "posterior", bar="q*"),
        Curve(*circle, "muted", label="prior, 1 σ", dash="dash", halo=True),
        Curve(x + sx * circle[0], y + sy * circle[1], "probe", "encoder’s q, 1 s", 2.0, halo=True),
        Curve(x + 2 * sx * circle[0], y + 2 * sy * circle[1], "probe", width=1.2, halo=True),
    )


FIGURE = live(
    "code-posterior", "Encoder and posterior", ("posterior",), draw, ("encodes",), order=160
)
