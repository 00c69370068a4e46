"""Three dimensions on the plane, the same in the window and on a slide."""

from __future__ import annotations

import math

from ebmviz.core.snapshot import Array


def project(xyz: Array, azimuth: float, elevation: float) -> tuple[Array, Array]:
    """Orthographic projection of (M, 3) to screen x (M,), y (M,); angles in degrees."""
    a, e = math.radians(azimuth), math.radians(elevation)
    x, y, z = xyz[:, 0], xyz[:, 1], xyz[:, 2]
    across = -math.sin(a) * x + math.cos(a) * y
    depth = math.cos(a) * x + math.sin(a) * y
    return across, math.cos(e) * z - math.sin(e) * depth
