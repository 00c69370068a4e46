"""Chains of a sampler on the map, and the map as a density."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Curve, Image, Layer, Points
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer
from ebmviz.figures.words import text

COLORMAP = "magma"
"""Of densities: dark is none."""
_SMALL = 1200  # chains: beyond, their marks shrink
_NAMES = {"probability": "Probability", "chains": "Density of the chains, in the colours of"}


def title(shot: Shot) -> str:
    """The map's title; empty where it shows no density."""
    if not shot.snapshot.has("density"):
        return ""
    view = shot.scene.view
    name, gap = _NAMES.get(view.picture, ""), " " if view.picture == "chains" else " · "
    return f"{name}{gap}{symbol(shot)} ∝ exp(−β{text.map_symbol(shot.scene)}), β = {_beta(shot)}"


def symbol(shot: Shot) -> str:
    """P of what the map spans."""
    facts = shot.scene.facts
    return "P(x, y)" if "plane:xy" in facts else "P(x)" if "plane:x" in facts else "P(y)"


def image(shot: Shot) -> Image | None:
    """The density in the map's place, on one scale for P and for the chains."""
    if not shot.snapshot.has("density"):
        return None
    values = shot.snapshot.arrays["density"]
    left, right, bottom, top = shot.scene.view.window
    half_x = (right - left) / values.shape[1] / 2
    half_y = (top - bottom) / values.shape[0] / 2
    return Image(
        values,
        (left + half_x, right - half_x),
        (bottom + half_y, top - half_y),
        0.0,
        max(float(shot.snapshot.arrays["density_max"]), 1e-12),
        COLORMAP,
        bar="density" if shot.scene.view.picture == "chains" else symbol(shot),
    )


def draw(shot: Shot) -> tuple[Layer, ...]:
    """Where the chains are, the latest trajectories of a few, and HMC's latest over F."""
    if not shot.snapshot.has("chains"):
        return ()
    a = shot.snapshot.arrays
    at, count = a["chains"], int(shot.snapshot.metrics.get("sampler_count", len(a["chains"])))
    layers: list[Layer] = []
    if shot.scene.view.picture != "chains":
        few, label = len(at) <= _SMALL, _label(shot, count, len(at))
        size = 4.5 if few else 2.5
        layers.append(Points(at[:, 0], at[:, 1], "up", label=label, size=size, halo=few))
    if shot.snapshot.has("chain_path"):
        x, y = a["chain_path"].T
        label = "latest trajectories over F"
        layers.append(Curve(x, y, "latent", label=label, width=1.2, opacity=0.9, halo=True))
    elif shot.snapshot.has("chain_trace"):
        x, y = a["chain_trace"].T
        label = "trajectories of a few chains"
        layers.append(Curve(x, y, "text", label=label, width=1.0, opacity=0.75, halo=True))
    return tuple(layers)


def _label(shot: Shot, count: int, shown: int) -> str:
    answer = "x̂" if "plane:x" in shot.scene.facts else "ŷ"
    some = "" if shown == count else f", one in {-(-count // shown)} drawn"
    return f"{text.grouped(count)} {'chain' if count == 1 else 'chains'} {answer}{some}"


def _beta(shot: Shot) -> str:
    return text.number(float(np.float64(shot.scene.view.beta)))


GROUP = Group("chains", "chains", ("sampler",), "Sampler", ("chains",))
LAYER = MapLayer(100, draw, ("chains",), GROUP)
