"""The stability limit of Langevin's step, 2/λ of a map."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from ebmviz.core.snapshot import Array
from ebmviz.engine.sampling.stability import stability_limit

WINDOW = (-3.0, 3.0, -3.0, 3.0)
CENTRES = np.random.default_rng(0).uniform(-2, 2, (8, 2))


def a_map(free: Callable[[Array, Array], Array], side: int = 256) -> Array:
    at = -3 + (np.arange(side) + 0.5) * 6 / side
    return free(*np.meshgrid(at, at)).astype(np.float32)


@pytest.mark.parametrize("angle", [0.0, 0.2, 0.39, 0.6, math.pi / 4, 2.0])
def test_a_narrow_valley_in_any_direction(angle: float) -> None:
    c, s = math.cos(angle), math.sin(angle)
    free = a_map(lambda x, y: 0.5 * (100 * (c * x + s * y) ** 2 + (c * y - s * x) ** 2))
    assert stability_limit(free, WINDOW) == pytest.approx(0.02, rel=0.065)
    assert stability_limit(free, WINDOW) >= 0.02 * (1 - 1e-2)
    assert stability_limit(-free, WINDOW) == math.inf


@pytest.mark.parametrize("beta", [10.0, 1000.0, math.inf])
@pytest.mark.parametrize("side", [64, 256])
def test_the_creases_of_k_means_are_no_wells(beta: float, side: int) -> None:
    def free(x: Array, y: Array) -> Array:
        energies = np.stack([(x - a) ** 2 + (y - b) ** 2 for a, b in CENTRES])
        least: Array = energies.min(0)
        if math.isinf(beta):
            return least
        soft: Array = least - np.log(np.exp(-beta * (energies - least)).mean(0)) / beta
        return soft

    assert stability_limit(a_map(free, side), WINDOW) == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("width", [0.4, 0.1, 0.05])
def test_wells_a_few_cells_wide_are_seen(width: float) -> None:
    free = a_map(lambda x, y: -np.exp(-((x - 0.013) ** 2 + (y + 0.021) ** 2) / (2 * width**2)))
    assert stability_limit(free, WINDOW) == pytest.approx(2 * width**2, rel=0.1)


def test_a_map_too_small_for_a_line_has_none() -> None:
    assert stability_limit(np.zeros((2, 2)), WINDOW) == math.inf
