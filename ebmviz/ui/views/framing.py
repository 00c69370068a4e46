"""What of the plane a map shows: gestures of the mouse as changes of the view."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ebmviz.core.view import View

_SMALLEST, _LARGEST = 1e-3, 1e5  # windows, in units of the data's frame

Changes = dict[str, object]


def framed(view: View, box: QRectF) -> tuple[float, ...]:
    """view.window widened to the shape of the drawing area, so that the map fills it."""
    left, right, bottom, top = view.window
    if box.width() < 2 or box.height() < 2:
        return view.window
    wide, high = right - left, top - bottom
    shape = box.width() / box.height()
    grow_x = max(0.0, high * shape - wide) / 2
    grow_y = max(0.0, wide / shape - high) / 2
    return (left - grow_x, right + grow_x, bottom - grow_y, top + grow_y)


def around(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    """The smallest window with both of these in it."""
    return (
        min(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        max(one[3], other[3]),
    )


def inside(window: tuple[float, ...], box: QRectF) -> tuple[float, ...]:
    """The largest window of the shape of a drawing area, in the middle of another. Of one that is
    `around` several with the same middle it is that of this area.
    """
    left, right, bottom, top = window
    if box.width() < 2 or box.height() < 2:
        return window
    wide, high = right - left, top - bottom
    shape = box.width() / box.height()
    less_x = max(0.0, wide - high * shape) / 2
    less_y = max(0.0, high - wide / shape) / 2
    return (left + less_x, right - less_x, bottom + less_y, top - less_y)


def panned(view: View, dx: float, dy: float) -> Changes:
    """Moved by a drag, in data coordinates."""
    left, right, bottom, top = view.window
    return {"view.window": (left + dx, right + dx, bottom + dy, top + dy)}


def zoomed(view: View, factor: float, x: float, y: float, unit: float) -> Changes:
    """Scaled about a place; nothing beyond what can be seen of data whose frame has this unit."""
    left, right, bottom, top = view.window
    wide = (right - left) * factor / unit
    if (factor < 1 and wide <= _SMALLEST) or (factor > 1 and wide >= _LARGEST):
        return {}
    ends = (x + (left - x) * factor, x + (right - x) * factor)
    return {"view.window": (*ends, y + (bottom - y) * factor, y + (top - y) * factor)}
