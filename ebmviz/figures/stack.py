"""The landscape in 3-D, as a stack of isolines in an orthographic projection.

Drawn with plain lines, so that it is the same without OpenGL and stays a vector on the slide.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core import palette
from ebmviz.core.plot import Curve, Layer, Note, Plot, Points
from ebmviz.core.relief import project
from ebmviz.core.snapshot import Array
from ebmviz.core.view import View
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.layers import answers, horn
from ebmviz.figures.layers.heat import colour_range
from ebmviz.figures.layers.manifold import lines
from ebmviz.figures.layers.room import near
from ebmviz.figures.words import level, text
from ebmviz.figures.words.places import reading, trimmed

_HEIGHT = 0.75  # of the longer side of the window, for the whole colour range


def draw(shot: Shot) -> Plot:
    """Isolines at the height of their energy, the manifold and the data on the floor; of a
    conditional decoder its manifold over all x instead.
    """
    if shot.snapshot.has("horn"):
        return horn.draw(shot)
    view = shot.scene.view
    low, high = colour_range(shot)
    box = _Box(view, low, high)
    layers: list[Layer] = [*box.floor()]
    a = shot.snapshot.arrays
    inside = box.holds(a["data"])
    if inside.any():
        at = np.stack(box.at(a["data"][inside], low), 1)
        if shot.snapshot.has("data_class"):
            layers += answers.marks(shot, at, a["data_class"][inside], size=6)
        else:
            layers.append(Points(at[:, 0], at[:, 1], "data", label="data y", size=6))
    if shot.snapshot.has("manifold"):
        layers.append(_manifold(shot, box, low))
    layers += _learned(shot, box, low)
    layers += _isolines(shot, box, low, high)
    layers += box.labels(*text.axes(shot.scene))
    x, y = near(view, box.sides, (0.0, 2 * _HEIGHT * view.exaggeration), box.unit)
    return Plot(
        title=text.map_title(shot.scene, answers.count(shot)),
        x=x,
        y=y,
        layers=tuple(layers),
        equal=True,
    )


def _learned(shot: Shot, box: _Box, low: float) -> list[Layer]:
    """The image of a code of one number, within the window."""
    if not shot.snapshot.has("recon_curve"):
        return []
    points = shot.snapshot.arrays["recon_curve"]
    x, y = box.at(np.where(box.holds(points)[:, None], points, np.nan), low)
    return [Curve(x, y, "manifold", label="manifold ỹ = Dec(z)", width=2.2, halo=True)]


def _manifold(shot: Shot, box: _Box, low: float) -> Layer:
    points, z = shot.snapshot.arrays["manifold"], shot.snapshot.arrays["z"]
    joined = lines(points, z, "ring" in shot.scene.facts)
    if joined is None or "centres" in shot.scene.facts:
        return Points(*box.at(points, low), "manifold", label="ỹ(z)", size=9, marker="star")
    return Curve(*box.at(joined, low), "manifold", label="manifold ỹ(z)", width=2.2, halo=True)


def _isolines(shot: Shot, box: _Box, low: float, high: float) -> list[Layer]:
    a = shot.snapshot.arrays
    colours = palette.colormap(shot.scene.view.colormap)
    layers: list[Layer] = []
    for i, energy in enumerate(a["contour_level"] - level.of(shot, "map")):
        line = a["contours"][a["contour_start"][i] : a["contour_start"][i + 1]]
        if not len(line) or not np.isfinite(energy):
            continue
        x, y = box.at(line, float(energy))
        index = int(np.clip((energy - low) / (high - low), 0, 1) * 255)
        r, g, b = colours[index]
        layers.append(Curve(x, y, f"#{r:02x}{g:02x}{b:02x}", width=1.7))
    return layers


class _Box:
    """The frame of the projection: window on the floor, energies upward."""

    def __init__(self, view: View, low: float, high: float) -> None:
        self.left, self.right, self.bottom, self.top = view.window
        self.low, self.high = low, high
        self.angles = view.azimuth, view.elevation
        side = max(self.right - self.left, self.top - self.bottom)
        self.scale = _HEIGHT * view.exaggeration * side / (high - low)
        self.unit = side / 2
        self.sides = (self.right - self.left) / side, (self.top - self.bottom) / side
        self.centre = ((self.left + self.right) / 2, (self.bottom + self.top) / 2)

    def holds(self, points: Array) -> Array:
        """Which points (M, 2) lie over the floor, as (M,) bool."""
        x, y = points[:, 0], points[:, 1]
        return (x >= self.left) & (x <= self.right) & (y >= self.bottom) & (y <= self.top)

    def at(self, points: Array, level: float) -> tuple[Array, Array]:
        """Points (M, 2) of the y-plane at the height of an energy."""
        height = np.full(len(points), (level - self.low) * self.scale)
        centred = points - np.asarray(self.centre)
        return project(np.column_stack([centred, height]), *self.angles)

    def floor(self) -> list[Layer]:
        """The window's outline, and the vertical axis at its outermost corner."""
        corners = np.array(
            [
                [self.left, self.bottom],
                [self.right, self.bottom],
                [self.right, self.top],
                [self.left, self.top],
            ]
        )
        x, y = self.at(np.concatenate([corners, corners[:1]]), self.low)
        layers: list[Layer] = [Curve(x, y, "muted", width=1.0, opacity=0.7)]
        corner = corners[[int(np.argmin(x[:4]))]]
        ends = [self.at(corner, self.low), self.at(corner, self.high)]
        axis_x = np.concatenate([e[0] for e in ends])
        axis_y = np.concatenate([e[1] for e in ends])
        layers.append(Curve(axis_x, axis_y, "muted", width=1.0, opacity=0.7))
        self._axis = (axis_x, axis_y)
        return layers

    def labels(self, across: str, along: str) -> list[Layer]:
        """Names of the axes and the energies at the ends of the vertical one."""
        away = 1.1
        mid_x, mid_y = self.centre
        span_x, span_y = (self.right - self.left) / 2, (self.top - self.bottom) / 2
        sides = {
            across: [(mid_x, mid_y - away * span_y), (mid_x, mid_y + away * span_y)],
            along: [(mid_x - away * span_x, mid_y), (mid_x + away * span_x, mid_y)],
        }
        notes: list[Layer] = []
        for name, places in sides.items():
            x, y = self.at(np.asarray(places), self.low)
            near = int(np.argmin(y))
            notes.append(Note(float(x[near]), float(y[near]), name, "muted"))
        shift = 0.04 * (self.right - self.left)
        for x, y, end in zip(*self._axis, (self.low, self.high), strict=True):
            notes.append(
                Note(
                    float(x) - shift,
                    float(y),
                    trimmed(reading(end, self.low, self.high)),
                    "muted",
                )
            )
        return notes


FIGURE = live(
    "stack",
    "Landscape in 3-D",
    ("map", "contours", "manifold", "data", "horn", "reconstruction"),
    draw,
    PLANE,
    order=30,
)
