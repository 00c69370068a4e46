"""Minima and their barriers against scikit-image's h-minima: those that a flood of depth h does not
join to a lower one.

Source: Soille 2003, §6.3.
"""

from __future__ import annotations

import numpy as np
import pytest
from skimage.measure import label
from skimage.morphology import h_minima, local_minima

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.topology import topology

EIGHT = np.ones((3, 3))


def hills(seed: int, height: int, width: int, waves: int) -> Array:
    """A sum of some plane waves on a shallow bowl: no two cells are equal."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    kx, ky = rng.normal(size=(2, waves)) * 6
    phase, size = rng.uniform(0, 7, waves), rng.uniform(0.3, 1, waves)
    found: Array = 0.5 * (x * x + y * y)
    for a, b, p, s in zip(kx, ky, phase, size, strict=True):
        found = found + s * np.sin(a * x + b * y + p)
    return found


@pytest.mark.parametrize(("seed", "height", "width"), [(0, 40, 40), (1, 61, 33), (2, 27, 90)])
def test_minima_and_their_depths_are_those_of_h_minima(seed: int, height: int, width: int) -> None:
    values = hills(seed, height, width, 5)
    found = topology(values)
    wanted = np.flatnonzero(local_minima(values, footprint=EIGHT, allow_borders=True))
    assert sorted(found.minimum.tolist()) == wanted.tolist()
    assert len(wanted) > 4
    for depth in found.depth[np.isfinite(found.depth)]:
        for h in (depth * (1 - 1e-6), depth * (1 + 1e-6)):
            left = label(h_minima(values, h, footprint=EIGHT), connectivity=2).max()
            assert left == (found.depth > h).sum()
            assert left == len(topology(values, least=h).minimum)
