"""Axes that stay readable: true minus signs, few ticks, decades on a log scale."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont, QFontMetricsF

from ebmviz.core import markup, palette
from ebmviz.core.ticks import tick_labels
from ebmviz.ui.look import theme

_WIDTH, _STEP = 48, 8
_MOST_TICKS = 7
LEFT, RIGHT = 40, 12
"""How far the numbers below a plot may reach beyond its edges."""
_LONG = 48  # of a label that may be written relative to a round number
_WIDEST = 100  # of a label on an upright axis
_APART = 10  # between two labels, at least
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Ticks(pg.AxisItem):
    """An axis whose labels neither crowd nor vanish.

    Its width grows in steps with its numbers and shrinks only by several, so that the plot
    holds still while they change a little. `whole` allows integers only. Numbers too long to
    stand side by side are written relative to a round one, which the title then tells: y − 10⁶.
    """

    whole = False
    blank = True  # before the first plot there are no numbers
    _name, _base, _tall = "", 0.0, 0.0

    def entitle(self, name: str) -> None:
        """The title, in core.markup's notation."""
        self._name = name
        told = self._told()
        size, color = f"{theme.px(12)}px", palette.color("muted", theme.current())
        self.setLabel(markup.to_html(told), color=color, **{"font-size": size})
        self.resizeEvent(None)  # pyqtgraph does not centre a new text

    def _retitle(self) -> None:
        self.entitle(self._name)

    def _told(self) -> str:
        name = self._name
        if (
            self.orientation == "left"
            and self._tall
            and self._wide(markup.to_plain(name)) > self._tall
        ):
            name = name.partition(" = ")[0]  # of F_β = softmin_β[E] the symbol, in a low plot
        if not self._base:
            return name
        return f"{name} {'−' if self._base > 0 else '+'} {_power_or_plain(abs(self._base))}"

    def dress(self) -> None:
        """Type and size of the current theme."""
        self.setTickFont(theme.font("number"))
        self._metrics = QFontMetricsF(theme.font("number"))
        if self.orientation == "left":
            self._taken = theme.px(_WIDTH)
            self.setWidth(self._taken)

    def resizeEvent(self, ev: Any = None) -> None:
        super().resizeEvent(ev)
        if self.orientation == "left" and self.label is not None:
            tall, self._tall = self._tall, self.height()
            if " = " in self._name and tall != self._tall:
                self._retitle()
                return
            # A title longer than the axis goes on downward, where there is room.
            at, long = self.label.pos(), self.label.boundingRect().width()
            self.label.setPos(at.x(), max(at.y(), long - 2 * theme.px(4)))

    def tickStrings(self, values: list[float], scale: float, _spacing: float) -> list[str]:
        """Labels of the ticks, all in one form."""
        if self.logMode:
            labels = log_labels(values)
        else:
            labels = tick_labels([v * scale - self._base for v in values])
        if self.orientation == "left" and labels:
            self._widen(max(self._wide(label) for label in labels))
        return labels

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """One level of round numbers, as many as have room."""
        real = math.isfinite(low) and math.isfinite(high) and high > low and size > 0
        if self.blank or not real:
            return []
        if self.logMode:
            spacing, values = self._decades(low, high, size)
            return [(spacing, self._apart(values, log_labels(values), low, high, size))]
        for base in (0.0, _base(low, high)):
            spacing, values = self._round(low, high, size, base)
            labels = tick_labels([v - base for v in values])
            values = self._apart(values, labels, low, high, size)
            upright = self.orientation == "left"
            widest = max(map(self._wide, labels), default=0.0)
            crowded = widest > theme.px(_WIDEST) if upright else len(values) < 2
            if widest < theme.px(_LONG) or not crowded:
                break
        if base != self._base:
            self._base = base
            QTimer.singleShot(0, self, self._retitle)  # it is asked while it paints
        return [(spacing, values)]

    def _decades(self, low: float, high: float, size: float) -> tuple[float, list[float]]:
        upright = self.orientation == "left"
        most = max(1.0, min(_MOST_TICKS, size / theme.px(20 if upright else 40)))
        for steps in ((1, 2, 5), (1, 3), (1,)):
            values = [
                d + math.log10(s)
                for d in range(math.floor(low), math.ceil(high) + 1)
                for s in steps
                if low <= d + math.log10(s) <= high
            ]
            if 2 <= len(values) <= most:
                return 1.0, values
        if high - low < 2:
            _, plain = self._round(10**low, 10**high, size)
            return 1.0, [math.log10(v) for v in plain if v > 0]
        every = math.ceil((high - low) / most)
        return 1.0, [d for d in range(math.ceil(low), math.floor(high) + 1) if d % every == 0]

    def _apart(
        self, values: list[float], labels: list[str], low: float, high: float, size: float
    ) -> list[float]:
        """As many of the values as can be written side by side, each whole."""
        if self.orientation == "left" or not values:
            return values
        scale, wide = size / (high - low), [self._wide(label) for label in labels]
        at = [(value - low) * scale for value in values]
        # To the left there is the room of the other axis, to the right that of the margin.
        seen = [
            i
            for i, (x, w) in enumerate(zip(at, wide, strict=True))
            if x - w / 2 > -theme.px(LEFT) and x + w / 2 < size + theme.px(RIGHT)
        ]
        room = max(wide) + theme.px(_APART)
        for every in range(1, len(seen) + 1):
            for first in range(every):
                kept = seen[first::every]
                if all(at[b] - at[a] >= room for a, b in itertools.pairwise(kept)):
                    return [values[i] for i in kept]
        return []

    def _round(
        self, low: float, high: float, size: float, base: float = 0.0
    ) -> tuple[float, list[float]]:
        upright = self.orientation == "left"
        span = high - low
        gap = max(theme.px(24 if upright else 32), size / _MOST_TICKS)
        found: tuple[float, list[float]] = (span, [])
        for step in _steps(span * theme.px(15) / size):
            if self.whole and step < 1:
                continue
            values = _multiples(step, low, high)
            if found[1] and len(values) < 2:
                return found
            found = (step, values)
            room = step / span * size
            widest = 0.0
            if not upright:
                labels = tick_labels([v - base for v in values])
                widest = max(map(self._wide, labels), default=0.0) + theme.px(_APART)
            if room >= max(gap, widest) or step > span:
                return found
        return found

    def _wide(self, label: str) -> float:
        return self._metrics.horizontalAdvance(label)

    def _widen(self, widest: float) -> None:
        title = theme.px(17) if self.label.isVisible() else 0
        step = theme.px(_STEP)
        wanted = max(theme.px(_WIDTH), math.ceil((widest + 8 + title) / step) * step)
        # A wider axis can change the range, and so the numbers: it must not swing.
        if wanted > self._taken or wanted <= self._taken - 3 * step:
            self._taken = wanted
            self.setWidth(wanted)


