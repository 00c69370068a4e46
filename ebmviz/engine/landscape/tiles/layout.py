"""What the walk and the fillings of its tiles are given, and where in it things stand."""

from __future__ import annotations

from typing import NamedTuple

from ebmviz.engine.llvm.text import Text

SIDE = 8  # of the smallest tile
WIDEST = 64  # of the largest that is filled at once
SHARED = 3  # depth of the tree at which tiles are dealt to the threads
CHUNK = 64  # points of one table: with its sums it stays in the cache
FIELDS = 5
X, Y, ENERGY, OWN, INDEX = range(FIELDS)  # float64 rows of points: p_k, constant energy with and
# without prior, which of all points it is
ROWS = 7
PX, PY, BIAS, GX, GY, OFF, PURE = range(
    ROWS
)  # float32 rows, relative to a tile: `sums` says of what
PADDING = 8  # numbers behind the points of a row: those of a vector that is half full

POINTERS = (
    *("y1", "y2", "x1", "x2", "out", "index", "extras"),
    *("levels", "above", "sees", "across", "along", "left", "right", "weighted", "areas"),
)
COUNTS = (
    *("height", "width", "top", "share", "thread", "threads", "stride", "points", "fields"),
    *("cold", "asked", "more"),
)
NUMBERS = ("scale", "slack", "shift", "limit")
GIVEN = "ptr %pointers, ptr %counts, ptr %numbers"


class Room(NamedTuple):
    """Numbers of one thread's scratch, for points of so many and a tree of this depth.

    levels: the points that are seen at each depth, float64; above: of energies, one row of them;
    the rest float32.
    """

    stride: int
    levels: int
    above: int
    sees: int
    across: int
    along: int
    left: int
    right: int
    weighted: int
    areas: int


def room(count: int, depth: int) -> Room:
    """Rows begin an odd number of cache lines apart: at a power of two they would fight for the
    same places of the cache.
    """
    stride = ((count + PADDING + 15) // 16 | 1) * 16
    table = CHUNK * WIDEST
    levels, sees = (depth + 2) * FIELDS * stride, ROWS * stride
    tables = (WIDEST, WIDEST, table, table, table, 4 * WIDEST * WIDEST)
    return Room(stride, levels, stride, sees, *tables)


def pointer(w: Text, name: str) -> str:
    """One of POINTERS."""
    return w.load(w.at("%pointers", POINTERS.index(name), kind="ptr"), "ptr")


def count(w: Text, name: str) -> str:
    """One of COUNTS."""
    return w.load(w.at("%counts", COUNTS.index(name), kind="i64"), "i64")


def given(w: Text, name: str) -> str:
    """One of NUMBERS, float64."""
    return w.load(w.at("%numbers", NUMBERS.index(name), kind="double"), "double")


def narrow(w: Text, value: str) -> str:
    """A float64 as float32."""
    return w.do(f"fptrunc double {value} to float")
