"""Shapes that figures draw."""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array

_CIRCLE = 48


def rings(centre: Array, radius: Array) -> tuple[Array, Array]:
    """Ellipses of radii (N, 2) around centres (N, 2), as one broken line."""
    angle = np.append(np.linspace(0, 2 * np.pi, _CIRCLE), np.nan)
    x = centre[:, :1] + radius[:, :1] * np.cos(angle)
    y = centre[:, 1:] + radius[:, 1:] * np.sin(angle)
    return x.ravel(), y.ravel()
