"""What the walk over a grid and the fillings of its tiles work on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ebmviz.engine.landscape.kernels.leaves import CELLS, CHUNK, ROWS
from ebmviz.engine.landscape.kernels.maths import quick


class Task(NamedTuple):
    """What `quadtree.compiled` is given, but for the points."""

    y1: Any
    y2: Any
    scale: Any
    shift: Any
    out: Any
    index: Any
    extras: Any


class Room(NamedTuple):
    """One thread's scratch: axes in float32, then per tile, per small tile and per product."""

    x1: Any
    x2: Any
    sees: Any
    across: Any
    along: Any
    wide: Any
    x: Any
    y: Any
    u: Any
    v: Any
    low: Any
    bits: Any
    least: Any
    which: Any
    sums: Any
    areas: Any
    area_bits: Any
    left: Any
    right: Any
    extra: Any


class Prior(NamedTuple):
    """Of the nearest point: p's first coordinate, its own energy; β in bits; its ln p."""

    px: Any
    own: Any
    scale: Any
    log_p: Any


@quick
def room_of(y1: Any, y2: Any, stride: Any, wide: Any) -> Any:
    f = np.float32
    return Room(
        y1.astype(f), y2.astype(f), np.empty((ROWS, stride), f),
        np.empty(wide, f), np.empty(wide, f), np.empty((3, CELLS)),
        np.empty(CELLS, f), np.empty(CELLS, f), np.empty(CELLS, f), np.empty(CELLS, f),
        np.empty(CELLS, f), np.empty(CELLS, f), np.empty(CELLS, f), np.empty(CELLS, np.int32),
        np.empty((4, CELLS), f), np.empty(4 * wide * wide, f), np.empty(wide * wide, f),
        np.empty(CHUNK * wide, f), np.empty(CHUNK * wide, f), np.empty(CHUNK * wide, f),
    )  # fmt: skip
