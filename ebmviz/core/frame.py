"""Where own data lie and how large they are: what one computes in, beside what one sees.

Energies, losses, samplers, step sizes, β and the weights that a model starts with are made for data
of size one about the origin, and float32 tells no two points apart at 100 000 ± 0.01. So own data
declare a frame once, when they are taken: a centre c and a scale s. The engine computes in
u = (y − c)/s, its energies are those of u, and so are weights, chains and all parameters. Places go
in and out at its door alone, in float64: the view's window, cut and probe come in as y, everything
that is drawn or read goes out as y. Training is thereby equivariant: data moved and scaled give
the model moved and scaled. Data that lie about the origin in a size like one are taken as they are:
u = y. c and s are multiples and powers of ten, so that nothing is rounded that a reader would see.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from ebmviz.core.params import Param
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.core.view import View

_NEAR, _SMALL = 20.0, 0.05
_NOTHING = 1e-140
_PART = 0.5  # of 0 … 1
_LIKE_ONE = 1.5  # half the range of data that models are made for


class Frame(msgspec.Struct, frozen=True):
    """y = centre + scale · u; of data with an x beside two y, x = start + span · v."""

    centre: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    start: float = 0.0
    span: float = 1.0

    @property
    def plain(self) -> bool:
        """Whether u = y and v = x."""
        return self == Frame()

    def said(self) -> str:
        """What the person at the screen must know of it; nothing where u = y."""
        x, y = (f"{v:.15g}".replace("-", "−") for v in self.centre)
        start = f"{abs(self.start):.6g}"
        start = f"(x {'+' if self.start < 0 else '−'} {start})" if self.start else "x"
        moved = {
            f"u = (y − ({x}, {y}))/{self.scale:g}": (self.centre, self.scale) != ((0, 0), 1),
            f"v = {start}/{self.span:.6g}": (self.start, self.span) != (0, 1),
        }
        told = " and ".join(each for each, true in moved.items() if true)
        return f"E and w are those of {told}" if told else ""

    def inside(self, places: Array) -> Array:
        """Places y (…, 2) as u, in float64."""
        return (np.asarray(places, np.float64) - self.centre) / self.scale

    def outside(self, places: Array) -> Array:
        """Places u (…, 2) as y, in float64."""
        return np.asarray(places, np.float64) * self.scale + self.centre

    def view(self, view: View) -> View:
        """A view of y as one of u."""
        if self.plain:
            return view
        left, right, bottom, top = view.window
        corners = self.inside(np.array([[left, bottom], [right, top]]))
        (left, bottom), (right, top) = corners.tolist()
        cut = self.inside(np.array(view.cut).reshape(2, 2))
        return msgspec.structs.replace(
            view,
            x=(view.x - self.start) / self.span,
            window=(left, right, bottom, top),
            cut=tuple(cut.ravel().tolist()),
            probe=tuple(self.inside(np.array(view.probe)).tolist()),
            drawn=tuple(self.inside(np.reshape(view.drawn, (-1, 2))).ravel().tolist()),
        )


def frame_of(scene: Scene) -> Frame:
    """The frame of a scene's data; u = y where they declare none."""
    centre, scale = scene.values.get("data.centre"), scene.values.get("data.scale")
    if not isinstance(centre, tuple) or not isinstance(scale, float):
        return Frame()
    start, span = scene.values.get("data.start", 0.0), scene.values.get("data.span", 1.0)
    assert isinstance(start, float)
    assert isinstance(span, float)
    return Frame((centre[0], centre[1]), scale, start, span)


def spanned(param: Param, path: str, scene: Scene) -> Param:
    """The condition x with a slider over that of the scene's own data; any other as it is."""
    frame = frame_of(scene)
    if path != "view.x" or (frame.start, frame.span) == (0.0, 1.0):
        return param
    return msgspec.structs.replace(param, slider=(frame.start, frame.start + frame.span))


def frame_of_x(x: Array) -> tuple[float, float]:
    """start and span of conditions (N,): models take x from 0 to 1. As they are if they fill a
    good part of that.
    """
    low, high = float(x.min()), float(x.max())
    if low >= 0 and high <= 1 and high - low >= _PART:
        return 0.0, 1.0
    span = high - low
    return low, span if span > 1e-13 * max(abs(low), abs(high)) else 1.0


def frame_around(points: Array) -> Frame:
    """The frame that points (N, 2) declare."""
    low, high = points.min(0), points.max(0)
    far, half = float(np.abs(points).max()), float((high - low).max()) / 2
    if far < _NOTHING:
        return Frame()
    if one_place(points):  # as far from the origin as models reach
        return Frame() if _SMALL <= far <= _NEAR else Frame(scale=_power(far / _LIKE_ONE))
    if far <= _NEAR and half >= _SMALL:
        return Frame()
    scale = _power(half / _LIKE_ONE)
    middle = np.round((low + high) / 2 / scale) * scale
    x, y = (0.0 if abs(v) < 3 * half else float(f"{v:.15g}") for v in middle)
    return Frame((x, y), scale)


def one_place(points: Array) -> bool:
    """Whether points (N, 2) are alike, as far as float64 tells them apart at all."""
    far, wide = float(np.abs(points).max()), float(np.ptp(points, 0).max())
    return wide <= max(_NOTHING, 1e-13 * far)


def _power(value: float) -> float:
    """The nearest power of ten."""
    return float(f"1e{round(math.log10(value))}")
