"""Axes that stay readable: true minus signs, few ticks, decades on a log scale."""

from __future__ import annotations

import math

import pyqtgraph as pg


class Ticks(pg.AxisItem):
    """An axis whose labels do not crowd and whose width does not change with its numbers."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Labels of the ticks; the minus is a minus."""
        labels = super().tickStrings(values, scale, spacing)
        return [label.replace("-", "−") for label in labels]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """On a log axis: 1-2-5 while few decades are shown, whole decades after that."""
        if not self.logMode:
            return list(super().tickValues(low, high, size))
        decades = range(math.floor(low), math.ceil(high) + 1)
        steps = (0.0,) if high - low > 2.2 else (0.0, math.log10(2), math.log10(5))
        every = max(1, round((high - low) / max(1.0, size / 40)))
        values = [d + s for d in decades if d % every == 0 for s in steps]
        return [(1.0, [v for v in values if low <= v <= high])]

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Plain numbers while they are short, powers of ten otherwise."""
        return [self._power(v) for v in values]

    @staticmethod
    def _power(value: float) -> str:
        if -2.01 <= value <= 4.01:
            return f"{10**value:.3g}"
        raised = str(round(value)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"10{raised}"
