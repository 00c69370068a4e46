"""The painting of a slider: its groove, its stops and its handle."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPen

from ebmviz.core import palette
from ebmviz.ui.controls.scale import Scale, position, value_at
from ebmviz.ui.look import theme

GAP = 14  # from a stop to the scale's end
_RADIUS, _INSET, _LEDGE = 7, 9, 5
_LONG = 18  # the tick of a mark
_STOPS = 24


def inset() -> int:
    """From the widget's edge to the handle's centre at its first and last position."""
    return theme.px(_INSET)


def draw(
    painter: QPainter,
    scale: Scale,
    width: int,
    middle: float,
    value: float,
    thermometer: bool,
    mark: float | None = None,
) -> None:
    """The groove and the stops of a slider that shows `value`; it warns from `mark` on, whose tick
    comes with the handle.
    """
    left, length = inset(), max(1, width - 2 * inset())
    first, last = (left + end * length for end in scale.ends)
    ledge = theme.px(_LEDGE)
    start = first - ledge if scale.zero else 0.0
    end = last + ledge if scale.inf else float(width)
    half = theme.px(5 if thermometer else 4) / 2
    at = left + position(scale, value) * length
    halo = theme.px(_RADIUS + 2)
    # No crumbs of the groove between its end and a handle that is nearly there.
    start = at if -1 < at - start < halo + 2 * half + 1 else start
    end = at if -1 < end - at < halo + 2 * half + 1 else end
    track = QRectF(start, middle - half, end - start, 2 * half)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_ramp(scale, first, last) if thermometer else QBrush(theme.tint("track")))
    painter.drawRoundedRect(track, half, half)
    filled = QRectF(start, track.top(), 0, track.height())
    if not thermometer:
        zero = 0.0 if scale.log else min(max(0.0, scale.low), scale.high)
        origin = start if scale.log or zero == scale.low else left + position(scale, zero) * length
        filled.setLeft(min(at, origin))
        filled.setRight(max(at, origin))
        painter.setBrush(theme.tint("muted", 0.75))
        painter.drawRoundedRect(filled & track, half, half)
    if mark is not None:
        edge = left + position(scale, mark) * length if mark > scale.low else start
        _warn(painter, edge, track, filled & track)
    for there, x, warmth in ((scale.zero, left, 0.0), (scale.inf, width - left, 1.0)):
        if there:
            color = QColor(palette.ramp(warmth)) if thermometer else theme.tint("muted")
            _tick(painter, x, middle, color)


def draw_handle(
    painter: QPainter,
    x: float,
    middle: float,
    *,
    hovered: bool,
    focused: bool,
    tick: float | None = None,
) -> None:
    """The handle, with a gap around it that keeps it apart from the groove. A tick of warning is
    so long that a handle right over it does not hide where it is.
    """
    unit = theme.scale()
    at, radius = QPointF(x, middle), _RADIUS * unit
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.tint("panel"))
    painter.drawEllipse(at, radius + 2 * unit, radius + 2 * unit)
    if hovered and not focused:
        painter.setBrush(theme.tint("text", 0.25))
        painter.drawEllipse(at, radius + 2 * unit, radius + 2 * unit)
    if tick is not None:
        _tick(painter, tick, middle, theme.tint("warn"), _LONG)
    painter.setBrush(theme.tint("text"))
    painter.drawEllipse(at, radius - unit, radius - unit)
    if focused:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.tint("accent"), 2 * unit))
        painter.drawEllipse(at, radius + 0.75 * unit, radius + 0.75 * unit)


def _warn(painter: QPainter, x: float, track: QRectF, filled: QRectF) -> None:
    """What lies beyond x warns, and what is filled of that all the more."""
    half = track.height() / 2
    painter.save()
    painter.setClipRect(QRectF(x, track.top(), max(0.0, track.right() - x), track.height()))
    painter.setBrush(theme.tint("panel"))
    painter.drawRoundedRect(track, half, half)
    for part, alpha in ((track, 0.4), (filled, 1.0)):
        painter.setBrush(theme.tint("warn", alpha))
        painter.drawRoundedRect(part, half, half)
    painter.restore()


def _tick(painter: QPainter, x: float, middle: float, color: QColor, length: int = 12) -> None:
    wide, high = theme.px(3), theme.px(length)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(x - wide / 2, middle - high / 2, wide, high), 1.5, 1.5)


def _ramp(scale: Scale, first: float, last: float) -> QBrush:
    # The groove has at each place the colour of the curve of that β.
    gradient = QLinearGradient(first, 0, last, 0)
    for i, color in enumerate(_colors(scale.low, scale.high, scale.log)):
        gradient.setColorAt(i / _STOPS, QColor(color))
    return QBrush(gradient)


@lru_cache(32)
def _colors(low: float, high: float, log: bool) -> list[str]:
    plain = Scale(low, high, log)
    return [palette.beta_color(value_at(plain, i / _STOPS)) for i in range(_STOPS + 1)]
