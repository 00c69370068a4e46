"""Contours lie on their level."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.contours import contour_cells
from ebmviz.engine.measures.base.detail import Detail
from ebmviz.engine.model.engine import Engine
from tests.engine.measures.definition import centres, free, manifold, scene, shoot


def bilinear(values: Array, x: Array, y: Array, at: Array) -> Array:
    """The map between its cell centres."""
    i = np.clip(np.searchsorted(x, at[:, 0]) - 1, 0, len(x) - 2)
    j = np.clip(np.searchsorted(y, at[:, 1]) - 1, 0, len(y) - 2)
    s, t = (at[:, 0] - x[i]) / (x[i + 1] - x[i]), (at[:, 1] - y[j]) / (y[j + 1] - y[j])
    lower = values[j, i] * (1 - s) + values[j, i + 1] * s
    upper = values[j + 1, i] * (1 - s) + values[j + 1, i + 1] * s
    return np.asarray(lower * (1 - t) + upper * t)


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("resolution", [96, 500])
def test_contours_lie_on_their_level(resolution: int, lines: bool) -> None:
    window = (-2.0, 2.0, -2.0, 2.0)
    engine = Engine(
        scene(
            view__resolution=resolution,
            view__window=window,
            view__beta=1,
            view__levels=(0.5, 3),
            view__contours=5,
        )
    )
    subject = engine.subject(Detail(1, lines))
    a = engine.snapshot(("map", "contours"), subject=subject).arrays
    assert a["contour_level"].tolist() == [1.0, 1.5, 2.0, 2.5, 3.0]
    assert len(a["contour_start"]) == 6
    assert a["contour_start"][-1] == len(a["contours"])
    axis = centres(-2, 2, resolution)
    tolerance = (4 / contour_cells(resolution, 5, lines)) ** 2
    for i, level in enumerate(a["contour_level"]):
        line = a["contours"][a["contour_start"][i] : a["contour_start"][i + 1]]
        whole = line[np.isfinite(line).all(1)].astype(np.float64)
        assert len(whole) > 20
        assert np.isnan(line[-1]).all(), "a line ends in a break"
        assert np.abs(bilinear(a["map"], axis, axis, whole) - level).max() < tolerance
        assert np.abs(free(manifold(), whole, 1) - level).max() < tolerance


@pytest.mark.parametrize("lines", [False, True])
def test_contours_reach_the_map_s_outermost_cells(lines: bool) -> None:
    engine = Engine(
        scene(
            view__resolution=500,
            view__window=(-1.0, 1.0, -1.0, 1.0),
            view__beta=math.inf,
            view__levels=(0, 0.8),
            view__contours=8,
        )
    )
    subject = engine.subject(Detail(1, lines))
    line = engine.snapshot(("contours",), subject=subject).arrays["contours"]
    edge = 1 - 1 / 500
    assert np.nanmax(line, 0) == pytest.approx([edge, edge], abs=1e-6)
    assert np.nanmin(line, 0) == pytest.approx([-edge, -edge], abs=1e-6)


def test_contours_may_be_none_at_all() -> None:
    a = shoot(("contours",), view__contours=0).arrays
    assert a["contours"].shape == (0, 2)
    assert a["contour_level"].shape == (0,)
    assert a["contour_start"].tolist() == [0]
    far = shoot(("contours",), view__levels=(1e6, 2e6), view__contours=3).arrays
    assert far["contours"].shape == (0, 2)
    assert far["contour_start"].tolist() == [0, 0, 0, 0]


def test_contours_that_follow_span_the_map() -> None:
    shot = shoot(("map", "contours"), view__follow=True, view__contours=4, view__resolution=300)
    low, high = shot.metrics["range_low"], shot.metrics["range_high"]
    room = 0.05 * (shot.metrics["map_max"] - low)
    assert low <= shot.metrics["map_min"]
    assert shot.metrics["map_max"] <= high <= shot.metrics["map_max"] + room
    expected = [low + (high - low) * share for share in (0.25, 0.5, 0.75, 1)]
    assert shot.arrays["contour_level"].tolist() == pytest.approx(expected)
