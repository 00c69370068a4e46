"""The room in which a surface stands: panes behind it, axes with ticks, how much of it is seen."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.plot import Axis, Curve, Layer, Note
from ebmviz.core.relief import Camera
from ebmviz.core.snapshot import Array
from ebmviz.core.ticks import tick_labels
from ebmviz.core.view import View

_TICK, _NUMBER, _NAME = 0.03, 0.12, 0.27  # away from an axis, in half sides of the floor
_ASIDE, _BELOW, _ABOVE = 0.24, 0.29, 0.12  # around all, for these
_MOST = 5  # ticks of an axis
_LEAN = 0.6  # by how much what stands at an edge is moved downward, too


def limits(
    view: View, floor: tuple[float, float], heights: tuple[float, float], unit: float = 1.0
) -> tuple[Axis, Axis]:
    """Axes that stand still while what is on a floor of these half sides, between these heights,
    turns; both in parts of the `unit` in which the layers are drawn.
    """
    e, around = math.radians(view.elevation), math.hypot(*floor)
    up, down = math.cos(e), math.sin(e)
    left, right = -around - _ASIDE, around + _ASIDE
    bottom = up * heights[0] - down * around - _BELOW
    top = up * heights[1] + down * around + _ABOVE
    ends = []
    for low, high, aside in zip((left, bottom), (right, top), view.centre, strict=True):
        middle, half = (low + high) / 2 + aside, (high - low) / 2 / view.zoom
        ends.append(Axis("", unit * (middle - half), unit * (middle + half), visible=False))
    return ends[0], ends[1]


def near(
    view: View, floor: tuple[float, float], heights: tuple[float, float], unit: float = 1.0
) -> tuple[Axis, Axis]:
    """The same where the camera has come nearer or aside, and else what fits all that is drawn."""
    if view.zoom == 1 and view.centre == (0, 0):
        return Axis("", visible=False), Axis("", visible=False)
    return limits(view, floor, heights, unit)


class Room:
    """Frames what a camera sees: axes with these names and ends, and the level's."""

    def __init__(
        self,
        camera: Camera,
        window: tuple[float, ...],
        names: tuple[str, str, str],
        levels: tuple[float, float],
    ) -> None:
        self.camera, self.levels = camera, levels
        self.ends = (window[0], window[1]), (window[2], window[3])
        self.names = names
        cos, sin = camera.turn
        # The sides that are turned toward the viewer: x = ±, y = ±.
        self.near = (1.0 if cos >= 0 else -1.0, 1.0 if sin >= 0 else -1.0)

    def behind(self) -> list[Layer]:
        """The edges of the floor, and lines of equal height on the panes behind the surface."""
        wide, deep = self.camera.floor
        back_x, back_y = -self.near[0] * wide, -self.near[1] * deep
        path = [(-back_x, back_y), (back_x, back_y), (back_x, -back_y)]
        heights = [self._height(level) for level in self._level_ticks()]
        layers: list[Layer] = []
        for height in sorted({0.0, *heights, self.camera.height}):
            layers.append(self._line([(*at, height) for at in path], "grid"))
        for at in path:
            layers.append(self._line([(*at, 0.0), (*at, self.camera.height)], "grid"))
        return layers

    def front(self) -> list[Layer]:
        """The axes at the near edges, and that of the levels at the outermost corner."""
        wide, deep = self.camera.floor
        near_x, near_y = self.near[0] * wide, self.near[1] * deep
        layers: list[Layer] = []
        notes: list[Layer] = []
        for axis in (0, 1):
            half = self.camera.floor[axis]
            other = near_y if axis == 0 else near_x
            out = (0.0, self.near[1], 0.0) if axis == 0 else (self.near[0], 0.0, 0.0)
            low, high = self.ends[axis]
            values = round_values(low, high, _MOST)
            along = [((v - low) / (high - low) * 2 - 1) * half for v in values]
            places = [(t, other, 0.0) if axis == 0 else (other, t, 0.0) for t in along]
            middle = (0.0, other, 0.0) if axis == 0 else (other, 0.0, 0.0)
            self._ticks(layers, notes, places, values, self._outward(out), middle, self.names[axis])
        corner = min(
            ((x, y) for x in (-wide, wide) for y in (-deep, deep)),
            key=lambda at: float(self.camera.at(np.array([[*at, 0.0]]))[0][0]),
        )
        layers.append(self._line([(*corner, 0.0), (*corner, self.camera.height)], "muted"))
        values = self._level_ticks()
        places = [(*corner, self._height(v)) for v in values]
        self._ticks(layers, notes, places, values, np.array([-1.0, 0.0]), None, "")
        x, y = self.camera.at(np.array([[*corner, self.camera.height]]))
        if self.names[2]:
            notes.insert(0, Note(float(x[0]) - _TICK, float(y[0]) + _NUMBER, self.names[2]))
        near = [(-near_x, near_y, 0.0), (near_x, near_y, 0.0), (near_x, -near_y, 0.0)]
        layers.append(self._line(near, "muted"))
        return [*layers, *notes]

    def _level_ticks(self) -> list[float]:
        return round_values(*self.levels, _MOST - 1)

    def _height(self, level: float) -> float:
        low, high = self.levels
        return self.camera.height * (level - low) / (high - low)

    def _outward(self, out: tuple[float, float, float]) -> Array:
        """The direction on the screen in which what belongs to an edge is moved away from it."""
        x, y = (float(each[0]) for each in self.camera.at(np.array([out])))
        way = np.array([x, min(y, 0.0) - _LEAN])
        return np.asarray(way / np.linalg.norm(way))

    def _ticks(
        self,
        layers: list[Layer],
        notes: list[Layer],
        places: list[tuple[float, float, float]],
        values: list[float],
        out: Array,
        middle: tuple[float, float, float] | None,
        name: str,
    ) -> None:
        if middle is not None:
            at = np.array(self.camera.at(np.array([middle])))[:, 0] + _NAME * out
            notes.append(Note(float(at[0]), float(at[1]), name))
        if not places:
            return
        at = np.column_stack(self.camera.at(np.array(places)))
        gap = np.full(len(at), np.nan)
        x, y = (np.column_stack([at[:, i], at[:, i] + _TICK * out[i], gap]).ravel() for i in (0, 1))
        layers.append(Curve(x, y, "muted", width=1.0))
        for place, text in zip(at + _NUMBER * out, tick_labels(values), strict=True):
            notes.append(Note(float(place[0]), float(place[1]), text, "muted"))

    def _line(self, places: list[tuple[float, float, float]], color: str) -> Curve:
        x, y = self.camera.at(np.array(places))
        return Curve(x, y, color, width=1.0)


def round_values(low: float, high: float, most: int) -> list[float]:
    """Round numbers in [low, high], at most so many, evenly apart; none where they would be one."""
    if not (high > low and math.isfinite(high - low)):
        return []
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    step *= next(k for k in (1, 2, 2.5, 5, 10, 20) if math.floor((high - low) / (k * step)) < most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [k * step for k in range(first, min(last, first + most) + 1)]
    return values if len(set(values)) == len(values) else []
