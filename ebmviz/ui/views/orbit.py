"""The camera in the hand: what drags, the wheel and keys ask of it, as pure functions."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt

from ebmviz.core.scene import Scene
from ebmviz.core.view import FAR, ZOOM, View

_DEGREES_PER_PIXEL = 0.4
_TURN = 5.0  # degrees
_STRETCH = 2.0**0.25
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
_STRETCHES = {Qt.Key.Key_PageUp: _STRETCH, Qt.Key.Key_PageDown: 1 / _STRETCH}
PATHS = tuple(f"view.{name}" for name in ("azimuth", "elevation", "zoom", "centre", "exaggeration"))
"""All of the camera."""
Changes = dict[str, object]


def turned(view: View, right: float, up: float) -> Changes:
    """Turned by degrees."""
    azimuth = (view.azimuth + right + 180) % 360 - 180
    return {"view.azimuth": azimuth, "view.elevation": min(90.0, max(0.0, view.elevation + up))}


def dragged(view: View, dx: float, dy: float) -> Changes:
    """Turned by a drag of so many pixels: what is under the pointer goes with it."""
    return turned(view, -_DEGREES_PER_PIXEL * dx, _DEGREES_PER_PIXEL * dy)


def moved(view: View, dx: float, dy: float) -> Changes:
    """Moved across the picture, in its units."""
    x, y = view.centre
    return {"view.centre": (_near(x + dx), _near(y + dy))}


def zoomed(view: View, factor: float, x: float, y: float) -> Changes:
    """Nearer where the factor is less than 1; what is (x, y) beside the middle stays in place."""
    zoom = min(ZOOM[1], max(ZOOM[0], view.zoom / factor))
    share = 1 - view.zoom / zoom
    return {"view.zoom": zoom, **moved(view, share * x, share * y)}


def asked(view: View, key: int, shift: bool) -> Changes:
    """Arrows turn, with Shift they move; Page up and down stretch. Nothing for other keys."""
    if key in _ARROWS:
        right, up = _ARROWS[Qt.Key(key)]
        if shift:
            step = 0.1 / view.zoom
            return moved(view, step * right, step * up)
        return turned(view, _TURN * right, _TURN * up)
    if key in _STRETCHES:
        stretched = view.exaggeration * _STRETCHES[Qt.Key(key)]
        return {"view.exaggeration": min(100.0, max(0.01, stretched))}
    return {}


def beside(old: Scene, new: Scene) -> bool:
    """Whether two scenes differ in nothing but their cameras, and in these."""
    differ = {path for path, value in new.values.items() if old.values.get(path) != value}
    same = old.values.keys() == new.values.keys() and old.facts == new.facts
    return same and bool(differ) and differ.issubset(PATHS)


def seen_from(scene: Scene, other: Scene) -> Scene:
    """A scene under the camera of another."""
    values = {**scene.values, **{path: other[path] for path in PATHS}}
    return msgspec.structs.replace(scene, values=values)


def _near(at: float) -> float:
    return min(FAR, max(-FAR, at))
