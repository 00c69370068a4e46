"""The manifold coloured by the Gibbs factor of each latent at the probe.

Source: Canziani 2020, Figures 3–5.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Plot, Points, Segments, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.layers.manifold import lines
from ebmviz.figures.words import places, text

_TIE = 1e-6  # of the range of energies: float32 rounds two equal ones apart by less


def draw(shot: Shot) -> Sheet:
    """exp(−βE(y′, z)) on the manifold, on the ring of z, and the energy behind it."""
    a, view = shot.snapshot.arrays, shot.scene.view
    beta = view.beta if np.isfinite(view.beta) else 1.0
    factor = np.exp(-beta * a["lens_energy"].astype(np.float64))
    name = "exp(−E)" if beta == 1 else f"exp(−{text.number(beta)} E)"
    return Sheet(
        title=f"Gibbs factor · y′ = {places.point(shot.scene, view.probe)}",
        rows=((_plane(shot, factor, name), _ring(shot, factor), _energy(shot)),),
        caption=f"Colour: {name}, from {text.number(float(factor.min()), 2)}"
        f" to {text.number(float(factor.max()), 2)}; {_pointer(shot)}{_limit(view.beta)}",
    )


def _limit(beta: float) -> str:
    """Why the colours are not of the view's β, which leaves ž alone."""
    return "; β = ∞ leaves ž alone, so the colours are of β = 1" if np.isinf(beta) else ""


def _plane(shot: Shot, factor: Array, name: str) -> Plot:
    a, view = shot.snapshot.arrays, shot.scene.view
    points = a["manifold"]
    joined = lines(points, a["z"], "ring" in shot.scene.facts)
    x, y = (points if joined is None else joined).T
    left, right, bottom, top = view.window
    return Plot(
        title="manifold ỹ(z)",
        brief="ỹ(z)",
        x=Axis("y_1", left, right),
        y=Axis("y_2", bottom, top),
        layers=(
            Curve(x, y, "muted", width=0.8, opacity=0.6),
            Points(a["data"][:, 0], a["data"][:, 1], "data", label="data y", size=4),
            _coloured(points, factor, name),
            Points(
                np.array([view.probe[0]]),
                np.array([view.probe[1]]),
                "probe",
                label="y′",
                size=13,
                marker="cross",
            ),
        ),
        equal=True,
    )


def _ring(shot: Shot, factor: Array) -> Plot:
    z, (cold, _) = shot.snapshot.arrays["z"], _coldest(shot)
    ring = np.stack([np.cos(z), np.sin(z)], 1)
    tip = 0.82 * np.stack([np.cos(cold), np.sin(cold)], 1)
    return Plot(
        title="latent z",
        x=Axis("cos z", -1.3, 1.3),
        y=Axis("sin z", -1.3, 1.3),
        layers=(
            _coloured(ring, factor, ""),
            Segments(np.zeros_like(tip), tip, "latent", label="ž", width=2.0, head=8),
        ),
        equal=True,
    )


def _energy(shot: Shot) -> Plot:
    a, (cold, least) = shot.snapshot.arrays, _coldest(shot)
    top = max(float(a["lens_energy"].max()), 1e-3)
    return Plot(
        title="energy over z",
        brief="E over z",
        x=Axis("z", 0.0, 2 * np.pi),
        y=Axis("E(y′, z)", -0.06 * top, 1.06 * top),
        layers=(
            Curve(a["z"], a["lens_energy"], "energy", width=2.0),
            Points(
                cold,
                least,
                "down",
                label=_coldest_of(shot),
                size=11,
                marker="star",
            ),
        ),
    )


def _coldest(shot: Shot) -> tuple[Array, Array]:
    """z and E of all latents whose energy is the least: two at the centre of an ellipse."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    e = a["lens_energy"].astype(np.float64)
    equal = e <= e.min() + _TIE * np.ptp(e)
    if equal.sum() < 2 or equal.all():
        return np.array([m["lens_z_cold"]]), np.array([m["lens_energy_cold"]])
    return a["z"][equal], e[equal]


def _pointer(shot: Shot) -> str:
    count = len(_coldest(shot)[0])
    return "the arrow points to ž" if count == 1 else f"arrows to {count} ž of equal energy"


def _coldest_of(shot: Shot) -> str:
    cold, count = len(_coldest(shot)[0]), len(shot.snapshot.arrays["z"])
    return f"ž, least E of {count} z" if cold == 1 else f"ž of {count} z, {cold} of equal energy"


def _coloured(points: Array, factor: Array, bar: str) -> Points:
    return Points(
        points[:, 0],
        points[:, 1],
        "manifold",
        size=8,
        values=factor,
        low=float(factor.min()),
        high=float(max(factor.max(), factor.min() + 1e-12)),
        bar=bar,
    )


FIGURE = live(
    "gibbs-manifold",
    "Gibbs factor over ỹ(z)",
    ("manifold", "data", "lens"),
    draw,
    ("latent-1d",),
    order=60,
)
