"""The arrow keys on the map: what they ask of the view."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ebmviz.core.view import View
from ebmviz.ui.views import orbit

_PAN, _NUDGE = 1 / 20, 1 / 100  # of the map's width or height
ZOOM = 2.0**0.25
"""The factor of + and −."""
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
_ZOOMS = {Qt.Key.Key_Plus: 1 / ZOOM, Qt.Key.Key_Equal: 1 / ZOOM, Qt.Key.Key_Minus: ZOOM}


def asked(view: View, key: int, shift: bool) -> dict[str, object]:
    """Arrows move the window, with Shift the probe y′; in 3-D they turn the camera. Nothing for
    other keys.
    """
    if not view.flat:
        return orbit.asked(view, key, shift)
    if key not in _ARROWS:
        return {}
    right, up = _ARROWS[Qt.Key(key)]
    x0, x1, y0, y1 = view.window
    share = _NUDGE if shift else _PAN
    dx, dy = share * (x1 - x0) * right, share * (y1 - y0) * up
    if shift:
        return {"view.probe": (view.probe[0] + dx, view.probe[1] + dy)}
    return {"view.window": (x0 + dx, x1 + dx, y0 + dy, y1 + dy)}


def zoom(key: int) -> float | None:
    """By how much + and − scale the window about its middle."""
    return _ZOOMS[Qt.Key(key)] if key in _ZOOMS else None
