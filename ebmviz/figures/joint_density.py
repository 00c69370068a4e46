"""Answer and latent together: P(y, z) along the cut with its marginals, and both conditionals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ebmviz.core.plot import Axis, Curve, Image, Layer, Plot, Points, Rule, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text

_COLORMAP = "magma"
_SHARE = 0.3  # of the plot, for the marginals at its edges
_NAME = "Joint"


class Densities(NamedTuple):
    """P(y, z), P(z|y) and P(y|z), (K, S) each, and the marginals P(y) (S,) and P(z) (K,)."""

    joint: Array
    z_given_y: Array
    y_given_z: Array
    y: Array
    z: Array


def densities(p: Array, cell: float) -> Densities:
    """All that follows from P(y, z) (K, S) on cells of one length; a conditional on what has no
    probability at all is 0.
    """
    y, z = p.sum(0), p.sum(1) * cell
    tiny = np.finfo(np.float64).tiny
    return Densities(p, p / np.maximum(y, tiny), p / np.maximum(z, tiny)[:, None], y, z)


def draw(shot: Shot) -> Sheet:
    """Three maps over cut × z: the joint density, each column and each row normalised."""
    if not shot.snapshot.has("joint_p"):
        return Sheet(_NAME, rows=(), caption="β = ∞ has no density P(y, z): move β")
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    cell = m["joint_length"] / len(a["joint_s"])
    of = densities(a["joint_p"], cell)
    given = "x, " if "conditional" in shot.scene.facts else ""
    bar = given.replace("x, ", "|x")
    column = min(int(m["joint_probe_s"] / cell), len(of.y) - 1)
    at = column, int(of.joint[:, column].argmax())
    names = (
        (f"P(y, z{bar})", of.joint, _marginals(shot, of)),
        (f"P(z|{given}y)", of.z_given_y, ()),
        (f"P(y|{given}z)", of.y_given_z, ()),
    )
    return Sheet(
        title=f"{_NAME} · over cut × z, β = {text.number(shot.scene.view.beta)}",
        rows=(tuple(_map(shot, *each, at) for each in names),),
        caption=bayes(of, at, text.number(m["joint_length"])),
    )


def bayes(of: Densities, at: tuple[int, int], length: str) -> str:
    """Both products of Bayes' rule in numbers, at a column and a row."""
    s, k = at
    left = f"{_few(of.z_given_y[k, s])} · {_few(of.y[s])}"
    right = f"{_few(of.y_given_z[k, s])} · {_few(of.z[k])}"
    return (
        f"Bayes at ×: P(z|y) P(y) = {left} = {_few(of.z_given_y[k, s] * of.y[s])},"
        f" P(y|z) P(z) = {right} = {_few(of.y_given_z[k, s] * of.z[k])}."
        f" Over all z and the cut, {length} long"
    )


def _few(value: float) -> str:
    return text.number(float(value), 3)


def _map(
    shot: Shot, title: str, values: Array, over: tuple[Layer, ...], at: tuple[int, int]
) -> Plot:
    (s, label), z = _cut(shot), shot.snapshot.arrays["joint_z"]
    (left, right), (bottom, top) = _ends(s), _ends(z)
    image = Image(
        np.ascontiguousarray(values, np.float32),
        (float(s[0]), float(s[-1])),
        (bottom + _half(z), top - _half(z)),
        0.0,
        max(float(values.max()), 1e-30),
        _COLORMAP,
    )
    mark = Points(s[at[0] : at[0] + 1], z[at[1] : at[1] + 1], "probe", size=11, marker="cross")
    return Plot(
        title=title,
        x=Axis(label, left, right),
        y=Axis(_latent(shot), bottom, top, whole="centres" in shot.scene.facts),
        layers=(image, *over, Rule(float(s[at[0]]), "x", "probe", dash="dot", width=1.0), mark),
    )


def _marginals(shot: Shot, of: Densities) -> tuple[Layer, ...]:
    """P(y) from below and P(z) from the left, each scaled to the same share of the plot."""
    (s, _), z = _cut(shot), shot.snapshot.arrays["joint_z"]
    (left, right), (bottom, top) = _ends(s), _ends(z)
    high = bottom + _SHARE * (top - bottom) * of.y / max(float(of.y.max()), 1e-300)
    wide = left + _SHARE * (right - left) * of.z / max(float(of.z.max()), 1e-300)
    edges = np.linspace(bottom, top, len(z) + 1)  # steps, for there are only so many z
    y_peak, z_peak = (_few(p.max()) for p in (of.y, of.z))
    return (
        Curve(s, high, "cut", f"P(y), peak {y_peak}", 2.0, halo=True),
        Curve(
            wide.repeat(2), edges.repeat(2)[1:-1], "latent", f"P(z), peak {z_peak}", 2.0, halo=True
        ),
    )


def _half(at: Array) -> float:
    return 0.5 * float(at[-1] - at[0]) / (len(at) - 1) if len(at) > 1 else 0.5


def _ends(at: Array) -> tuple[float, float]:
    """The outer edges of equal cells around these middles."""
    return float(at[0]) - _half(at), float(at[-1]) + _half(at)


def _cut(shot: Shot) -> tuple[Array, str]:
    """The coordinate along the cut: one of the plane's axes where it is parallel to it."""
    s = shot.snapshot.arrays["joint_s"]
    x0, y0, x1, y1 = shot.scene.view.cut
    across, along = text.axes(shot.scene)
    if x0 == x1 and y0 < y1:
        return y0 + s, along
    return (x0 + s, across) if y0 == y1 and x0 < x1 else (s, "s along the cut")


def _latent(shot: Shot) -> str:
    if "latent-1d" in shot.scene.facts:
        return "z"
    return "number of z" if "centres" in shot.scene.facts else "first number of z"


FIGURE = live("joint-density", "Joint P(y, z)", ("joint-density",), draw, ("decoder",), order=350)
