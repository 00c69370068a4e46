"""How sharply a map curves, which bounds the step of a sampler that refuses nothing."""

from __future__ import annotations

import math

import numpy as np

from ebmviz.core.snapshot import Array

_LINES = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (1, -2), (2, 1), (2, -1))
"""Rows and columns from a cell to the next on a line: some line is within 14° of any direction."""


def stability_limit(free: Array, window: tuple[float, ...]) -> float:
    """2/λ of a map (H, W) of a window (left, right, bottom, top), λ being the largest curvature of
    F along a line through three cells; ∞ where nothing curves upwards.

    Along one line the crease between two wells, where F curves downwards without bound, cannot pass
    for a well, as it can in a Hessian of differences. Oblique wells lose at most 6 % of λ, wells
    narrower than two cells more.
    """
    left, right, bottom, top = window
    height, width = free.shape
    dx, dy = (right - left) / width, (top - bottom) / height
    f, largest = free.astype(np.float64), 0.0
    for i, j in _LINES:
        if height > 2 * i and width > 2 * abs(j):
            apart = (i * dy) ** 2 + (j * dx) ** 2
            largest = max(largest, float(_bend(f, i, j).max()) / apart)
    return 2 / largest if largest > 0 else math.inf


def _bend(f: Array, i: int, j: int) -> Array:
    """f(+) − 2f + f(−) along a line of i ≥ 0 rows and j columns a cell."""
    height, width, k = *f.shape, abs(j)
    ends = f[2 * i :], f[: height - 2 * i]
    right, left = ends if j >= 0 else ends[::-1]
    middle = f[i : height - i, k : width - k]
    curvature: Array = right[:, 2 * k :] - 2 * middle + left[:, : width - 2 * k]
    return curvature
