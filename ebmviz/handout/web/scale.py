"""How far the axes of a plot go, where their ticks are, and where a place is on its drawing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import MaxNLocator

from ebmviz.core.plot import Axis, Image, Plot, Surface
from ebmviz.core.snapshot import Array
from ebmviz.core.ticks import tick_labels
from ebmviz.export.draw import extent
from ebmviz.export.fitted import fitted

Limits = tuple[float, float]
_STEPS = [1, 2, 2.5, 5, 10]
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_MOST = 6  # decades with a number


class Scale(NamedTuple):
    """From `low` and `high` of an axis to pixels `first` and `last`."""

    low: float
    high: float
    first: float
    last: float
    log: bool = False

    def __call__(self, values: Array | float) -> Array:
        """Pixels; not a number where there is no place."""
        values = np.asarray(values, float)
        low, high = self.low, self.high
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.where(values > 0, np.log10(values), np.nan)
            low, high = math.log10(low), math.log10(high)
        share = (values - low) / ((high - low) or 1.0)
        return np.asarray(self.first + share * (self.last - self.first))


def limits(plots: list[Plot], side: str) -> Limits:
    """Of an axis that some plots share: their own, else those of what is on them."""
    axis: Axis = getattr(plots[0], side)
    edges = [_edge(layer, side) for layer in plots[0].layers if isinstance(layer, Image | Surface)]
    if edges:
        low, high = min(e[0] for e in edges), max(e[1] for e in edges)
    else:
        low, high = _around(plots, side, axis.log)
    low = axis.low if _usable(axis.low, axis) else low  # type: ignore[assignment]
    high = axis.high if _usable(axis.high, axis) else high  # type: ignore[assignment]
    return (low, high) if low != high else (low - 0.5, high + 0.5)


def ticks(low: float, high: float, axis: Axis, most: int) -> list[tuple[float, str]]:
    """Places and their numbers, at most so many intervals."""
    if axis.log:
        return list(_decades(min(low, high), max(low, high), most))
    locator = MaxNLocator(max(1, most), steps=_STEPS, integer=axis.whole)
    span = abs(high - low)
    ends = min(low, high) - 1e-9 * span, max(low, high) + 1e-9 * span
    found = [float(v) for v in locator.tick_values(*sorted((low, high)))]
    inside = [v for v in found if ends[0] <= v <= ends[1]]
    return list(zip(inside, tick_labels(inside), strict=True))


def _edge(layer: Image | Surface, side: str) -> Limits:
    edges = extent(layer) if isinstance(layer, Image) else layer.camera.extent
    return (edges[0], edges[1]) if side == "x" else (edges[2], edges[3])


def _usable(limit: float | None, axis: Axis) -> bool:
    return limit is not None and math.isfinite(limit) and (limit > 0 or not axis.log)


def _around(plots: list[Plot], side: str, log: bool) -> Limits:
    found = fitted((layer for plot in plots for layer in plot.layers), side, log)
    return found or ((0.1, 10.0) if log else (0.0, 1.0))


def _decades(low: float, high: float, most: int) -> Iterator[tuple[float, str]]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = max(1, -(-(last - first) // min(_MOST, max(1, most))))
    leads = (1, 2, 5) if high / low < 30 else (1,)
    for power in range(first, last + 1, every):
        for lead in leads:
            value = lead * 10.0**power
            if low * (1 - 1e-9) <= value <= high * (1 + 1e-9):
                yield value, _written(value, lead, power)


def _written(value: float, lead: int, power: int) -> str:
    if -4 < power < 5:
        return f"{value:.6g}"
    return f"{'' if lead == 1 else f'{lead}×'}10{str(power).translate(_RAISED)}"
