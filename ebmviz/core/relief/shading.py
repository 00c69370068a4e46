"""Heights of a surface, and the light that it sends back."""

from __future__ import annotations

import numpy as np

from ebmviz.core.relief.camera import Camera
from ebmviz.core.snapshot import Array

AMBIENT, DIFFUSE = 0.42, 0.72


_BEYOND = 1.0  # of the whole range, to either side


def shares(values: Array, low: float, high: float) -> Array:
    """Where values lie between two ends, float32, and NaN where they are none: 0 … 1, and as much
    beyond, so that where a surface leaves the range is known between the cells.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        found = (np.asarray(values, np.float64) - low) / (high - low)
    return np.clip(found, -_BEYOND, 1 + _BEYOND).astype(np.float32)


def lambert(heights: Array, camera: Camera) -> Array:
    """The light (H, W) that a surface of these heights reflects, shares of the camera's own."""
    rows, columns = heights.shape
    wide, deep = camera.floor
    heights = np.clip(heights, 0, 1)
    slope_x = _slope(heights, 1, camera.height * columns / (2 * wide))
    slope_y = _slope(heights, 0, camera.height * rows / (2 * deep))
    x, y, z = (np.float32(v) for v in camera.light)
    shown = z - x * slope_x - y * slope_y
    shown /= np.sqrt(1 + slope_x * slope_x + slope_y * slope_y)
    return np.asarray(AMBIENT + DIFFUSE * np.maximum(shown, 0), np.float32)


def _slope(heights: Array, axis: int, scale: float) -> Array:
    if heights.shape[axis] < 2:
        return np.zeros_like(heights)
    return np.asarray(np.gradient(heights, axis=axis) * np.float32(scale), np.float32)
