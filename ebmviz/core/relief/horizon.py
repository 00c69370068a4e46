"""What of a surface is seen: exact, column by column.

Orthographic columns of the screen are vertical planes. In each the surface is a line, looked at
from its near end on: what rises over all before it is seen, the rest is hidden. So no triangle is
ever sorted or filled. Source: Wright 1973, “A two-space solution to the hidden line problem for
plotting functions of two variables” (the floating horizon).
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.relief.camera import Camera
from ebmviz.core.snapshot import Array

_LEVEL = 1e-6  # by so much at least it falls where it faces away
Frame = tuple[float, float, float, float]
"""Left, right, bottom and top of what is drawn of the screen."""


class Horizon:
    """The surface as the columns of the screen cut it.

    heights (H, W) are shares of the camera's height, cut at 0 and 1, NaN for holes; cells over its
    floor, row 0 at the lowest y. Of complex ones the imaginary part goes along. Samples (C, S) are
    taken from near to far, along each of the columns of a frame, or of all that there is.
    """

    def __init__(
        self,
        heights: Array,
        camera: Camera,
        columns: int,
        steps: int,
        frame: Frame | None = None,
    ) -> None:
        self.camera, self.frame = camera, frame or camera.extent
        left, right, _, _ = self.frame
        self.wide = (right - left) / columns
        across = self.across = left + self.wide * (np.arange(columns) + 0.5)
        self.near, self.far = _ends(camera, across)
        self.steps = steps
        along = np.linspace(0, 1, steps, dtype=np.float32)
        near, far = self.near.astype(np.float32), self.far.astype(np.float32)
        toward = near[:, None] + (far - near)[:, None] * along
        self._places = _Places(camera, across, toward, *heights.shape)
        self.samples = self.sampled(heights)
        up, down = camera.rise
        self.level = np.float32(up * camera.height) * np.clip(self.samples.real, 0, 1)
        self.level -= np.float32(down) * toward
        self.highest = np.maximum.accumulate(
            np.where(np.isnan(self.level), np.float32(-np.inf), self.level), axis=1
        )

    def sampled(self, field: Array) -> Array:
        """Another field (H, W) at the samples (C, S), bilinear between the cells."""
        return self._places.of(field)

    def hides(self, xyz: Array, slack: float = 0.008) -> Array:
        """Which of the places (M, 3) on the surface it hides, as (M,) bool: those that lie `slack`
        behind the horizon, and those on slopes that face away. False where one is not a number.
        """
        known = np.asarray(np.isfinite(xyz).all(1))
        c, s = self.camera.turn
        x, y = (np.where(known, xyz[:, i], 0.0) for i in (0, 1))
        across, toward = c * y - s * x, c * x + s * y
        level = self.camera.at(np.where(known[:, None], xyz, 0.0))[1]
        column = (across - self.frame[0]) / self.wide - 0.5
        most = len(self.near) - 1
        hidden = known
        # At the edge of a ridge the columns beside decide, too.
        for each in (np.floor(column), np.ceil(column)):
            i = np.clip(each, 0, most).astype(np.intp)
            way = (self.near[i] - toward) / np.maximum(self.near[i] - self.far[i], 1e-12)
            here = np.floor(way * (self.steps - 1)).astype(np.intp)
            over = self.highest[i, np.clip(here - 1, 0, self.steps - 1)] > level + slack
            here = np.clip(here, 0, self.steps - 2)
            away = self.level[i, here + 1] < self.level[i, here] - _LEVEL
            hidden = hidden & (over & (way > 0) | away)
        return hidden


def _ends(camera: Camera, across: Array) -> tuple[Array, Array]:
    """Where columns enter and leave the floor, measured toward the viewer: (C,) and (C,)."""
    (c, s), (wide, deep) = camera.turn, camera.floor
    near, far = np.full(len(across), np.inf), np.full(len(across), -np.inf)
    # x = c t − s u and y = s t + c u are both within the floor.
    for slope, offset, half in ((c, -s * across, wide), (s, c * across, deep)):
        if abs(slope) > 1e-9:
            ends = np.sort([(-half - offset) / slope, (half - offset) / slope], axis=0)
            near, far = np.minimum(near, ends[1]), np.maximum(far, ends[0])
    return near, np.minimum(near, far)


class _Places:
    """Where samples lie between the cells of a field (H, W)."""

    def __init__(
        self, camera: Camera, across: Array, toward: Array, rows: int, columns: int
    ) -> None:
        (c, s), (wide, deep) = camera.turn, camera.floor
        u = across.astype(np.float32)[:, None]
        at_x = toward * np.float32(c * columns / (2 * wide))
        at_x += u * np.float32(-s * columns / (2 * wide)) + np.float32(columns / 2 - 0.5)
        at_y = toward * np.float32(s * rows / (2 * deep))
        at_y += u * np.float32(c * rows / (2 * deep)) + np.float32(rows / 2 - 0.5)
        i, self.x = _between(at_x, columns)
        j, self.y = _between(at_y, rows)
        self.cell = i + j * np.int32(columns)
        self.right, self.above = min(1, columns - 1), columns * min(1, rows - 1)

    def of(self, field: Array) -> Array:
        """Its values there, bilinear."""
        flat = field.ravel()
        low = flat.take(self.cell)
        low += self.x * (flat.take(self.cell + self.right) - low)
        high = flat.take(self.cell + self.above)
        high += self.x * (flat.take(self.cell + (self.above + self.right)) - high)
        high -= low
        high *= self.y
        low += high
        return low


def _between(at: Array, cells: int) -> tuple[Array, Array]:
    """The cell below and how far it is to the next."""
    np.clip(at, 0, max(0, cells - 1), out=at)
    index = np.minimum(at.astype(np.int32), max(0, cells - 2))
    at -= index
    return index, at
