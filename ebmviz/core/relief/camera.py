"""Three dimensions on the plane: an orthographic camera, which keeps parallels and lengths."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from ebmviz.core.snapshot import Array

_LIGHT = (-0.42, 0.5, 0.76)  # across, up, toward the viewer: over the left shoulder


def project(xyz: Array, azimuth: float, elevation: float) -> tuple[Array, Array]:
    """Orthographic projection of (M, 3) to screen x (M,), y (M,); angles in degrees."""
    a, e = math.radians(azimuth), math.radians(elevation)
    x, y, z = xyz[:, 0], xyz[:, 1], xyz[:, 2]
    across = -math.sin(a) * x + math.cos(a) * y
    depth = math.cos(a) * x + math.sin(a) * y
    return across, math.cos(e) * z - math.sin(e) * depth


class Camera(msgspec.Struct, frozen=True):
    """Looks from azimuth and elevation, degrees, the latter in [0, 90], at a floor of half sides
    `floor`, the longer one 1, on which a surface stands that is `height` high at most.
    """

    azimuth: float
    elevation: float
    height: float
    floor: tuple[float, float]

    @property
    def turn(self) -> tuple[float, float]:
        """Cosine and sine of the azimuth."""
        a = math.radians(self.azimuth)
        return math.cos(a), math.sin(a)

    @property
    def rise(self) -> tuple[float, float]:
        """Cosine and sine of the elevation."""
        e = math.radians(self.elevation)
        return math.cos(e), math.sin(e)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of all that can be seen of floor and surface."""
        (c, s), (up, down) = self.turn, self.rise
        wide, deep = self.floor
        across = abs(s) * wide + abs(c) * deep
        along = abs(c) * wide + abs(s) * deep
        return -across, across, -down * along, down * along + up * self.height

    @property
    def light(self) -> Array:
        """Where the light is, as a unit vector (3,): it stands still beside the viewer."""
        (c, s), (up, down) = self.turn, self.rise
        right, over, to = np.asarray(_LIGHT) / np.linalg.norm(_LIGHT)
        axes = np.array([[-s, c, 0], [-down * c, -down * s, up], [up * c, up * s, down]])
        return np.asarray(right * axes[0] + over * axes[1] + to * axes[2])

    def at(self, xyz: Array) -> tuple[Array, Array]:
        """The screen, x (M,) and y (M,), of places (M, 3)."""
        return project(xyz, self.azimuth, self.elevation)
