"""The gradient of F on a coarse grid."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Layer, Segments
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import MapLayer
from ebmviz.figures.layers import pulls


def gradient(shot: Shot) -> tuple[Layer, ...]:
    """∇F or −∇F on a coarse grid, lengths compressed so that the far field stays readable."""
    if not shot.snapshot.has("gradient"):
        return ()
    at, slope = shot.snapshot.arrays["gradient_at"], shot.snapshot.arrays["gradient"]
    sign = 1.0 if shot.scene.view.arrows == "ascent" else -1.0
    length = np.hypot(slope[:, 0], slope[:, 1])
    spacing = float(np.ptp(at[:, 0])) / 24
    scale = 0.85 * spacing / (1 + length)
    end = at + sign * slope * scale[:, None]
    label = "+∇F" if sign > 0 else "−∇F"
    # As a background of other arrows it must not hide them.
    if shot.snapshot.has("arrow_start"):
        return (Segments(at, end, "pull", label=label, width=0.7, opacity=0.6, halo=True, head=3),)
    return (Segments(at, end, "pull", label=label, width=1.1, opacity=0.85, halo=True, head=4),)


LAYER = MapLayer(30, gradient, ("gradient",), pulls.GROUP)
