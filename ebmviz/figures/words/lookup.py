"""Values of a map at places of its plane."""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array


def values_at(values: Array, window: tuple[float, ...], places: Array) -> Array:
    """Those of values (H, W), row 0 at the bottom, whose cells of the window (left, right, bottom,
    top) hold places (N, 2), as (N,) float64; NaN outside the window.
    """
    left, right, bottom, top = window
    share = (places.astype(np.float64) - (left, bottom)) / (right - left, top - bottom)
    height, width = values.shape
    column, row = np.floor(share * (width, height)).astype(int).T
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    found = values[np.where(inside, row, 0), np.where(inside, column, 0)]
    return np.where(inside, found.astype(np.float64), np.nan)
