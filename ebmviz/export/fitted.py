"""How far an axis goes that has no ends of its own: around what is drawn on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ebmviz.core.plot import Bars, Curve, Layer, Note, Points, Rule, Segments
from ebmviz.core.snapshot import Array

Ends = tuple[float, float]
_MARGIN = {"x": 0.02, "y": 0.06}  # as the exported figures have it


def fitted(layers: Iterable[Layer], side: str, log: bool) -> Ends | None:
    """From the least to the greatest finite value, positive on a logarithmic axis, with some room;
    None of an axis with nothing on it.
    """
    found = [np.asarray(each, float).ravel() for layer in layers for each in _held(layer, side)]
    values = np.concatenate([*found, np.zeros(0)])
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if not values.size:
        return None
    low, high = float(values.min()), float(values.max())
    if log:
        room = (high / low) ** _MARGIN[side] if high > low else 2.0
        return low / room, high * room
    room = _MARGIN[side] * (high - low) or 0.5
    return low - room, high + room


def _held(layer: Layer, side: str) -> Iterator[Array | float | tuple[float, ...]]:
    """What the axis must hold of a layer."""
    match layer:
        case Curve() | Points() | Note():
            yield getattr(layer, side)
        case Segments():
            for end in (layer.start, layer.end):
                yield np.asarray(end, float).reshape(-1, 2)[:, "xy".index(side)]
        case Bars():
            x, height = np.asarray(layer.x, float), np.asarray(layer.height, float)
            half = layer.width / 2
            yield from (x - half, x + half) if side == "x" else (height, 0.0)
        case Rule() if layer.axis == side:
            yield layer.at
