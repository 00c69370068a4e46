"""The manifold of a conditional decoder over all x, in 3-D.

Source: Canziani 2020, Figures 9–11.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.frame import frame_of
from ebmviz.core.plot import Curve, Layer, Note, Plot, Points
from ebmviz.core.relief import project
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import manifold, room
from ebmviz.figures.layers.conditional import near
from ebmviz.figures.words import text

_LENGTH = 1.35  # of the axis of x, over the height of the box
_LETTER, _LINE = 0.08, 0.09  # of a label, where the box is 2 high
_FAR = 1.25 * float(np.hypot(_LENGTH, np.sqrt(2)))  # from the middle of the box
_MARKS = 3000
_LENGTHWISE = 12  # lines along x


def draw(shot: Shot) -> Plot:
    """Data coloured by x, the manifold as a net, the ring of view.x and the regressor."""
    box = Box(shot, shot.snapshot.arrays["data"])
    layers = (*box.frame(), *net(shot, box), *data(shot, box), *now(shot, box))
    low, high = map(text.number, box.ends)
    ring = text.number(shot.scene.view.x)
    return plot(shot, layers, f"Manifold · ỹ(x, z), x = {low} … {high}, ring at {ring}")


def plot(shot: Shot, layers: tuple[Layer, ...], title: str) -> Plot:
    """Projected layers on invisible axes. What a manifold has far outside of the box is not fitted
    in: the data would be a spot.
    """
    x, y = room.near(shot.scene.view, (_LENGTH, 1.0), (-1.0, 1.0))
    if x.low is None and _far(layers):
        x, y = room.limits(shot.scene.view, (_LENGTH, 1.0), (-1.0, 1.0))
    return Plot(title=title, x=x, y=y, layers=layers, equal=True)


def _far(layers: tuple[Layer, ...]) -> bool:
    """Whether something lies farther out than a box could, however it is turned."""
    drawn = [np.hypot(each.x, each.y) for each in layers if isinstance(each, Curve | Points)]
    return any(bool((one[np.isfinite(one)] > _FAR).any()) for one in drawn)


class Box:
    """The frame of the projection: x along, y1 in depth, y2 up; its sides hold `inside` (M, 2)."""

    def __init__(self, shot: Shot, inside: Array) -> None:
        view, frame = shot.scene.view, frame_of(shot.scene)
        self.ends = frame.start, frame.start + frame.span  # of x
        self.angles = view.azimuth, view.elevation
        self.reach = (float(np.abs(inside).max()) if inside.size else 0.0) or 1.0

    def at(self, x: Array | float, y: Array) -> tuple[Array, Array]:
        """The screen of x (M,) or one x, and y (M, 2)."""
        low, high = self.ends
        return self._at((np.asarray(x) - low) / (high - low), y)

    def _at(self, share: Array | float, y: Array) -> tuple[Array, Array]:
        """The same at a share of the way along x."""
        along = (np.broadcast_to(share, len(y)) - 0.5) * 2 * _LENGTH
        return project(np.column_stack([along, y / self.reach]), *self.angles)

    def frame(self) -> tuple[Layer, ...]:
        """The floor, the vertical axis, and names and ends of the axes."""
        r = self.reach
        floor = np.array([[0, -r, -r], [1, -r, -r], [1, r, -r], [0, r, -r], [0, -r, -r]])
        x, y = self._at(floor[:, 0], floor[:, 1:])
        left = floor[int(np.argmin(x[:4]))]
        post = np.array([left, [left[0], left[1], r]])
        post_x, post_y = self._at(post[:, 0], post[:, 1:])
        near_side = -r if self._at(0.5, np.array([[-r, -r]]))[1] < self._level(r) else r
        end = 1.0 if self._at(1.0, np.array([[0, -r]]))[1] < self._level(0.0, 0.0) else 0.0
        beyond = end + 0.09 * (2 * end - 1)
        value = text.number(r, 2)
        # Ends stand a little inside of their edges: three of them meet in a corner.
        places = [
            (0.5, 1.16 * near_side, -r, "x"),
            (0.08, 1.14 * near_side, -r, text.number(self.ends[0])),
            (0.92, 1.14 * near_side, -r, text.number(self.ends[1])),
            (beyond, 0.0, -r, "y_1"),
            (beyond, -0.72 * r, -r, f"−{value}"),
            (beyond, 0.72 * r, -r, value),
        ]
        notes = [
            Note(float(a[0]), float(b[0]), name, "muted")
            for a, b, name in (
                (*self._at(px, np.array([[p1, p2]])), name) for px, p1, p2, name in places
            )
        ]
        level = float(np.ptp(post_y))
        for name, part in ((f"−{value}", 0.17), (value, 1.0), ("y_2", 0.55)):
            at_y = float(post_y[0]) + part * level
            notes.append(Note(float(post_x[0]) - 0.24, at_y, name, "muted"))
        return (
            Curve(x, y, "muted", width=1.0, opacity=0.7),
            Curve(post_x, post_y, "muted", width=1.0, opacity=0.7),
            *_apart(notes),
        )

    def _level(self, y1: float, x: float = 0.5) -> Array:
        return self._at(x, np.array([[y1, -self.reach]]))[1]


def _apart(notes: list[Note]) -> list[Note]:
    """Those that overlap no other: names of axes before numbers, which a look along an axis
    draws over each other.
    """
    kept: list[Note] = []
    for note in sorted(notes, key=lambda n: not n.text[0].isalpha()):
        clear = (
            abs(note.x - other.x) > _LETTER * (len(note.text) + len(other.text)) / 2
            or abs(note.y - other.y) > _LINE
            for other in kept
        )
        if all(clear):
            kept.append(note)
    return kept


def net(shot: Shot, box: Box) -> tuple[Layer, ...]:
    """The manifold at each x, and lines along x through some of the latents."""
    a = shot.snapshot.arrays
    grid, z, ring = a["horn"], a["horn_z"], "ring" in shot.scene.facts
    gap = np.full((1, 2), np.nan)
    across: list[tuple[Array, Array]] = []
    for x, points in zip(a["horn_x"], grid, strict=True):
        joined = manifold.lines(points, z, ring)
        across.append(box.at(float(x), np.concatenate([points if joined is None else joined, gap])))
    layers: list[Layer] = [_curve(across, "manifold ỹ(x, z)", 0.8)]
    if ring:
        stride = max(1, grid.shape[1] // _LENGTHWISE)
        ends = np.append(a["horn_x"], np.nan)
        along = [
            box.at(ends, np.concatenate([grid[:, k], gap])) for k in range(0, grid.shape[1], stride)
        ]
        layers.append(_curve(along, "", 0.8))
    return tuple(layers)


def _curve(parts: list[tuple[Array, Array]], label: str, width: float) -> Curve:
    x, y = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    return Curve(x, y, "manifold", label=label, width=width, opacity=0.55)


def points(shot: Shot, box: Box) -> tuple[Layer, ...]:
    """The manifold's points, coloured by x."""
    a = shot.snapshot.arrays
    x = np.repeat(a["horn_x"], a["horn"].shape[1])
    return (_coloured(box, x, a["horn"].reshape(-1, 2), "ỹ(x, z)", 3.5),)


