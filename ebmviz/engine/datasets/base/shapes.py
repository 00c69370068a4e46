"""Shapes that several sets lie on."""

from __future__ import annotations

import numpy as np

from ebmviz.engine.datasets.base.dataset import Points
from ebmviz.engine.streams import Stream, stream

RADIUS = 1.5  # of the circle that centres lie on
RADII = (0.4, 2.0)  # where it starts and ends


def around(label: Points, modes: int, noise: float, seed: int) -> Points:
    """Points (N, 2) around the centres with these numbers (N,), of `modes` on the circle.

    The first centre is at the top; the others follow clockwise.
    """
    turn = 2 * np.pi * label / modes
    centre = RADIUS * np.stack([np.sin(turn), np.cos(turn)], 1)
    return np.asarray(centre + noise * stream(seed, Stream.NOISE).standard_normal(centre.shape))


def spiral(t: Points, turns: float) -> Points:
    """Places t (N,) in [0, 1] along an Archimedean spiral: (N, 2)."""
    radius = RADII[0] + (RADII[1] - RADII[0]) * t
    angle = 2 * np.pi * turns * t
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
