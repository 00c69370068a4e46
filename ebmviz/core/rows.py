"""Rows of own data as a scene keeps them: numbers that can be drawn, as bytes."""

from __future__ import annotations

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array

VALUE_CAP = 1e12
POINTS_CAP = 100_000
CAP_TEXT = f"at most {POINTS_CAP:,} are accepted".replace(",", " ")
NEEDED = 2


def encode_points(points: Array, width: int = NEEDED) -> bytes:
    """Points (N, width) as the `table` of a scene: little-endian float64, row by row.

    Raises UserError for what `decode_points` would refuse.
    """
    return _checked(np.asarray(points), "the points", width).astype("<f8").tobytes()


def decode_points(table: bytes, width: int = NEEDED) -> Array:
    """The points (N, width) of a scene's `table`. Raises UserError."""
    if len(table) % (8 * width):
        raise UserError("the table of points is cut short")
    points = np.frombuffer(table, "<f8").reshape(-1, width)
    return _checked(points, "the table of points", width)


def _checked(points: Array, where: str, width: int) -> Array:
    """The points as an own (N, width) float64 array, once all of them are fit to be drawn."""
    if points.dtype.kind not in "fiu":
        raise UserError(f"{where}: holds {points.dtype}, not real numbers")
    if points.ndim != 2 or points.shape[1] != width:
        raise UserError(f"{where}: has the shape {points.shape} where (N, {width}) is needed")
    if len(points) == 0:
        raise UserError(f"{where}: holds no points")
    if len(points) > POINTS_CAP:
        raise UserError(f"{where}: {len(points)} points, {CAP_TEXT}")
    points = points.astype(np.float64)
    bad = np.argwhere(~(np.abs(points) <= VALUE_CAP))
    if len(bad):
        row, column = (int(n) for n in bad[0])
        fault = value_fault(float(points[row, column]))
        raise UserError(f"{where}: row {row + 1}, column {column + 1}: {fault}")
    return points


def value_fault(value: float) -> str:
    """Why a number is not taken."""
    if not np.isfinite(value):
        return f"{value} is not a finite number"
    return f"{value} is beyond ±10¹²"
