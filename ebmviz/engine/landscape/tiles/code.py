"""The machine code of the walk, made for this processor: once, then a file in the user's cache."""

from __future__ import annotations

import ctypes
import functools
import itertools
import logging
import threading
from pathlib import Path

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.landscape.tiles import layout
from ebmviz.engine.llvm import cache

_SOURCES = Path(__file__).parent, Path(cache.__file__).parent
_BITS = 40.0  # of a product's factors: far from float32's limits, and their rounding is small


class Walk:
    """Fills the tiles of a grid; for any threads at once, each with room of its own."""

    def __init__(self) -> None:
        from ebmviz.engine.llvm.made import Made, kept  # LLVM
        from ebmviz.engine.llvm.vectors import WIDE

        def text() -> str:
            from ebmviz.engine.landscape.tiles import walk

            return walk.written(dense=WIDE == 16, sums_kept=16 if WIDE == 16 else 4)

        self._made = Made([kept(cache.place(_SOURCES, b"walk"), text)])
        kind = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)
        self._call = kind(*self._made.addresses(["walk"]))
        self._own = threading.local()

    def __call__(
        self,
        points: Array,
        y1: Array,
        y2: Array,
        scale: float,
        slack: float,
        shift: float,
        out: Array,
        index: Array,
        extras: Array,
        thread: int,
        threads: int,
    ) -> None:
        """Of one of `threads`: each takes tiles of its own. points (FIELDS, K) float64; y1, y2
        float64, repeated at the end to a multiple of WIDEST; scale = β log2 e or ∞; slack, the
        energy from which a point is dropped; shift, added to F. Results: out (H, W) float32, H a
        multiple of 8 and W of 16; index (H, W) int32 at scale = ∞ unless empty; extras (4, H, W)
        float32 at finite scale unless empty: ∂F/∂y1, ∂F/∂y2, ⟨E⟩, entropy.
        """
        (height, width), count = out.shape, points.shape[1]
        top, depth = layout.SIDE, 0
        while top < max(height, width):
            top, depth = 2 * top, depth + 1
        room = layout.room(count, depth)
        x1, x2 = y1.astype(np.float32), y2.astype(np.float32)
        levels, above, floats = self._scratch(room)
        level = levels[: layout.FIELDS * room.stride].reshape(layout.FIELDS, room.stride)
        level[:, :count] = points
        end = count + layout.PADDING
        level[:, count:end] = points[:, :1]
        level[layout.ENERGY, count:end] = 1e300  # never seen
        cold, plain = np.isinf(scale), not (index.size or extras.size)
        numbers = np.array([scale, slack, shift, min(_BITS, 12 * scale)])
        counts = np.array([
            *(height, width, top, min(layout.SHARED, depth), thread, threads, room.stride, count),
            *(layout.OWN if plain else layout.FIELDS, cold, index.size > 0, extras.size > 0),
        ])  # fmt: skip
        given = (y1, y2, x1, x2, out, index, extras, levels, above, *floats)
        places = np.array([each.ctypes.data for each in given])
        self._call(places.ctypes.data, counts.ctypes.data, numbers.ctypes.data)

    def _scratch(self, room: layout.Room) -> tuple[Array, Array, list[Array]]:
        """This thread's, made anew only for more points or a deeper tree: new memory costs as much
        as a small map.
        """
        if getattr(self._own, "room", None) != room:
            sizes = room[3:]
            floats = np.zeros(sum(sizes) + 16, np.float32)
            cuts = np.cumsum((0, *sizes))
            parts = [floats[a:b] for a, b in itertools.pairwise(cuts)]
            self._own.arrays = np.zeros(room.levels), np.zeros(room.above), parts
            self._own.room = room
        made: tuple[Array, Array, list[Array]] = self._own.arrays
        return made


_lock = threading.Lock()


@functools.cache
def _made() -> Walk | None:
    try:
        return Walk()
    except Exception as error:  # whatever LLVM says: torch serves, only slower
        logging.getLogger(__name__).warning("No machine code of a map: %s", error)
        return None


def walk() -> Walk | None:
    """The one of this process; None where it cannot be had (the log says why)."""
    with _lock:  # a second thread waits for the first
        return _made()
