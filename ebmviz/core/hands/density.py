"""A picture as a density: points drawn from its dark parts."""

from __future__ import annotations

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array

SHARE = 0.9
"""Of the window's width or height, that the picture takes."""
_FAINT = 0.02  # paper, and what compression leaves on it


def placed(
    window: tuple[float, ...], pixel: Array, shape: tuple[int, int]
) -> tuple[float, float, float, float]:
    """left, right, bottom, top of a picture of (H, W) dots in the middle of a window whose pixels
    have this size (2,): as wide as high on the screen as it is itself.
    """
    left, right, bottom, top = window
    room = np.array([right - left, top - bottom]) / pixel
    size = np.array([shape[1], shape[0]], float)
    half = size * (SHARE * (room / size).min()) * pixel / 2
    middle = np.array([left + right, bottom + top]) / 2
    (x0, y0), (x1, y1) = (middle - half).tolist(), (middle + half).tolist()
    return x0, x1, y0, y1


def drawn(
    dark: Array, box: tuple[float, float, float, float], count: int, chance: np.random.Generator
) -> Array:
    """Points (count, 2) in a box, distributed as `dark` (H, W) in [0, 1], whose row 0 is at the
    top: even within each of its dots. Raises UserError for a picture that is blank.
    """
    weight = np.where(dark > _FAINT, dark, 0.0).astype(float).ravel()
    total = np.cumsum(weight)
    if not len(total) or total[-1] <= 0:
        raise UserError("the picture has no dark parts to draw points from")
    dot = np.searchsorted(total, chance.random(count) * total[-1], side="right")
    high, wide = dark.shape
    row, column = np.divmod(np.minimum(dot, len(total) - 1), wide)
    within = chance.random((count, 2))
    left, right, bottom, top = box
    x = left + (right - left) * (column + within[:, 0]) / wide
    y = top - (top - bottom) * (row + within[:, 1]) / high
    return np.column_stack([x, y])
