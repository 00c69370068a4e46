"""Layers as they lie on logarithmic axes: pyqtgraph's own know of exponents alone."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from ebmviz.core.plot import Bars, Curve, Layer, Note, Plot, Points, Rule, Segments
from ebmviz.core.snapshot import Array

_DEEP = -400.0  # below the exponent of any number


class Boxes(msgspec.Struct, frozen=True):
    """Bars on logarithmic axes: their edges (M,), each of its own width."""

    left: Array
    right: Array
    bottom: Array
    top: Array
    color: str
    opacity: float


def laid(plot: Plot, layers: list[Layer]) -> list[Any]:
    """All layers in the coordinates of the view; images stay, for they have cells of one size."""
    sides = (plot.x.log, plot.y.log)
    return [_laid(layer, *sides) for layer in layers] if any(sides) else list(layers)


def _laid(layer: Layer, x: bool, y: bool) -> Layer | Boxes:
    replace = msgspec.structs.replace
    match layer:
        case Curve() | Points():
            return replace(layer, x=_exponent(layer.x, x), y=_exponent(layer.y, y))
        case Note():
            return replace(layer, x=float(_exponent(layer.x, x)), y=float(_exponent(layer.y, y)))
        case Segments():
            start, end = (
                np.stack([_exponent(at[:, 0], x), _exponent(at[:, 1], y)], 1)
                for at in (layer.start, layer.end)
            )
            return replace(layer, start=start, end=end)
        case Rule():
            return replace(layer, at=float(_exponent(layer.at, x if layer.axis == "x" else y)))
        case Bars():
            half = layer.width / 2
            left, right = (_exponent(layer.x + side, x, True) for side in (-half, half))
            bottom = _exponent(np.zeros(len(layer.x)), y, True)
            top = _exponent(layer.height, y, True)
            return Boxes(left, right, bottom, top, layer.color, layer.opacity)
    return layer


def _exponent(values: Array | float, log: bool, deep: bool = False) -> Array:
    """log₁₀ of what is positive, where the axis is logarithmic; the rest is not drawn, or `deep`
    below the axis.
    """
    given = np.asarray(values, float)
    if not log:
        return given
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(given > 0, np.log10(given), _DEEP if deep else np.nan)
