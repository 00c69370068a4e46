"""The free energy along the cut, one curve per β."""

from __future__ import annotations

import numpy as np

from ebmviz.core import palette
from ebmviz.core.plot import Axis, Curve, Plot
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.layers.heat import colour_range
from ebmviz.figures.words import level, places, text

_MOST_LABELS = 8
_SHARES = (0.3, 0.6, 1.2)  # of a colour range, which a map fills by a good third at least


def draw(shot: Shot) -> Plot:
    """From hot to cold, each β in the colour of the thermometer, the view's own β thick."""
    a = shot.snapshot.arrays
    x, label, where = axis(shot)
    curves = a["section"] - np.float32(level.of(shot, "section"))
    rows = {float(beta): row for beta, row in zip(a["section_beta"], curves, strict=True)}
    own = float(a["section_beta"][-1])
    betas = sorted(rows)
    plain = text.map_symbol(shot.scene) == "E"
    tilde: tuple[Curve, ...] = ()
    if shot.snapshot.has("tilde"):
        tilde = (Curve(x, a["tilde"], "latent", "F̃", 2.0, "dash"),)
    labels = [""] if plain else _labels(betas, own)
    drawn = [
        Curve(
            x,
            rows[beta],
            _color(beta, plain),
            label,
            _width(beta == own),
            layer="" if plain else text.beta(beta),
            symbol="" if plain else "β",
        )
        for beta, label in zip(betas, labels, strict=True)
    ]
    return Plot(
        title=f"Cross-section · {where}",
        x=Axis(label, float(x.min()), float(x.max())),
        y=Axis(_name(shot, plain), *limits(shot)),
        layers=(*drawn, *tilde),
    )


def _name(shot: Shot, plain: bool) -> str:
    if level.relative(shot):
        return level.named(shot, text.map_symbol(shot.scene))
    return "E" if plain else "F_β = softmin_β[E]"


def _labels(betas: list[float], own: float) -> list[str]:
    """All of them; of many only the first, the last and the own, with "…" between."""
    if len(betas) <= _MOST_LABELS:
        labels = [text.beta(beta) for beta in betas]
    else:
        labels = [""] * len(betas)
        kept = sorted({0, betas.index(own), len(betas) - 1})
        for place, after in zip(kept, [*kept[1:], len(betas)], strict=True):
            dots = " …" if after < len(betas) and after > place + 1 else ""
            labels[place] = text.beta(betas[place]) + dots
    labels[0] = f"β = {labels[0]}"
    return labels


def _width(own: bool) -> float:
    return 3.2 if own else 1.3


def axis(shot: Shot) -> tuple[np.ndarray, str, str]:
    """Coordinates along the cut, the axis's label, and where the cut lies."""
    at = shot.snapshot.arrays["section_at"]
    x0, y0, x1, y1 = shot.scene.view.cut
    across, along = text.axes(shot.scene)
    if x0 == x1:
        return at[:, 1], along, f"at {across} = {_line(shot, x0, 0)}"
    if y0 == y1:
        return at[:, 0], across, f"at {along} = {_line(shot, y0, 1)}"
    return shot.snapshot.arrays["section_s"], "s along the cut", "along the cut"


def _line(shot: Shot, at: float, side: int) -> str:
    place = [at, at]
    return places.trimmed(places.coordinates(shot.scene, *place)[side])


def limits(shot: Shot) -> tuple[float, float]:
    """Held limits, so that the axis stands still in training: twice the colour range, or, of one
    that follows the map, the least share of that which the curves fit in.
    """
    low, high = colour_range(shot)
    top = high + (high - low)
    if shot.scene.view.follow and shot.snapshot.has("section"):
        most = float(np.max(shot.snapshot.arrays["section"])) - level.of(shot, "section")
        shares = (low + share * (high - low) for share in _SHARES)
        top = next((end for end in shares if end >= most), top)
    bottom = 0.0 if "nonnegative" in shot.scene.facts else low - 0.25 * (high - low)
    if level.relative(shot):
        bottom = low - 0.05 * (high - low)
    return bottom, top


def _color(beta: float, plain: bool) -> str:
    return "energy" if plain else palette.beta_color(beta)


FIGURE = live("cross-section", "Cross-section", ("section", "tilde"), draw, PLANE, order=40)
