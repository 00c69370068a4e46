"""A Hopfield network: its state, what it holds, which pattern it is near, and its energy."""

from __future__ import annotations

import re

import numpy as np

from ebmviz.core.palette import class_role
from ebmviz.core.plot import (
    Axis,
    Bars,
    Curve,
    Image,
    Layer,
    Note,
    Plot,
    Points,
    Rule,
    Segments,
    Sheet,
)
from ebmviz.core.snapshot import Array
from ebmviz.core.traits import begun_by
from ebmviz.figures.base.figure import Figure, Shot, live
from ebmviz.figures.layers.patterns import paint, places, side
from ebmviz.figures.words import text

COLORMAP = "ink"
_FINE = 24  # cells per side: lines between smaller ones would hide them
_NAMED = 16  # patterns whose names have room
_MARKED = 0.3  # share of wrong units up to which they are marked


def draw(shot: Shot) -> Sheet:
    """State, stored patterns, overlaps and energy."""
    plots = ((_state(shot), _stored(shot)), (_overlaps(shot), _energy(shot)))
    return Sheet(title=f"Recall · {_found(shot)}", rows=plots, caption=_caption(shot))


def name(shot: Shot, k: int) -> str:
    """The pattern k, from 0: its letter, or its number."""
    scene = shot.scene
    if scene["data.source"] == "random":
        return str(k + 1)
    letters = list(
        dict.fromkeys(scene.word("data.letters").upper().replace(" ", "").replace(",", ""))
    )
    return letters[k] if k < len(letters) else str(k + 1)


def _state(shot: Shot) -> Plot:
    n, state = side(shot), shot.snapshot.arrays["recall_state"]
    layers: list[Layer] = [_image(state, n, 0.0, 0.0, float(n))]
    if n <= _FINE:
        layers.append(_lines(n))
    overlap = shot.snapshot.arrays["recall_overlap"]
    best = int(np.abs(overlap).argmax())
    sign = 1.0 if overlap[best] >= 0 else -1.0
    wrong = np.flatnonzero(state != sign * shot.snapshot.arrays["recall_patterns"][best])
    if len(wrong) > _MARKED * n * n:
        wrong = wrong[:0]  # named all the same: the legend must not come and go
    row, column = np.divmod(wrong, n)
    label = f"differs from {'' if sign > 0 else '−'}{name(shot, best)}"
    size = max(3.0, 60.0 / n)
    layers.append(Points(column + 0.5, n - 0.5 - row, "up", label=label, size=size, halo=False))
    return _bare("State s", layers, float(n), float(n))


def _stored(shot: Shot) -> Plot:
    n, patterns = side(shot), shot.snapshot.arrays["recall_patterns"]
    overlap = shot.snapshot.arrays["recall_overlap"]
    layers: list[Layer] = []
    corners = places(len(patterns))
    for pattern, (x, y) in zip(patterns, corners, strict=True):
        layers.append(_image(pattern, n, float(x), float(y), 1.0))
    x, y = corners[int(np.abs(overlap).argmax())]
    box = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) + np.array([x, y])
    color = "probe" if overlap[np.abs(overlap).argmax()] >= 0 else "energy"
    layers.append(Curve(box[:, 0], box[:, 1], color, width=2.5))
    width, height = corners.max(0) + 1
    return _bare(f"Stored ξ · P = {len(patterns)}", layers, float(width), float(height))


def _overlaps(shot: Shot) -> Plot:
    overlap = shot.snapshot.arrays["recall_overlap"].astype(float)
    at = np.arange(1.0, len(overlap) + 1)
    best = np.arange(len(overlap)) == int(np.abs(overlap).argmax())
    layers: list[Layer] = [Rule(0.0, "y", "muted", dash="solid", width=0.8)]
    layers += [Rule(end, "y", "grid", dash="solid", width=0.8) for end in (-1.0, 1.0)]
    for which, color in ((~best, "data"), (best, "probe" if overlap[best][0] >= 0 else "energy")):
        layers.append(Bars(at[which], overlap[which], 0.7, color, opacity=0.85))
    named = len(overlap) <= _NAMED
    if named:
        layers += [Note(x, -1.25, name(shot, k), "muted") for k, x in enumerate(at.tolist())]
    return Plot(
        title="Overlap ξ·s/N",
        x=Axis("pattern", 0.4, len(overlap) + 0.6, visible=not named, whole=True),
        y=Axis("overlap", -1.49 if named else -1.3, 1.3),  # room for names, and no number below
        layers=tuple(layers),
        legend=False,
    )


