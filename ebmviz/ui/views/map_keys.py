"""The arrow keys on the map: what they ask of the view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

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


class Keys:
    """Arrow keys of one map: `tell(changes, live)`, live as long as one is held down."""

    def __init__(self, tell: Callable[[dict[str, object], bool], None]) -> None:
        self._tell = tell
        self._held: dict[str, object] = {}

    def pressed(self, view: View, event: QKeyEvent) -> bool:
        """Whether it was one."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if changes := asked(view, event.key(), shift):
            self._held = changes
            self._tell(changes, True)
        return bool(changes)

    def released(self, event: QKeyEvent) -> None:
        """What was asked for last stays."""
        if self._held and not event.isAutoRepeat():
            changes, self._held = self._held, {}
            self._tell(changes, False)
