"""How far F̃ lies above F: what every datum pays for an encoder that is not the posterior."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Axis, Bars, Plot, Rule
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import places, text


def draw(shot: Shot) -> Plot:
    """KL(q‖q*) = β(F̃ − F) of each datum, in the order of its code; F̃ − F at β = ∞."""
    a, m, beta = shot.snapshot.arrays, shot.snapshot.metrics, shot.scene.view.beta
    known, cold = np.isfinite(a["code_gap"]), math.isinf(beta)
    gap = a["code_gap"][known]
    flat = a["code_mean"].shape[1] == 1
    order = np.argsort(a["code_mean"][known, 0] if flat else -gap, kind="stable")
    free, tilde = float(a["code_free"].mean()), float(a["code_energy"].mean())
    tilde += 0.0 if cold else float(a["code_kl"].mean()) / max(beta, 1e-3)
    mean, top = (m["code_gap_mean"], float(np.quantile(gap, 0.99))) if len(gap) else (0.0, 0.0)
    caption = "⟨F̃⟩ = {}, ⟨F⟩ = {}".format(*places.levels(tilde, free))
    if coarse := int(m["code_coarse"]):
        caption = f"{coarse} of {len(known)} data left out: Z is too coarse or short · {caption}"
    along, count = "data, by m(y)" if flat else "data, sorted", float(max(1, len(gap)))
    return Plot(
        title=f"Variational gap · mean {text.fixed(mean, 2)}" if len(gap) else "Variational gap",
        x=Axis(along, 0.0, count, whole=True),
        y=Axis("F̃ − F" if cold else "KL(q‖q*), nats", 0.0, max(1.15 * top, 1.5 * mean, 1e-3)),
        layers=(
            Bars(np.arange(len(gap)) + 0.5, gap[order], 0.9, "up", opacity=0.75),
            Rule(mean, "y", "text"),
        ),
        caption=caption,
    )


FIGURE = live("variational-gap", "Variational gap", ("codes",), draw, ("encodes",), order=170)
