"""How deep minima are: the merge tree of the map, and their energies as the map changes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Marker, Note, Plot, Points
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.layers.topology import NAMED, NEED, ON, role
from ebmviz.figures.words import level, text

_BORN, _MERGED, _CAME = 0, 1, 2  # kinds of events, as the measure numbers them
_BETA = 1  # what moved
_MARKS: tuple[tuple[int, str, Marker], ...] = (
    (_BORN, "born", "ring"),
    (_MERGED, "merged", "cross"),
)


def tree(shot: Shot) -> Plot:
    """Energies up: each minimum a leaf at its depth, basins joined at the height of their pass."""
    symbol = level.named(shot, text.map_symbol(shot.scene))
    if not shot.snapshot.has("minimum"):
        return Plot("Barriers", Axis("", visible=False), Axis(symbol, visible=False), ())
    a = shot.snapshot.arrays
    zero = a["minimum_f"].min(initial=np.inf) if level.relative(shot) else 0.0
    leaves, bottoms = a["minimum_id"].tolist(), (a["minimum_f"] - zero).tolist()
    joins = [
        (float(h - zero), int(i), int(j))
        for h, (i, j), apart in zip(a["saddle_f"], a["saddle_pair"], a["saddle_joins"], strict=True)
        if apart
    ]
    top, low = max([*bottoms, *(h for h, _, _ in joins)]), min(bottoms)
    room = (top - low) or 0.1 * max(1.0, abs(low))
    roof = top + 0.12 * room
    place = {leaf: float(i) for i, leaf in enumerate(_order(len(leaves), joins))}
    layers = [*_branches(leaves, bottoms, joins, place, roof)]
    for i, number in enumerate(leaves):
        at = np.array([place[i]]), np.array([bottoms[i]])
        edge = bool(a["minimum_border"][i])
        layers.append(Points(*at, role(number), size=9, marker="ring" if edge else "disc"))
        if number and np.count_nonzero(leaves) <= NAMED:
            layers.append(Note(place[i], bottoms[i] - 0.14 * room, str(number)))
    return Plot(
        title="Barriers between minima",
        x=Axis("", -0.6, len(leaves) - 0.4, visible=False),
        y=Axis(symbol, low - 0.25 * room, roof),
        layers=tuple(layers),
        legend=False,
        caption=_lowest(a),
    )


def _order(count: int, joins: list[tuple[float, int, int]]) -> list[int]:
    """Leaves from the left, so that no branches cross; the lower of two is on the left."""
    group = {i: [i] for i in range(count)}
    for _, i, j in joins:
        a, b = group[i], group[j]
        if a is b:
            continue
        both = a + b if min(a) < min(b) else b + a
        group |= dict.fromkeys(both, both)
    rows = {id(row): row for row in group.values()}
    return [leaf for row in rows.values() for leaf in row]


def _branches(
    leaves: list[int],
    bottoms: list[float],
    joins: list[tuple[float, int, int]],
    place: dict[int, float],
    roof: float,
) -> tuple[Layer, ...]:
    """A branch has the colour of its lowest leaf."""
    layers: list[Layer] = []
    group = {i: [i] for i in range(len(leaves))}
    stem = {i: (place[i], bottoms[i]) for i in range(len(leaves))}  # by lowest leaf

    def rise(leaf: int, to: float) -> float:
        x, start = stem[leaf]
        line = np.array([x, x]), np.array([start, max(to, start)])
        layers.append(Curve(*line, role(leaves[leaf]), width=2.2))
        return x

    for height, i, j in joins:
        a, b = group[i], group[j]
        if a is b:
            continue
        left, right = rise(min(a), height), rise(min(b), height)
        layers.append(
            Curve(np.array([left, right]), np.array([height, height]), "muted", width=1.6)
        )
        both = a + b
        group |= dict.fromkeys(both, both)
        stem[min(both)] = ((left + right) / 2, height)
    for leaf in sorted({min(row) for row in group.values()}):
        rise(leaf, roof)
    return tuple(layers)


def _lowest(a: dict[str, Array]) -> str:
    """How many there are, and where the lowest way out is."""
    inside = ~a["minimum_border"]
    count, edge = int(inside.sum()), int((~inside).sum())
    said = f"{count} minim{'um' if count == 1 else 'a'}"
    if edge:
        said += f", {edge} at the window’s edge"
    barrier = np.where(inside, a["barrier"], np.inf)
    i = int(np.argmin(barrier))
    if np.isfinite(barrier[i]):
        lowest = text.number(float(barrier[i]))
        said += f" · lowest way out {lowest}, from minimum {a['minimum_id'][i]}"
    return said


class _Track(NamedTuple):
    """Points of all minima: place along the axis, number and energy, each (T,)."""

    at: Array
    numbers: Array
    f: Array

    def of(self, number: int) -> tuple[Array, Array]:
        """One minimum's, in the order of time; none where it is forgotten."""
        own = self.numbers == number
        return self.at[own], self.f[own]


