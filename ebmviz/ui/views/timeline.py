"""The timeline: the steps of a run, what happened at them, and the branches as thin lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from ebmviz.ui.controls import focus, tips, wheel
from ebmviz.ui.look import theme

LINES = ("class-0", "class-2", "class-1", "class-5")  # colours of the branches, by their order
_HEIGHT, _SPACING, _REACH, _NEAR = (
    40,
    3.5,
    4.0,
    5.0,
)  # pixels: between lines, to a line, to a mark


class Line(NamedTuple):
    """A branch: from the step where it left another to its newest. words: what is said of it."""

    number: int
    first: int
    last: int
    role: str
    words: str
    current: bool


class Tick(NamedTuple):
    """Something at a step. kind: changed, diverged, born, merged, bookmark or stop."""

    step: int
    kind: str
    words: str


_SIGNS = {
    "changed": ("text", "│"),
    "diverged": ("bad", "×"),
    "born": ("good", "▴"),
    "merged": ("warn", "▾"),
    "bookmark": ("accent", "⚑"),
    "stop": ("accent", "◆"),
}


class Timeline(QSlider):
    """A slider over steps, from 0 to the newest of all branches.

    sought(step): −1 for the newest of this branch. taken(number): a line was clicked. asked(step,
    number or None, place): a menu is wanted, for a step and perhaps a line.
    """

    sought = Signal(int)
    taken = Signal(int)
    asked = Signal(int, object, QPoint)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        wheel.guard(self)
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline of training steps")
        self._lines: tuple[Line, ...] = ()
        self._ticks: tuple[Tick, ...] = ()
        self._newest = 0
        self.sliderReleased.connect(lambda: focus.rest(self))
        self.valueChanged.connect(lambda s: self.sought.emit(-1 if s >= self._newest else s))
        self.setMouseTracking(True)

    def show_time(self, step: int, newest: int) -> None:
        """Where the picture stands, and the newest step of this branch."""
        self._newest = newest
        if not self.isSliderDown():
            self._move(step, max([newest, 0, *(line.last for line in self._lines)]))

    def show_marks(self, lines: Sequence[Line], ticks: Sequence[Tick]) -> None:
        """The branches, where there are several, and what happened to this one."""
        new = tuple(lines) if len(lines) > 1 else (), tuple(ticks)
        if new != (self._lines, self._ticks):
            self._lines, self._ticks = new
            self.setAccessibleDescription("; ".join(self.words))
            self._move(self.value(), max([self._newest, 0, *(line.last for line in self._lines)]))
            self.update()

    @property
    def words(self) -> tuple[str, ...]:
        """What is said of branches and marks, in their order."""
        return (*(line.words for line in self._lines), *(tick.words for tick in self._ticks))

    def next_tick(self, forward: bool) -> int | None:
        """The step of the mark that comes next, or before."""
        here = self.value()
        steps = sorted({t.step for t in self._ticks if (t.step > here) == forward})
        steps = [step for step in steps if step != here]
        return (steps[0] if forward else steps[-1]) if steps else None

    def _move(self, step: int, last: int) -> None:
        if (last, step) == (self.maximum(), self.value()):
            return
        self.blockSignals(True)
        self.setRange(0, last)
        self.setValue(step)
        self.blockSignals(False)

    # geometry ---------------------------------------------------------------------------

    def _groove(self) -> tuple[float, float, float]:
        """Its ends, as the middle of the handle reaches them, and its height."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        style, control = self.style(), QStyle.ComplexControl.CC_Slider
        part = QStyle.SubControl
        groove = style.subControlRect(control, option, part.SC_SliderGroove, self)
        handle = style.subControlRect(control, option, part.SC_SliderHandle, self)
        half = handle.width() / 2
        return groove.left() + half, groove.right() + 1 - half, groove.center().y() + 0.5

    def _x(self, step: float) -> float:
        left, right, _ = self._groove()
        return left + (right - left) * step / max(1, self.maximum())

    def step_at(self, x: float) -> int:
        """The step below a place."""
        left, right, _ = self._groove()
        share = (x - left) / max(1.0, right - left)
        return round(min(1.0, max(0.0, share)) * self.maximum())

    def _height(self, index: int) -> float:
        """Of a line: below the groove, the first on top."""
        return self._groove()[2] + theme.px(8) + index * _SPACING * theme.scale()

    def line_at(self, place: QPointF) -> Line | None:
        """The branch below a place."""
        near = [
            (abs(place.y() - self._height(i)), line)
            for i, line in enumerate(self._lines)
            if self._x(line.first) - _REACH <= place.x() <= self._x(line.last) + _REACH
        ]
        gap, line = min(near, key=lambda pair: pair[0], default=(math.inf, None))
        return line if gap <= theme.px(_REACH) / 2 + 1 else None

    def _ticks_at(self, place: QPointF) -> list[Tick]:
        if place.y() > self._groove()[2] + theme.px(6):
            return []
        return [t for t in self._ticks if abs(self._x(t.step) - place.x()) <= theme.px(_NEAR)]

    # events -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, line in enumerate(self._lines):
            width = theme.px(3 if line.current else 2)
            pen = QPen(theme.tint(line.role, 1.0 if line.current else 0.75), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            y = self._height(i)
            painter.drawLine(QPointF(self._x(line.first), y), QPointF(self._x(line.last), y))
        painter.setFont(theme.font("title"))
        for tick in self._ticks:
            role, sign = _SIGNS[tick.kind]
            painter.setPen(theme.tint(role))
            x, side = self._x(tick.step), theme.px(14)
            top = self._groove()[2] - theme.px(7) - side
            painter.drawText(QRectF(x - side, top, 2 * side, side), _CENTRE, sign)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self.line_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and line:
            self.taken.emit(line.number)
            focus.rest(self)
            event.accept()
            return
        ticks = self._ticks_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and ticks and not self._on_handle(event):
            self.setValue(min(ticks, key=lambda t: self._gap(t, event)).step)
            focus.rest(self)
            event.accept()
            return
        super().mousePressEvent(event)

    def _gap(self, tick: Tick, event: QMouseEvent) -> float:
        return abs(self._x(tick.step) - event.position().x())

    def _on_handle(self, event: QMouseEvent) -> bool:
        return abs(self._x(self.value()) - event.position().x()) < theme.px(6)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = QPointF(event.pos())
        mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        line, ticks = (self.line_at(at), self._ticks_at(at)) if mouse else (None, [])
        step = ticks[0].step if ticks else self.step_at(at.x()) if mouse else self.value()
        place = event.globalPos() if mouse else self.mapToGlobal(self.rect().center())
        self.asked.emit(step, line.number if line else None, place)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tips.show(event.globalPos(), self._told(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _told(self, place: QPointF) -> str:
        if line := self.line_at(place):
            return line.words
        if ticks := self._ticks_at(place):
            return "\n".join(tick.words for tick in ticks)
        return "Drag to see the landscape after any earlier step; right-click for more"


_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
