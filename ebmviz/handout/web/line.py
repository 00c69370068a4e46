"""Lines as the path of a drawing, of as few places as the eye can tell from all of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ebmviz.core.snapshot import Array

_NEAR = 0.15
"""Pixels: no place of a line is farther from its drawing."""
_FAR = 1e4  # pixels, beyond which nothing is seen
Place = tuple[float, float]


def path(x: Array, y: Array) -> str:
    """A line through places, broken where one is not finite."""
    with np.errstate(invalid="ignore"):
        known = np.isfinite(x) & np.isfinite(y)
    x, y = (np.clip(np.where(known, v, 0.0), -_FAR, _FAR) for v in (x, y))
    places = list(zip(x.tolist(), y.tolist(), strict=True))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(np.int8)))
    pieces = (places[a:b] for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    return "".join(_written(list(thinned(piece))) for piece in pieces)


def thinned(places: Sequence[Place]) -> Iterator[Place]:
    """The ends, and of the rest those without which another would be off the line: from the last
    one kept, the directions that pass near all since are a cone, which closes.
    """
    yield places[0]
    x0, y0 = places[0]
    low, high, far = -math.inf, math.inf, 0.0
    base, last = 0.0, places[0]
    for x, y in places[1:]:
        long = math.hypot(x - x0, y - y0)
        angle = math.atan2(y - y0, x - x0)
        if far == 0.0:
            base = angle
        turn = math.remainder(angle - base, math.tau)
        if far and (not low <= turn <= high or long < far - _NEAR):
            yield last
            x0, y0 = last
            low, high, far = -math.inf, math.inf, 0.0
            long = math.hypot(x - x0, y - y0)
            base, turn = math.atan2(y - y0, x - x0), 0.0
        if long > _NEAR:
            room = math.asin(min(1.0, _NEAR / long))
            low, high, far = max(low, turn - room), min(high, turn + room), max(far, long)
        last = (x, y)
    if len(places) > 1:
        yield places[-1]


def _written(places: list[Place]) -> str:
    """In steps of a tenth of a pixel, each from the place before."""
    x, y = (round(10 * v) for v in places[0])
    made = f"M{x / 10:g} {y / 10:g}"
    steps = ""
    for a, b in places[1:]:
        right, down = round(10 * a) - x, round(10 * b) - y
        if right or down:
            x, y = x + right, y + down
            steps += f"{_number(right)}{_number(down)}"
    return f"{made}l{steps.strip()}" if steps else made


def _number(tenths: int) -> str:
    said = f"{tenths / 10:g}"
    return said if said.startswith("-") else f" {said}"