def track(shot: Shot) -> Plot:
    """The energy of each minimum over training steps, or over β while it moves, dotted lines from
    where one is born, and to what it merges into.
    """
    symbol = level.named(shot, text.map_symbol(shot.scene))
    over_beta = shot.snapshot.metrics.get("topology_moved") == _BETA
    axis = "log_{10} β" if over_beta else "step"
    title = "Minima as β moves" if over_beta else "Minima while training"
    if not shot.snapshot.has("track_at"):
        return Plot(title, Axis(axis, visible=False), Axis(symbol, visible=False), ())
    a = shot.snapshot.arrays
    with np.errstate(divide="ignore"):
        where = np.log10(a["track_at"]) if over_beta else a["track_at"]
    known = np.isfinite(where)
    all_of = _Track(where[known], a["track_id"][known], a["track_f"][known])
    if len(np.unique(all_of.at)) < 2:
        still = [Points(*all_of.of(n), role(n), size=7) for n in np.unique(all_of.numbers).tolist()]
        caption = "Train, or move β: minima that are born and merge are marked"
        return Plot(title, Axis(axis), Axis(symbol), tuple(still), caption=caption)
    layers: list[Layer] = [
        Curve(*all_of.of(n), role(n), width=1.8) for n in np.unique(all_of.numbers).tolist()
    ]
    events = a["event"][a["event"][:, 3] == (_BETA if over_beta else 0)]
    for kind, label, marker in _MARKS:
        for _, number, other, *_ in events[events[:, 0] == kind]:
            (x, y), (to_x, to_f) = all_of.of(int(number)), all_of.of(int(other))
            if not len(x):
                continue
            end = 0 if kind == _BORN else -1
            if len(to_x):
                near = int(np.abs(to_x - x[end]).argmin())
                line = np.array([x[end], to_x[near]]), np.array([y[end], to_f[near]])
                layers.append(Curve(*line, "muted", width=1.2, dash="dot"))
            mark = x[end][None], y[end][None]
            layers.append(Points(*mark, role(int(number)), label=label, size=7, marker=marker))
            label = ""
    return Plot(title, Axis(axis), Axis(symbol), tuple(layers), caption=_told(events))


def _told(events: Array) -> str:
    """The latest events in words."""
    said = []
    for kind, number, other, _, step, beta in events[::-1][:3]:
        if kind > _MERGED:
            what = f"{number:.0f} " + ("came in" if kind == _CAME else "left the window")
        else:
            what = f"{number:.0f} " + ("born of" if kind == _BORN else "merged into")
            what += f" {other:.0f}"
        over_beta = events[0, 3] == _BETA
        said.append(f"{what} at " + (f"β = {text.beta(beta)}" if over_beta else f"step {step:.0f}"))
    return " · ".join(said)


FIGURE = live("barriers", "Barriers", (NEED,), tree, ON, order=380)
TRACK = live("minima-track", "Minima followed", (NEED,), track, ON, order=390)
