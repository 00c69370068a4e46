"""What lies on the map, put on the surface of F: what of it is hidden is faint, or left out."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from ebmviz.core.plot import Curve, Layer, Note, Points, Rule, Segments
from ebmviz.core.relief import Camera, Horizon
from ebmviz.core.snapshot import Array

_STEPS = 128  # of a straight line across the window
_COLUMNS, _SAMPLES = 288, 144
_FAINT = 0.3
_ROUNDED = 1e-9  # beyond the window, of its sides
_FINE = 1.5  # lines thinner than this are left out where they are hidden


class Ground:
    """The surface of heights (H, W), shares of the camera's, over a window."""

    def __init__(self, window: tuple[float, ...], heights: Array, camera: Camera) -> None:
        self.window, self.heights, self.camera = window, heights, camera
        self.horizon = Horizon(heights, camera, _COLUMNS, _SAMPLES)

    def share(self, points: Array) -> Array:
        """Places (M, 2) of the plane as shares of the window, NaN beyond it."""
        left, right, bottom, top = self.window
        with np.errstate(invalid="ignore", over="ignore"):
            found = (np.asarray(points, float) - (left, bottom)) / (right - left, top - bottom)
            inside = np.asarray(((found > -_ROUNDED) & (found < 1 + _ROUNDED)).all(1))
        return np.where(inside[:, None], np.clip(found, 0, 1), np.nan)

    def xyz(self, points: Array) -> Array:
        """Places (M, 2) of the plane where they are on the surface, (M, 3), NaN beyond it."""
        share = self.share(points)
        wide, deep = self.camera.floor
        height = self.camera.height * self._height(share)
        return np.column_stack(((2 * share - 1) * (wide, deep), height))

    def seen(self, points: Array) -> tuple[Array, Array, Array]:
        """Places (M, 2) of the plane on the screen, x and y (M,), and which of them are hidden."""
        xyz = self.xyz(points)
        return *self.camera.at(xyz), self.horizon.hides(xyz)

    def _height(self, share: Array) -> Array:
        rows, columns = self.heights.shape
        share = np.where(np.isfinite(share), share, 0)
        x = np.clip(share[:, 0] * columns - 0.5, 0, columns - 1)
        y = np.clip(share[:, 1] * rows - 0.5, 0, rows - 1)
        i = np.minimum(x.astype(int), max(0, columns - 2))
        j = np.minimum(y.astype(int), max(0, rows - 2))
        right, above = np.minimum(i + 1, columns - 1), np.minimum(j + 1, rows - 1)
        h, x, y = self.heights, x - i, y - j
        low = (1 - x) * h[j, i] + x * h[j, right]
        high = (1 - x) * h[above, i] + x * h[above, right]
        return np.asarray(np.clip((1 - y) * low + y * high, 0, 1))


def lift(layer: Layer, ground: Ground) -> tuple[Layer, ...]:
    """A layer of the map on the surface: what is hidden, then what is seen."""
    done = _LIFTED.get(type(layer))
    return done(layer, ground) if done else ()


def _curve(layer: Curve, ground: Ground) -> tuple[Layer, ...]:
    x, y, hidden = ground.seen(_dense(ground, np.column_stack([layer.x, layer.y])))
    if not np.isfinite(x).any():
        return ()
    found = msgspec.structs.replace(layer, x=np.where(hidden, np.nan, x), y=y)
    if not hidden.any() or layer.width < _FINE:
        return (found,)
    # A hidden piece goes on to the point where it comes out.
    reach = hidden.copy()
    reach[1:] |= hidden[:-1]
    reach[:-1] |= hidden[1:]
    faint = msgspec.structs.replace(
        layer,
        x=np.where(reach, x, np.nan),
        y=y,
        label="",
        halo=False,
        width=0.7 * layer.width,
        opacity=_FAINT * layer.opacity,
    )
    return faint, found


def _points(layer: Points, ground: Ground) -> tuple[Layer, ...]:
    x, y, hidden = ground.seen(np.column_stack([layer.x, layer.y]))
    known = np.isfinite(x) & np.isfinite(y)
    seen, behind = known & ~hidden, known & hidden
    parts: list[Layer] = []
    if behind.any():
        label = "" if seen.any() else layer.label
        faint = _some(layer, x, y, behind)
        parts.append(msgspec.structs.replace(faint, label=label, halo=False, opacity=_FAINT))
    if seen.any():
        parts.append(_some(layer, x, y, seen))
    return tuple(parts)


def _some(layer: Points, x: Array, y: Array, these: Array) -> Points:
    values = None if layer.values is None else layer.values[these]
    return msgspec.structs.replace(layer, x=x[these], y=y[these], values=values)


def _segments(layer: Segments, ground: Ground) -> tuple[Layer, ...]:
    start, end = (ground.seen(np.asarray(at)) for at in (layer.start, layer.end))
    from_, to = (np.column_stack(at[:2]) for at in (start, end))
    known = np.isfinite(from_).all(1) & np.isfinite(to).all(1)
    hidden = start[2].astype(int) + end[2]
    parts: list[Layer] = []
    for many, strength in ((1, _FAINT), (0, 1.0)):  # where both ends are hidden nothing is drawn
        these = known & (hidden == many)
        if these.any():
            part = msgspec.structs.replace(layer, start=from_[these], end=to[these])
            label = layer.label if not many or not (known & (hidden == 0)).any() else ""
            opacity = strength * layer.opacity
            halo = layer.halo and not many
            parts.append(msgspec.structs.replace(part, label=label, opacity=opacity, halo=halo))
    return tuple(parts)


def _rule(layer: Rule, ground: Ground) -> tuple[Layer, ...]:
    left, right, bottom, top = ground.window
    at = np.full(2, layer.at)
    x, y = (at, np.array([bottom, top])) if layer.axis == "x" else (np.array([left, right]), at)
    line = Curve(
        x,
        y,
        layer.color,
        label=layer.label,
        dash=layer.dash,
        width=layer.width,
        layer=layer.layer,
        symbol=layer.symbol,
    )
    return _curve(line, ground)


def _note(layer: Note, ground: Ground) -> tuple[Layer, ...]:
    x, y, hidden = ground.seen(np.array([[layer.x, layer.y]]))
    if hidden[0] or not np.isfinite(x[0] + y[0]):
        return ()
    return (msgspec.structs.replace(layer, x=float(x[0]), y=float(y[0])),)


def _dense(ground: Ground, line: Array) -> Array:
    """A line (M, 2), NaN breaking it, with points so close that it can follow the surface."""
    if len(line) < 2:
        return line
    left, right, bottom, top = ground.window
    with np.errstate(invalid="ignore", over="ignore"):
        gaps = np.abs(np.diff(np.asarray(line, float), axis=0)) / (right - left, top - bottom)
    far = np.nan_to_num(gaps.max(1), nan=0.0, posinf=0.0)
    pieces = np.clip(np.ceil(far * _STEPS), 1, 16 * _STEPS).astype(int)
    if (pieces <= 2).all():
        return line
    which = np.repeat(np.arange(len(pieces)), pieces)
    first = np.cumsum(pieces) - pieces
    part = ((np.arange(len(which)) - first[which]) / pieces[which])[:, None]
    between = np.where(part == 0, line[which], line[which] * (1 - part) + line[which + 1] * part)
    return np.concatenate([between, line[-1:]])


_LIFTED: dict[type, Callable[..., tuple[Layer, ...]]] = {
    Curve: _curve,
    Points: _points,
    Segments: _segments,
    Rule: _rule,
    Note: _note,
}