def log_labels(exponents: Sequence[float]) -> list[str]:
    """Labels of 10^exponent: plain while short, powers of ten otherwise."""
    values = [10.0**v for v in exponents]
    rounded = [float(f"{v:.1g}") for v in values]
    if any(abs(v / r - 1) > 1e-6 for v, r in zip(values, rounded, strict=True)):
        return tick_labels(values)
    return [_power(r) for r in rounded]


def line_up(axes: Sequence[Any]) -> None:
    """Plots begin at one place, whatever the numbers on their left axes take."""
    shown = [axis for axis in axes if axis.isVisible()]
    widest = max((axis.width() for axis in shown), default=0.0)
    for axis in shown:
        if axis.width() < widest:
            axis.setWidth(widest)


def text_width(labels: Sequence[str], font: QFont) -> float:
    """Pixels of the widest label."""
    metrics = QFontMetricsF(font)
    return max((metrics.horizontalAdvance(label) for label in labels), default=0.0)


def _power(value: float) -> str:
    if 1e-3 <= value <= 5.01e4:
        return f"{value:.5g}"
    power = math.floor(math.log10(value) + 1e-9)
    mantissa = round(value / 10.0**power)
    raised = f"10{str(power).translate(_RAISED)}"
    return raised if mantissa == 1 else f"{mantissa}·{raised}"


def _power_or_plain(value: float) -> str:
    return tick_labels([value])[0].removeprefix("1·")


def _steps(least: float) -> Iterator[float]:
    """1-2-5 steps from `least` up."""
    power = math.floor(math.log10(least))
    for p in range(power, power + 6):
        for m in (1, 2, 5):
            step = m * 10.0**p if p >= 0 else m / 10.0**-p
            if step >= least * 0.999:
                yield step


def _base(low: float, high: float) -> float:
    """The round number in or near an interval from which its values are short."""
    unit = 10.0 ** math.ceil(math.log10(high - low))
    return round((low + high) / 2 / unit) * unit


def _multiples(step: float, low: float, high: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]