def data(shot: Shot, box: Box) -> tuple[Layer, ...]:
    """The data, coloured by x."""
    a = shot.snapshot.arrays
    stride = max(1, -(-len(a["data"]) // _MARKS))
    return (_coloured(box, a["data_x"][::stride], a["data"][::stride], "data y, by x", 5.5),)


def _coloured(box: Box, x: Array, y: Array, label: str, size: float) -> Points:
    return Points(
        *box.at(x, y),
        "#35b779",  # for the legend: the middle of viridis
        label=label,
        size=size,
        halo=False,
        values=x,
        colormap="viridis",
        low=box.ends[0],
        high=box.ends[1],
        bar="x",
    )


def now(shot: Shot, box: Box) -> tuple[Layer, ...]:
    """What the map shows: the manifold and the data at view.x; and the regressor at all x."""
    a, view = shot.snapshot.arrays, shot.scene.view
    layers: list[Layer] = []
    if shot.snapshot.has("horn_regressor"):
        x, y = box.at(a["horn_x"], a["horn_regressor"])
        layers.append(Curve(x, y, "warn", label="MSE regressor", width=2.5, halo=True))
    joined = manifold.lines(a["manifold"], a["z"], "ring" in shot.scene.facts)
    if joined is not None:
        x, y = box.at(view.x, joined)
        mesh = len(joined) > 2 * len(a["manifold"])
        width = 1.1 if mesh else 2.4
        label = "at the map’s x"
        layers.append(Curve(x, y, "manifold", label=label, width=width, halo=not mesh))
    here = near(shot)
    x, y = box.at(view.x, a["data"][here])
    return (*layers, Points(x, y, "data", label="data near it", size=5.5)) if len(x) else (*layers,)
