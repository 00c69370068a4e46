"""The machine code of the walk, made for this processor: once, then a file in the user's cache."""

from __future__ import annotations

import ctypes
import functools
import itertools
import logging
import math
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
        x1: Array,
        x2: Array,
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
        float64, repeated at the end to a multiple of WIDEST; x1, x2: the same in float32; scale =
        β log2 e or ∞; slack, the energy from which a point is dropped; shift, added to F. Results:
        out (H, W) float32, H a multiple of 8 and W of 16; index (H, W) int32 at scale = ∞ unless
        empty; extras (4, H, W) float32 at finite scale unless empty: ∂F/∂y1, ∂F/∂y2, ⟨E⟩, entropy.
        """
        (height, width), count = out.shape, points.shape[1]
        top, depth = layout.SIDE, 0
        while top < height or top < width:
            top, depth = 2 * top, depth + 1
        own = self._scratch(layout.room(count, depth))
        level, end = own.level, count + layout.PADDING
        level[:, :count] = points
        level[:, count:end] = points[:, :1]
        level[layout.ENERGY, count:end] = 1e300  # never seen
        more, asked = extras.size > 0, index.size > 0
        own.numbers[:] = scale, slack, shift, min(_BITS, 12 * scale)
        own.counts[:] = (
            *(height, width, top, min(layout.SHARED, depth), thread, threads),
            *(level.shape[1], count, layout.FIELDS if more or asked else layout.OWN),
            *(math.isinf(scale), asked, more),
        )
        given = (y1, y2, x1, x2, out, index, extras)
        own.places[: len(given)] = [_place(each) for each in given]
        self._call(*own.given)

    def _scratch(self, room: layout.Room) -> _Scratch:
        """This thread's, made anew only for more points or a deeper tree: new memory costs as much
        as a small map.
        """
        known: _Scratch | None = getattr(self._own, "scratch", None)
        if known is None or known.room != room:
            known = self._own.scratch = _Scratch(room)
        return known


class _Scratch:
    """Room of one thread, and what its calls are given. level: the points of the whole grid."""

    def __init__(self, room: layout.Room) -> None:
        self.room = room
        sizes = room[3:]
        levels, above = np.zeros(room.levels), np.zeros(room.above)
        floats = np.zeros(sum(sizes) + layout.PADDING, np.float32)
        cuts = itertools.accumulate(sizes[:-1], initial=0)
        parts: list[Array] = [levels, above, *(floats[at:] for at in cuts)]
        self.level = levels[: layout.FIELDS * room.stride].reshape(layout.FIELDS, room.stride)
        self.numbers = np.zeros(len(layout.NUMBERS))
        self.counts = np.zeros(len(layout.COUNTS), np.int64)
        self.places = np.zeros(len(layout.POINTERS), np.int64)
        self.places[-len(parts) :] = [_place(each) for each in parts]
        self.given = [_place(each) for each in (self.places, self.counts, self.numbers)]
        self._held = parts


def _place(array: Array) -> int:
    """Where it begins, sooner than by `ctypes`."""
    return int(array.__array_interface__["data"][0])


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
