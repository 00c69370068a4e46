"""What a fuzzy code tells: cubes within cubes, and Gaussians."""

from __future__ import annotations

import itertools
import math

import numpy as np

from ebmviz.core.plot import Axis, Curve, Dash, Layer, Note, Plot, Points, Rule, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.words import text

_SKEW = np.array([0.42, 0.3])  # how the third axis is drawn
_MOST = 24  # small cubes along an edge that are drawn
_DASHES: tuple[Dash, ...] = ("dot", "dash", "solid")  # of one, two and three dimensions


def draw(shot: Shot) -> Sheet:
    """Cubes, and the divergence of Gaussians over s."""
    m = shot.snapshot.metrics
    gaussian = m["info_gaussian"]
    cube = "Cubes ∞, for q’s is not inside p’s"
    if "info_cube" in m:
        cube = f"Cubes {_both(m['info_cube'])}"
    return Sheet(
        title="Information · of z and y, KL(q‖p)",
        rows=((_cubes(shot),), (_width(shot),)),
        caption=f"{cube}   ·   Gaussians {_both(gaussian)}",
    )


def _both(nats: float) -> str:
    return f"{text.fixed(nats / math.log(2))} bits = {text.fixed(nats)} nats"


def _cubes(shot: Shot) -> Plot:
    d, r, s, m = (shot.scene.number(f"experiment.{k}") for k in "drsm")
    dimension, count = int(d), r / s
    within = "info_cube" in shot.snapshot.metrics
    edge = 0.5 * r
    # The cells of the large cube are those that the small one is one of.
    first = (m + s / 2 + edge) % s - edge
    lines = np.arange(first, edge, s) if count <= _MOST else np.empty(0)
    lines = lines[np.abs(lines) < edge * (1 - 1e-9)]
    told = text.number(d * math.log2(count)) + " bits" if within else "∞"
    layers: list[Layer] = []
    if within:
        layers.append(Curve(*_grid(dimension, edge, lines), "muted", width=0.8, opacity=0.6))
    layers.append(Curve(*_box(dimension, 0.0, edge), "text", "p(z), side r", 2.2))
    layers.append(Curve(*_box(dimension, m, s / 2), "latent", "q(z|y), side s", 2.6, halo=True))
    reach = 1.15 * max(edge, abs(m) + s / 2)
    right, top = reach + edge * _SKEW * (dimension == 3)
    return Plot(
        title=f"Cubes · (r/s)^{dimension} = {text.number(count**dimension)}, {told}",
        brief=f"Cubes · {told}",
        x=Axis("z_1", -right, right),
        y=Axis("z_2" if dimension > 1 else "", -top, top, visible=dimension > 1),
        layers=tuple(layers),
        equal=True,
    )


def _corner(at: Array) -> Array:
    """Places (…, d) of z in the plane of the picture, (…, 2); the third axis leads back."""
    if at.shape[-1] == 1:
        return np.concatenate([at, np.zeros_like(at)], -1)
    return at[..., :2] + at[..., 2:] * _SKEW if at.shape[-1] == 3 else at


def _box(d: int, centre: float, half: float) -> tuple[Array, Array]:
    """All edges of a cube around (centre, …), as one broken line; an interval has end marks."""
    if d == 1:
        x = centre + half * np.array([-1, -1, np.nan, -1, 1, np.nan, 1, 1])
        return x, half * np.array([-0.3, 0.3, np.nan, 0, 0, np.nan, -0.3, 0.3])
    corners = np.array(list(itertools.product((-1, 1), repeat=d)), float)
    pairs = [(a, b) for a, b in itertools.combinations(corners, 2) if np.abs(a - b).sum() == 2]
    return _broken(centre + half * np.array(pairs))


def _grid(d: int, edge: float, lines: Array) -> tuple[Array, Array]:
    """The cuts of the large cube along every axis; of three, on the face in front."""
    pairs = []
    for v in lines:
        if d == 1:
            pairs.append([[v], [v]])
            continue
        pairs.append([[v, -edge], [v, edge]])
        pairs.append([[-edge, v], [edge, v]])
    if not pairs:
        return np.array([np.nan]), np.array([np.nan])
    at = np.array(pairs, float)
    if d == 1:
        x, _ = _broken(at)
        tick = 0.1 * edge * np.array([-1, 1, np.nan])
        return x, np.tile(tick, len(at))
    if d == 3:
        at = np.concatenate([at, np.full_like(at[..., :1], -edge)], -1)
    return _broken(at)


