"""Operations on points: each takes a cloud and gives another. A mask (N,) says which are meant.

A scene has at least one point, and a classifier keeps its weights as long as no class is empty: so
the last point of all, or of a class, stays.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.snapshot import Array


def near(places: Array, path: Array, radius: Array) -> Array:
    """Which of places (N, 2) lie within `radius` (2,), along each axis, of a broken line (M, 2)."""
    at, line = places / radius, path / radius
    found = np.zeros(len(at), bool)
    starts, ends = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    for a, b in zip(starts, ends, strict=True):
        along = b - a
        length = float(along @ along)
        t = np.clip((at - a) @ along / length, 0, 1) if length > 0 else np.zeros(len(at))
        away = at - a - t[:, None] * along
        found |= (away * away).sum(1) <= 1
    return found


def inside(places: Array, corner: Array, other: Array) -> Array:
    """Which of places (N, 2) lie in the rectangle between two corners (2,)."""
    low, high = np.minimum(corner, other), np.maximum(corner, other)
    return np.asarray(((places >= low) & (places <= high)).all(1))


def nearest(places: Array, at: Array, radius: Array) -> int | None:
    """The number of the place nearest to `at` (2,), within `radius` (2,) of it."""
    if not len(places):
        return None
    away = (((places - at) / radius) ** 2).sum(1)
    found = int(away.argmin())
    return found if away[found] <= 1 else None


def added(cloud: Cloud, places: Array, beside: float = 0.0) -> Cloud:
    """With points at places (M, 2), of a class, or at an x."""
    return cloud.of(np.concatenate([cloud.rows, cloud.made(places, beside)]))


def joined(cloud: Cloud, other: Cloud) -> Cloud:
    """With the points of another of the same shape."""
    return cloud.of(np.concatenate([cloud.rows, other.rows]))


def only(cloud: Cloud, mask: Array) -> Cloud:
    """Those meant, alone."""
    return cloud.of(cloud.rows[mask])


def without(cloud: Cloud, mask: Array) -> Cloud:
    """All others, and the last point of all or of a class."""
    gone = mask.copy()
    for label in np.unique(cloud.label):
        of = cloud.label == label
        if gone[of].all():
            gone[np.flatnonzero(of)[-1]] = False
    return cloud.of(cloud.rows[~gone])


def stays(cloud: Cloud, mask: Array) -> str:
    """Why fewer go than are meant; empty where all do."""
    if len(without(cloud, mask).rows) == len(cloud.rows) - int(mask.sum()):
        return ""
    return f"The last point {'of a class' if cloud.labelled else ''}".rstrip() + " stays."


def moved(cloud: Cloud, mask: Array, by: Array) -> Cloud:
    """Those meant, shifted by (2,)."""
    return cloud.at(cloud.places + np.where(mask[:, None], by, 0.0))


def jittered(cloud: Cloud, mask: Array, noise: Array, chance: np.random.Generator) -> Cloud:
    """Those meant with Gaussian noise of standard deviation (2,) along each axis. Each point has
    its own number of `chance`, whichever others are meant.
    """
    drawn = chance.standard_normal((len(mask), 2)) * noise
    return cloud.at(cloud.places + np.where(mask[:, None], drawn, 0.0))


def thinned(cloud: Cloud, mask: Array, share: float, chance: np.random.Generator) -> Cloud:
    """Without those meant that chance takes: each is kept with probability `share` in [0, 1], by
    its own number, whichever others are meant.
    """
    return without(cloud, mask & (chance.random(len(mask)) >= share))


def halved(cloud: Cloud, mask: Array, chance: np.random.Generator) -> Cloud:
    """Without half of those meant, one more or fewer where they are odd."""
    every = np.flatnonzero(mask)
    gone = np.zeros(len(mask), bool)
    gone[chance.permutation(every)[: len(every) // 2]] = True
    return without(cloud, gone)


def classed(cloud: Cloud, mask: Array, label: int) -> Cloud:
    """Those meant in a class. Raises UserError where another would have none left."""
    rows = cloud.rows.copy()
    rows[mask, 2] = label
    if not set(cloud.label) <= set(rows[:, 2]):
        raise UserError("a class would have no points left")
    return cloud.of(rows)
