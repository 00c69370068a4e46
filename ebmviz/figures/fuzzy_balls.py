"""The four pictures of the VAE lecture, live: points, fuzzy balls, balls flying apart, springs."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Segments, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.base.geometry import rings
from ebmviz.figures.words import text

_LEAST = 1.6  # standard deviations of the prior that the axes span at least
_BARS = 60  # codes of one number drawn at most: more would be one patch
_ARROW = 0.3  # of the half axis, for the longest arrow of both panels
_TURNS = 9  # of a spring


def draw(shot: Shot) -> Sheet:
    """Each datum's code four times, always with the centre of mass; the arrows of the last two
    have one scale.
    """
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    mean, s = _flat(a["code_mean"]), _wide(a["code_s"])
    flat = a["code_mean"].shape[1] == 1
    apart, spring = (_beside(a[k]) for k in ("code_apart", "code_spring"))
    reach = float(max(_LEAST, 1.05 * (np.abs(mean[:, 0]) + s[:, 0]).max()))
    if not flat:
        reach = max(reach, 1.05 * float((np.abs(mean) + s).max()))
    mass, size = mean.mean(0), float(a["code_s"].mean())
    apart_by = float(np.abs(a["code_mean"]).mean())
    if flat:
        some = np.argsort(mean[:, 1])[:: -(-len(mean) // _BARS)]
        mean, s, apart, spring = (each[some] for each in (mean, s, apart, spring))
    longest = max(float(np.hypot(*f.T).max()) for f in (apart, spring)) or 1.0
    scale = _ARROW * reach / longest
    points = Points(mean[:, 0], mean[:, 1], "latent", label="code m(y)", size=4.5, halo=False)
    fuzz = _fuzz(mean, s, flat)
    titles = (("Points", ""), ("Fuzzy balls", "Balls"), ("Flying apart", "Apart"), ("Springs", ""))
    layers: tuple[tuple[Layer, ...], ...] = (
        (points,),
        (*fuzz, points),
        (*fuzz, _arrows(mean, scale * apart, "energy", "−∂⟨E⟩/∂m"), points),
        (*_springs(mean, flat), _arrows(mean, scale * spring, "cut", _spring_name(m)), points),
    )
    plots = [
        _panel(*title, each, mass, reach, flat) for title, each in zip(titles, layers, strict=True)
    ]
    return Sheet(
        title=f"Fuzzy balls · centre {_place(mass, flat)}",
        rows=(tuple(plots[:2]), tuple(plots[2:])),
        caption=f"E {text.number(m['code_sharp'])} at the points, ⟨E⟩"
        f" {text.number(m['code_fuzzy'])} over the balls. Per axis |m| is"
        f" {text.fixed(apart_by, 2)} and s {text.fixed(size, 2)} on average."
        f" {_pull(m)}",
    )


def _pull(m: dict[str, float]) -> str:
    rate = 0.0 if np.isinf(m["code_beta"]) else 1 / max(m["code_beta"], 1e-12)
    pull = rate + 2 * m["code_gamma"]
    return f"Springs {_spring_name(m)} = −{text.number(pull)} m" if pull else "There are no springs"


def _spring_name(m: dict[str, float]) -> str:
    return "−m/β − 2γm" if m["code_gamma"] else "−m/β"


def _place(mass: Array, flat: bool) -> str:
    numbers = [text.fixed(float(x), 2) for x in mass]
    return numbers[0] if flat else f"({', '.join(numbers)})"


def _panel(
    title: str, brief: str, layers: tuple[Layer, ...], mass: Array, reach: float, flat: bool
) -> Plot:
    middle = 0.5 if flat else 0.0
    centre = np.array([mass[0]]), np.array([0.5 if flat else mass[1]])
    home = Points(np.zeros(1), np.full(1, middle), "muted", size=9, marker="ring")
    cross = Points(*centre, "probe", label="centre of mass", size=12, marker="cross")
    y = Axis("data by m", -0.05, 1.05) if flat else Axis("z_2", -reach, reach)
    x = Axis("z" if flat else "z_1", -reach, reach)
    return Plot(title, x, y, (*layers, home, cross), equal=not flat, brief=brief)


def _flat(mean: Array) -> Array:
    """Codes as places of the plane: of one number, the data in the order of m from below."""
    if mean.shape[1] > 1:
        return mean
    rank = np.argsort(np.argsort(mean[:, 0], kind="stable"), kind="stable")
    return np.stack([mean[:, 0], (rank + 0.5) / len(mean)], 1)


def _wide(s: Array) -> Array:
    return s if s.shape[1] > 1 else np.repeat(s, 2, 1)


def _beside(force: Array) -> Array:
    """A force as an arrow of the plane: of one number, along z."""
    return force if force.shape[1] > 1 else np.stack([force[:, 0], np.zeros(len(force))], 1)


def _fuzz(mean: Array, s: Array, flat: bool) -> tuple[Layer, ...]:
    """Balls that fade outwards; of one number, bars."""
    label = "q(z|y), s(y)"
    if flat:
        side = np.stack([s[:, 0], np.zeros(len(s))], 1)
        return (Segments(mean - side, mean + side, "latent", label, width=2.0, opacity=0.45),)
    return tuple(
        Curve(*rings(mean, part * s), "latent", label if part == 1 else "", 1.0, opacity=opacity)
        for part, opacity in ((1.0, 0.3), (0.75, 0.4), (0.5, 0.5))
    )


def _arrows(start: Array, force: Array, color: str, label: str) -> Segments:
    return Segments(start, start + force, color, label, width=1.6, opacity=0.9, head=4)


def _springs(mean: Array, flat: bool) -> tuple[Layer, ...]:
    """A zigzag from the origin to every code."""
    home = np.stack([np.zeros(len(mean)), mean[:, 1] if flat else np.zeros(len(mean))], 1)
    t = np.linspace(0, 1, 2 * _TURNS + 1)
    way = mean - home
    across = np.stack([-way[:, 1], way[:, 0]], 1) / np.maximum(np.hypot(*way.T), 1e-300)[:, None]
    swing = np.where(np.arange(len(t)) % 2, 1.0, -1.0) * (t > 0) * (t < 1)
    width = 0.012 if flat else 0.035
    lines = home[:, None] + t[:, None] * way[:, None] + width * swing[:, None] * across[:, None]
    broken = np.concatenate([lines, np.full_like(lines[:, :1], np.nan)], 1).reshape(-1, 2)
    return (Curve(broken[:, 0], broken[:, 1], "muted", width=0.8, opacity=0.5),)


FIGURE = live("fuzzy-balls", "Fuzzy balls", ("codes", "code-forces"), draw, ("encodes",), order=150)
