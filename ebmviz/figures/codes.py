"""Codes: every datum as the fuzzy ball that its encoder takes z to be in."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Rule, Segments
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.base.geometry import rings
from ebmviz.figures.words import text

_REACH, _BALLS = 3.2, 2.3  # standard deviations of the prior that the axes span at least


def draw(shot: Shot) -> Plot:
    """Two numbers: balls of radius s around m. One number: the data in the order of m, each with
    m ± s; codes that are distributed as the prior lie on its curve.
    """
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    mean, s = a["code_mean"], a["code_s"]
    flat = mean.shape[1] == 1
    reach = float(max(_REACH if flat else _BALLS, 1.05 * (np.abs(mean) + s).max()))
    title = f"Codes · KL(q‖p) {text.fixed(m['code_kl_mean'], 2)} nats"
    beyond = int(m["code_beyond"])
    caption = f"{beyond} lie beyond the grid of z that F sees" if beyond else ""
    if flat:
        return Plot(
            title=title,
            x=Axis("z", -reach, reach),
            y=Axis("share of data", -0.03, 1.03),
            layers=_ranked(mean[:, 0], s[:, 0], a["code_probe"][:, 0]),
            caption=caption,
        )
    return Plot(
        title=title,
        x=Axis("z_1", -reach, reach),
        y=Axis("z_2", -reach, reach),
        layers=_balls(mean, s, a["code_probe"]),
        equal=True,
        caption=caption,
    )


def _balls(mean: Array, s: Array, probe: Array) -> tuple[Layer, ...]:
    prior = [
        Curve(*rings(np.zeros((1, 2)), np.full((1, 2), r)), "muted", name, 1.2, "dash", 0.9)
        for r, name in ((1.0, "p(z), σ and 2σ"), (2.0, ""))
    ]
    # Fainter outwards: a ball has no edge.
    fuzz = [
        Curve(*rings(mean, part * s), "latent", width=1.0, opacity=opacity)
        for part, opacity in ((1.0, 0.3), (0.75, 0.4), (0.5, 0.5))
    ]
    at = probe[:1]
    return (
        *prior,
        *fuzz,
        Points(mean[:, 0], mean[:, 1], "latent", label="q(z|y)", size=4, halo=False),
        Curve(*rings(at, probe[1:]), "probe", width=1.8, halo=True),
        Points(at[:, 0], at[:, 1], "probe", label="q(z|y′)", size=11, marker="cross"),
    )


def _ranked(mean: Array, s: Array, probe: Array) -> tuple[Layer, ...]:
    order = np.argsort(mean, kind="stable")
    mean, s = mean[order], s[order]
    rank = (np.arange(len(mean)) + 0.5) / len(mean)
    z = np.linspace(-_REACH, _REACH, 161)
    share = np.array([0.5 * (1 + math.erf(v / math.sqrt(2))) for v in z])
    at = float(np.searchsorted(mean, probe[0])) / len(mean)
    left, right = (np.array([[probe[0] + k * probe[1], at]]) for k in (-1, 1))
    return (
        Segments(
            np.stack([mean - s, rank], 1),
            np.stack([mean + s, rank], 1),
            "latent",
            label="m(y) ± s(y)",
            width=2.0,
            opacity=0.5,
        ),
        Points(mean, rank, "latent", size=3.5, halo=False),
        Curve(z, share, "muted", label="CDF of p(z)", dash="dash", width=1.4),
        Segments(left, right, "probe", width=2.4, halo=True),
        Points(probe[:1], np.array([at]), "probe", label="q(z|y′)", size=11, marker="cross"),
        Rule(0.0, "x", "muted", dash="dot", width=0.8),
    )


FIGURE = live("codes", "Codes", ("codes",), draw, ("encodes",), order=140)