def _broken(pairs: Array) -> tuple[Array, Array]:
    """Lines (N, 2, d) in the picture."""
    flat = _corner(pairs)
    out = np.concatenate([flat, np.full_like(flat[:, :1], np.nan)], 1).reshape(-1, 2)
    return out[:, 0], out[:, 1]


def bits(shot: Shot) -> Plot:
    """What cubes of one, two and three dimensions tell."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    d, r, s = (shot.scene.number(f"experiment.{k}") for k in "drs")
    x = a["info_ratio"]
    shown = x <= 1.0 + 1e-9
    layers: list[Layer] = [
        Curve(
            x[shown],
            a["info_cubes"][k - 1][shown],
            "latent" if k == d else "muted",
            f"d = {k}",
            2.6 if k == d else 1.3,
            "solid" if k == d else dash,
        )
        for k, dash in enumerate(_DASHES, 1)
    ]
    if "info_cube" in m:
        layers.append(_own(s / r, m["info_cube"] / math.log(2)))
    return Plot(
        title="Bits of cubes · d log_2(r/s)",
        x=Axis("s/r", 0.0, 1.1),
        y=Axis("bits", 0.0, 12.0),
        layers=tuple(layers),
    )


def _width(shot: Shot) -> Plot:
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    d, r, s, mean = (shot.scene.number(f"experiment.{k}") for k in "drsm")
    shift = 0.5 * (mean / r) ** 2
    at, least = m["info_slip_at"], m["info_slip_least"] + shift
    one = np.array([1.0]), np.array([shift])
    # As the slides print it, with log_2 inside a formula in nats.
    wrong = "impossible for a KL" if least < 0 else "below the least KL"
    note = f"{text.fixed(least)}, {wrong}"
    return Plot(
        title="Gaussians over s · least at s = r",
        brief="Gaussians",
        x=Axis("s/r", 0.0, float(a["info_ratio"][-1])),
        y=Axis("KL, nats per axis", -0.4 + shift, 2.0 + shift),
        layers=(
            Rule(0.0, "y", "muted", dash="dot", width=0.8),
            Curve(
                a["info_ratio"],
                a["info_slip"],
                "muted",
                "with log_2 in place of ln, as the slides print",
                1.4,
                "dash",
            ),
            Curve(a["info_ratio"], a["info_width"], "energy", "KL(q‖p)", 2.4),
            Points(*one, "down", "0 at s = r, m = 0" if mean == 0 else "least", 14, "star"),
            Points(np.array([at]), np.array([least]), "muted", size=7, marker="cross"),
            Note(at + 0.05, least - 0.2, note, "muted"),
            _own(s / r, m["info_gaussian"] / d),
        ),
    )


def place(shot: Shot) -> Plot:
    """The divergence of Gaussians over m."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    d, r, mean = (shot.scene.number(f"experiment.{k}") for k in "drm")
    low = float(a["info_place"].min())
    return Plot(
        title="KL · over m, least at 0",
        x=Axis("m/r", float(a["info_mean"][0]), float(a["info_mean"][-1])),
        y=Axis("KL, nats per axis", -0.25, max(3.5, 1.1 * low)),
        layers=(
            Rule(0.0, "y", "muted", dash="dot", width=0.8),
            Curve(a["info_mean"], a["info_place"], "energy", "KL(q‖p)", 2.4),
            Points(np.array([0.0]), np.array([low]), "down", "least", 14, "star"),
            _own(mean / r, m["info_gaussian"] / d),
        ),
    )


def _own(x: float, y: float) -> Points:
    """Where the scene is."""
    return Points(np.array([x]), np.array([y]), "probe", size=12, marker="cross", label="now")


_WHEN = ("main:information",)
FIGURE = live(
    *("information", "Information", ("information",), draw, _WHEN),
    order=180,
    says="KL(q‖p) of the Gaussians, in nats",
)
BITS = live("information-bits", "Bits of cubes", ("information",), bits, _WHEN, order=190)
PLACE = live("information-mean", "KL over the mean", ("information",), place, _WHEN, order=200)
