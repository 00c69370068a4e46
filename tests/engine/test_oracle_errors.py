"""What the oracle says of its own errors is never less than they are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core.snapshot import Array
from ebmviz.engine.sampling.oracle import Oracle

SIDE, WINDOW = 128, (-3.0, 3.0, -3.0, 3.0)
CELL = 6 / SIDE


def plane(side: int = SIDE, reach: float = 3.0) -> tuple[Array, Array]:
    at = -reach + (np.arange(side) + 0.5) * 2 * reach / side
    x, y = np.meshgrid(at, at)
    return x, y


@pytest.mark.parametrize("offset", [0.0, 0.25, 0.5])
@pytest.mark.parametrize("cells", [0.2, 0.3, 0.5, 0.7, 1.0, 2.0])
def test_a_gaussian_of_so_many_cells(cells: float, offset: float) -> None:
    """Also about a corner of cells, where half the centres say nothing."""
    (x, y), s, at = plane(), cells * CELL, offset * CELL
    oracle = Oracle(((x - at) ** 2 + (y - at) ** 2) / (2 * s * s), WINDOW, 1.0)
    error = abs(oracle.log_z - math.log(2 * math.pi * s * s))
    assert error <= oracle.grid_error + 1e-9
    assert oracle.grid_error < 1e-3 or cells < 2


def test_a_cusp() -> None:
    x, y = plane()
    oracle = Oracle(8 * (np.abs(x) + np.abs(y)), WINDOW, 1.0)
    error = abs(oracle.log_z - 2 * math.log((1 - math.exp(-24)) / 4))
    assert 0 < error <= 1.1 * oracle.grid_error < 10 * error


@pytest.mark.parametrize("fall", [1.05, 1.2, 1.5])
def test_what_a_heavy_tail_leaves_outside(fall: float) -> None:
    """p ∝ (1 + r²)^−a, whose integral is π / (a − 1)."""
    x, y = plane(256, 10.0)
    oracle = Oracle(fall * np.log(1 + x * x + y * y), (-10.0, 10.0, -10.0, 10.0), 1.0)
    outside = 1 - math.exp(oracle.log_z) * (fall - 1) / math.pi
    assert outside <= oracle.leakage < 3 * outside


def test_what_a_gaussian_leaves_outside() -> None:
    x, y = plane()
    oracle = Oracle((x * x + y * y) / 2, WINDOW, 1.0)
    outside = 1 - math.erf(3 / math.sqrt(2)) ** 2
    assert outside <= oracle.leakage < 2 * outside
