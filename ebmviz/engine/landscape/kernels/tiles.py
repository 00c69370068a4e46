"""Which points can be seen from a tile of the grid (the bound is proved in `landscape`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ebmviz.engine.landscape.kernels.leaves import (
    BIAS,
    ENERGY,
    GX,
    GY,
    OFF,
    OWN,
    PURE,
    PX,
    PY,
    ROWS,
    TOGETHER,
    X,
    Y,
)
from ebmviz.engine.landscape.kernels.maths import quick

_ROUNDING = 1e-12  # of float64 energies, with room to spare
_NEVER = np.float32(1e30)  # an energy beyond all


@quick
def see(
    given: Any, n: Any, kept: Any, rows: Any, room: Any, seen: Any, cx: Any, cy: Any, hx: Any,
    hy: Any, slack: Any,
) -> Any:  # fmt: skip
    """Copy to `kept`, as far as its first `rows` rows, those of n points that come within `slack`
    of the least energy in a tile.

    The tile has centre (cx, cy) and half sides hx, hy. Returns how many points they are, how many a
    tile of half the size would have, the place in `kept` of the one nearest to the centre, and the
    largest |p_k − p_0| per axis.
    """
    px, py, bias = given[X], given[Y], given[ENERGY]
    above, reach = room[0], room[1]
    for k in range(n):
        dx, dy = px[k] - cx, py[k] - cy
        above[k] = dx * dx + dy * dy + bias[k]
    first = 0
    least = above[0]
    for k in range(1, n):
        if above[k] < least:
            least = above[k]
            first = k
    x0, y0 = px[first], py[first]
    slack += _ROUNDING * (least + slack)
    limit = least + slack
    for k in range(n):
        reach[k] = 2.0 * (abs(px[k] - x0) * hx + abs(py[k] - y0) * hy)
        above[k] -= limit
    count = 0
    for k in range(n):  # without a branch, which would be mispredicted as often as not
        seen[count] = k
        count += above[k] <= reach[k]
    half = place = 0
    widest = tallest = 0.0
    for j in range(count):
        k = seen[j]
        half += above[k] <= 0.5 * reach[k]
        place += k < first
        widest = max(widest, abs(px[k] - x0))
        tallest = max(tallest, abs(py[k] - y0))
    for row in range(rows):
        source, target = given[row], kept[row]
        for j in range(count):
            target[j] = source[seen[j]]
    return count, half, place, widest, tallest


@quick
def prepare(kept: Any, n: Any, first: Any, cx: Any, cy: Any, sees: Any) -> None:
    """Fill the rows of `sees`, relative to point `first` and the centre."""
    x0, y0, b0, q0 = kept[X, first], kept[Y, first], kept[ENERGY, first], kept[OWN, first]
    for k in range(n):
        px, py = kept[X, k], kept[Y, k]
        dx, dy = px - x0, py - y0
        # E_k(c) − E_0(c) without the squares of c, which would cancel.
        rise = dx * (px + x0 - 2.0 * cx) + dy * (py + y0 - 2.0 * cy)
        sees[PX, k], sees[PY, k], sees[BIAS, k] = px, py, kept[ENERGY, k]
        sees[GX, k], sees[GY, k] = -2.0 * dx, -2.0 * dy
        sees[OFF, k] = rise + (kept[ENERGY, k] - b0)
        sees[PURE, k] = rise + (kept[OWN, k] - q0)
    for k in range(n, n + (-n) % TOGETHER):
        for row in range(ROWS):
            sees[row, k] = sees[row, first]
        sees[OFF, k] = _NEVER