def _energy(shot: Shot) -> Plot:
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    step, energy = a["curve_step"], a["curve_energy"]
    low, high = float(energy.min()), float(energy.max())
    room = 0.06 * (high - low) or 1.0
    last = max(m["last_step"], 1.0)
    now = np.array([float(shot.snapshot.step)]), np.array([m["recall_energy"]])
    layers: list[Layer] = [Curve(step, energy, "energy", label="E(s)", width=2.0)]
    layers.append(Points(*now, "energy", size=8))
    if shot.snapshot.step < m["last_step"]:
        layers.append(Rule(float(shot.snapshot.step), "x", "muted"))
    return Plot(
        title=f"Energy · E = {text.fixed(m['recall_energy'], 2)}",
        x=Axis("step", 0.0, 1.03 * last, whole=True),
        y=Axis("E", low - room, high + room),
        layers=tuple(layers),
        legend=False,
    )


def _image(values: Array, n: int, x: float, y: float, size: float) -> Image:
    """A pattern (n²,), its first row at the top, in a square from (x, y)."""
    half = size / n / 2
    cells = np.ascontiguousarray(values.reshape(n, n)[::-1], np.float32)
    x_span, y_span = (x + half, x + size - half), (y + half, y + size - half)
    return Image(cells, x_span, y_span, -1.0, 1.0, COLORMAP)


def _lines(n: int) -> Segments:
    at, zero, full = np.arange(1.0, n), np.zeros(n - 1), np.full(n - 1, float(n))
    start = np.concatenate([np.stack([at, zero], 1), np.stack([zero, at], 1)])
    end = np.concatenate([np.stack([at, full], 1), np.stack([full, at], 1)])
    return Segments(start, end, "panel", width=0.8, opacity=0.5)


def _bare(title: str, layers: list[Layer], width: float, height: float) -> Plot:
    room = 0.015 * max(width, height)  # half of a frame's line
    x, y = (Axis("", -room, size + room, visible=False) for size in (width, height))
    return Plot(title=title, x=x, y=y, layers=tuple(layers), equal=True)


def _found(shot: Shot) -> str:
    """What the state is; letters for the numbers of patterns."""
    found = shot.snapshot.labels["recall_named"][0]
    if found == "spurious":
        return "on its way" if shot.snapshot.metrics["recall_unstable"] else "spurious minimum"
    return re.sub(r"\d+", lambda number: name(shot, int(number[0]) - 1), found)


def _caption(shot: Shot) -> str:
    m, named = shot.snapshot.metrics, shot.snapshot.labels["recall_named"][0]
    overlap = shot.snapshot.arrays["recall_overlap"]
    best = int(np.abs(overlap).argmax())
    nearest = f"nearest {name(shot, best)}, overlap {text.fixed(float(overlap[best]), 2)}"
    unstable = int(m["recall_unstable"])
    if unstable:
        units = "unit" if unstable == 1 else "units, each alone,"
        press = f"press {begun_by(shot.scene.facts)}"
        hint = "" if shot.snapshot.step else f"; paint on the cells, then {press}"
        return f"{nearest}; {unstable} {units} would lower E by flipping{hint}"
    if named == "spurious":
        return f"{nearest}; a spurious minimum: no single flip lowers E, yet it was never stored"
    if named.startswith("mixture"):
        return f"{nearest}; a mixture of three patterns, a spurious minimum"
    if named.startswith("−"):
        return f"{nearest}; the negative of a pattern, as deep a minimum"
    return f"{nearest}; recalled: no single flip lowers E"


FIGURE = Figure(
    "hopfield",
    "Recall",
    ("recall", "curves"),
    lambda shots: draw(shots[0]),
    when=("main:hopfield",),
    stroke=paint,
    order=80,
    says="E(s) of the state, units of ±1",
)


def trace(shot: Shot) -> Plot:
    """The overlap with every pattern over the steps."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    step, overlaps = a["recall_step"], a["recall_trace"]
    layers: list[Layer] = [Rule(0.0, "y", "muted", dash="solid", width=0.8)]
    named = len(overlaps) <= _NAMED
    for k, overlap in enumerate(overlaps):
        label = name(shot, k) if named else ""
        layers.append(Curve(step, overlap, class_role(k), label=label, width=2.0))
    if shot.snapshot.step < m["last_step"]:
        layers.append(Rule(float(shot.snapshot.step), "x", "muted"))
    return Plot(
        title="Overlaps · ξ·s/N",
        x=Axis("step", 0.0, max(m["last_step"], 1.0), whole=True),
        y=Axis("overlap", -1.05, 1.05),
        layers=tuple(layers),
    )


TRACE = live(
    "recall-trace", "Overlaps", ("recall-trace",), trace, when=("main:hopfield",), order=90
)
