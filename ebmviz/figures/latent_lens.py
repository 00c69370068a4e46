"""What happens over the latent at the probe y′."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Axis, Bars, Curve, Plot, Points
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import places, text, thermal

_WIDEST = 0.35  # radians


def draw(shot: Shot) -> Plot:
    """E(y′, z), P(z|y′) at the view's β, and the descent from z̃ against the exact ž.

    The bars have a scale of their own, the same for every β: the axis is as high as P = 1.
    """
    a, m, view = shot.snapshot.arrays, shot.snapshot.metrics, shot.scene.view
    z, energy, p = a["z"], a["lens_energy"], a["lens_p"]
    path = a["lens_path"]
    ceiling = 1.08 * float(energy.max()) or 1.0
    width = min(_WIDEST, 0.8 * 2 * math.pi / max(1, len(z)))
    # The path may leave [0, 2π[; the angle is the same.
    around = np.mod(path[:, 0], 2 * math.pi)
    jump = np.abs(np.diff(around)) > math.pi
    walk_z = np.insert(around, np.nonzero(jump)[0] + 1, np.nan)
    walk_e = np.insert(path[:, 1], np.nonzero(jump)[0] + 1, np.nan)
    peak = text.fixed(float(p.max()), 2)
    return Plot(
        title=f"Latent lens · y′ = {places.point(shot.scene, view.probe)}",
        x=Axis("z", 0.0, 2 * math.pi),
        y=Axis("E(y′, z)", 0.0, ceiling),
        layers=(
            Bars(
                z,
                p * ceiling,
                width,
                "latent",
                f"{_weight(view.beta)}, peak {peak} of 1",
                layer="P(z|y′)",
            ),
            Curve(z, energy, "energy", label="E(y′, z)", width=2.0),
            Curve(walk_z, walk_e, "latent", label="z̃ ↘", width=2.0, halo=True),
            Points(around[:1], path[:1, 1], "latent", size=9, marker="ring", key="initial"),
            Points(
                np.array([m["lens_z_cold"]]),
                np.array([m["lens_energy_cold"]]),
                "down",
                label=f"ž, least E of {len(z)} z",
                size=11,
                marker="star",
                layer="ž",
            ),
        ),
        caption=helmholtz(shot),
    )


def _weight(beta: float) -> str:
    """P(z|y′) by its name."""
    return f"P(z|y′) = {thermal.name('−E', beta).replace('softmin', 'softargmax')}"


def helmholtz(shot: Shot) -> str:
    """F = ⟨E⟩ − T S in numbers, S relative to the uniform distribution: −KL(P‖1/|Z|) ≤ 0. Without
    temperature F is the energy of ž alone.
    """
    m, beta = shot.snapshot.metrics, shot.scene.view.beta
    mean, paid, free = places.levels(m["lens_mean_energy"], -m["lens_ts"], m["lens_free_energy"])
    entropy = text.fixed(m["lens_entropy"], 2)
    relative = (
        f"S = {entropy} relative to uniform,"
        " S\N{NO-BREAK SPACE}−\N{NO-BREAK SPACE}ln\N{NO-BREAK SPACE}|Z|"
    )
    if math.isinf(beta):
        return f"{text.free_energy(beta)} = E(y′, ž) = {free} · T = 0, {relative}"
    return f"{text.free_energy(beta)} = ⟨E⟩ − T S = {mean} + {paid} = {free} · {relative}"


FIGURE = live("latent-lens", "Latent lens", ("lens",), draw, ("latent-1d",), order=50)
