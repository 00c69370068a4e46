"""Colours and axes that hold over a film: from the least to the greatest of what is seen in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ebmviz.core.plot import Axis, Image, Plot, Points, Sheet, Surface
from ebmviz.export.fitted import Ends, fitted


class Scales:
    """`see` every figure first, then `held` gives each with the common ends. What is of one group
    and stands at the same place in a figure has one scale.
    """

    def __init__(self) -> None:
        self._ends: dict[object, Ends] = {}

    def see(self, figure: Plot | Sheet, group: int) -> None:
        """Widen what it goes beyond."""
        for at, plot in _plots(figure):
            for number, layer in _coloured(plot):
                self._widen((group, at, number, layer.colormap), (layer.low, layer.high))
            for side in _sides(plot):
                if ends := _ends(plot, side):
                    self._widen((group, at, side), ends)

    def held(self, figure: Plot | Sheet, group: int) -> Plot | Sheet:
        """The same with the common scales."""
        made = {at: self._held(plot, (group, at)) for at, plot in _plots(figure)}
        if isinstance(figure, Plot):
            return made[0, 0]
        rows = tuple(
            tuple(made[i, j] for j in range(len(row))) for i, row in enumerate(figure.rows)
        )
        return msgspec.structs.replace(figure, rows=rows)

    def _widen(self, key: object, ends: Ends) -> None:
        low, high = self._ends.get(key, ends)
        self._ends[key] = min(low, ends[0]), max(high, ends[1])

    def _held(self, plot: Plot, key: tuple[int, tuple[int, int]]) -> Plot:
        layers = list(plot.layers)
        for number, layer in _coloured(plot):
            low, high = self._ends[(*key, number, layer.colormap)]
            layers[number] = msgspec.structs.replace(layer, low=low, high=high)
        changed: dict[str, Any] = {"layers": tuple(layers)}
        for side in _sides(plot):
            if ends := self._ends.get((*key, side)):
                low, high = ends
                changed[side] = msgspec.structs.replace(getattr(plot, side), low=low, high=high)
        return msgspec.structs.replace(plot, **changed)


def _plots(figure: Plot | Sheet) -> Iterator[tuple[tuple[int, int], Plot]]:
    rows = figure.rows if isinstance(figure, Sheet) else ((figure,),)
    yield from (((i, j), plot) for i, row in enumerate(rows) for j, plot in enumerate(row))


def _coloured(plot: Plot) -> Iterator[tuple[int, Image | Surface | Points]]:
    for number, layer in enumerate(plot.layers):
        if isinstance(layer, Image | Surface | Points) and layer.values is not None:
            yield number, layer


def _sides(plot: Plot) -> tuple[str, ...]:
    """The axes that may hold: a map, and what a camera sees, are framed by what they show."""
    framed = plot.equal or any(isinstance(layer, Image | Surface) for layer in plot.layers)
    return () if framed else ("x", "y")


def _ends(plot: Plot, side: str) -> Ends | None:
    """Of an axis: those it has, or as it would be fitted to what is drawn."""
    axis: Axis = getattr(plot, side)
    if axis.low is not None and axis.high is not None:
        return axis.low, axis.high
    if (found := fitted(plot.layers, side, axis.log)) is None:
        return None
    low, high = found
    return low if axis.low is None else axis.low, high if axis.high is None else axis.high
