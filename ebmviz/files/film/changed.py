"""What differs from one picture to the next."""

from __future__ import annotations

import numpy as np

from ebmviz.core.snapshot import Array


def changed(before: Array | None, picture: Array) -> tuple[Array, int, int]:
    """The smallest part that holds all that differs, and its left and top; one pixel where nothing
    does.
    """
    if before is None:
        return picture, 0, 0
    other = (before != picture).any(axis=tuple(range(2, picture.ndim)))
    rows, columns = np.flatnonzero(other.any(1)), np.flatnonzero(other.any(0))
    if not rows.size:
        return np.ascontiguousarray(picture[:1, :1]), 0, 0
    top, left = int(rows[0]), int(columns[0])
    part = picture[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
    return np.ascontiguousarray(part), left, top
