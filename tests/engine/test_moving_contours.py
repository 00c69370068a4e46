"""Contours while something moves: through fewer cells, and where the full ones lie."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.engine.analysis.contours import contour_cells, isolines
from ebmviz.engine.model.engine import Engine
from tests.scenes import CATALOGUE


def test_contours_go_through_fewer_cells_the_more_levels_there_are() -> None:
    for every in (False, True):
        cells = [contour_cells(2048, levels, every) for levels in (0, 1, 10, 20, 40)]
        assert cells == sorted(cells, reverse=True)
        assert cells[-1] >= 48
    assert contour_cells(512, 10, True) == 512
    assert 96 <= contour_cells(512, 10, False) <= 192
    assert contour_cells(50, 10, False) == 50


@pytest.mark.parametrize("name", ["ellipse", "unconditional"])
def test_moving_contours_lie_where_the_full_ones_do(name: str) -> None:
    engine = Engine(replace(library.scene(name, CATALOGUE), {"view.resolution": 512}, CATALOGUE))
    free = engine.subject().map
    levels = np.linspace(free.min(), free.max(), 11)[1:].tolist()
    window = (0.0, 512.0, 0.0, 512.0)  # so that lengths are cells
    rough, _ = isolines(free, window, levels, contour_cells(512, 10, False))
    full, _ = isolines(free, window, levels, 512)
    full = full[np.isfinite(full).all(1)]
    rough = rough[np.isfinite(rough).all(1)][::8]
    apart = np.sqrt(((rough[:, None] - full) ** 2).sum(2).min(1))
    # Full lines have points where they cross the sides of a cell, at most √2 apart.
    assert np.percentile(apart, 99) < np.hypot(0.6, np.sqrt(0.5))
