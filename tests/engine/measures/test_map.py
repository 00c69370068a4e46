"""The map: F at its cells, coarse and in parts, and its gradient."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from ebmviz.core.plot import Image
from ebmviz.engine.measures.base.detail import Detail
from ebmviz.engine.model.engine import Engine
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers.heat import heat_map
from tests.engine.measures.definition import BETAS, centres, energies, free, manifold, scene, shoot


@pytest.mark.parametrize("beta", BETAS)
def test_the_map_holds_the_free_energy_at_the_cell_centres(beta: float) -> None:
    window = (-3.0, 2.0, -1.0, 2.5)
    shot = shoot(("map",), view__beta=beta, view__window=window)
    got = shot.arrays["map"]
    assert got.shape == (24, 24)
    assert got.dtype == np.float32
    assert got.flags.c_contiguous
    y1, y2 = centres(-3, 2, 24), centres(-1, 2.5, 24)
    for row, column in itertools.product((0, 7, 23), (0, 11, 23)):
        at = np.array([[y1[column], y2[row]]])
        assert got[row, column] == pytest.approx(free(manifold(), at, beta)[0], abs=1e-5)
    assert shot.metrics["map_min"] == got.min()
    assert shot.metrics["map_max"] == got.max()


@pytest.mark.parametrize("divisor", [1, 3, 8])
@pytest.mark.parametrize("beta", [0.5, math.inf])
def test_a_coarse_map_covers_the_same_window_and_is_exact_where_its_cells_are(
    divisor: int, beta: float
) -> None:
    window = (-3.0, 2.0, -1.0, 2.5)
    engine = Engine(scene(view__resolution=500, view__beta=beta, view__window=window))
    shot = engine.snapshot(("map",), subject=engine.subject(Detail(divisor, lines=False)))
    got = shot.arrays["map"]
    side = math.ceil(500 / divisor)
    assert got.shape == (side, side)
    y1, y2 = centres(-3, 2, side), centres(-1, 2.5, side)
    at = np.array([[y1[i], y2[j]] for i, j in ((0, 0), (side - 1, 5), (20, side - 1))])
    values = [got[0, 0], got[5, side - 1], got[side - 1, 20]]
    assert values == pytest.approx(free(manifold(), at, beta), abs=1e-5)
    (image,) = heat_map(Shot(engine.scene, shot))
    assert isinstance(image, Image)
    assert image.x == pytest.approx((y1[0], y1[-1]))
    assert image.y == pytest.approx((y2[0], y2[-1]))


def test_a_map_in_parts_is_the_map() -> None:
    engine = Engine(scene(view__resolution=100, view__beta=math.inf))
    whole = engine.subject().map
    for count in (1, 7, 99, 100, 1000):
        parts = list(engine.subject().map_rows(count))
        assert {len(part) for part in parts[:-1]} <= {count}
        assert np.abs(np.concatenate(parts) - whole).max() < 1e-5


@pytest.mark.parametrize("beta", [0.0, 0.5, 10.0, math.inf])
@pytest.mark.parametrize("arrows", ["ascent", "descent"])
def test_the_gradient_is_that_of_finite_differences(beta: float, arrows: str) -> None:
    a = shoot(("gradient",), view__beta=beta, view__arrows=arrows).arrays
    at = a["gradient_at"].astype(np.float64)
    assert at.shape == a["gradient"].shape == (25 * 17, 2)
    assert sorted(set(at[:, 0])) == pytest.approx(centres(-2.6, 2.6, 25), abs=1e-6)
    assert sorted(set(at[:, 1])) == pytest.approx(centres(-2.1, 2.1, 17), abs=1e-6)
    e = np.sort(energies(manifold(), at), 1)
    smooth = e[:, 1] - e[:, 0] > 1e-3  # F_∞ has creases
    assert smooth.sum() > 300
    for axis in (0, 1):
        step = np.zeros(2)
        step[axis] = 1e-5
        slope = (free(manifold(), at + step, beta) - free(manifold(), at - step, beta)) / 2e-5
        wanted = slice(None) if math.isfinite(beta) else smooth
        assert np.abs(slope - a["gradient"][:, axis])[wanted].max() < 1e-4


def test_there_is_no_gradient_unless_it_is_asked_for() -> None:
    assert "gradient" not in shoot(("gradient",), view__arrows="data").arrays
    assert "arrow_start" not in shoot(("arrows",), view__arrows="off").arrays
