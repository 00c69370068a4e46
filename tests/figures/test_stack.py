"""The landscape in 3-D: the projection, and the stack of isolines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core.plot import Curve, Note
from ebmviz.core.relief import project
from ebmviz.figures import stack
from tests.figures.drawing import labelled, layers, shot


@pytest.mark.parametrize("azimuth", [-60, 0, 33, 170])
@pytest.mark.parametrize("elevation", [0, 30, 77, 90])
def test_the_projection_is_orthographic(azimuth: float, elevation: float) -> None:
    x, y = project(np.eye(3), azimuth, elevation)
    rows = np.stack([x, y])
    assert rows @ rows.T == pytest.approx(np.eye(2), abs=1e-12)
    a, e = math.radians(azimuth), math.radians(elevation)
    toward = np.array([math.cos(a) * math.cos(e), math.sin(a) * math.cos(e), math.sin(e)])
    assert rows @ toward == pytest.approx([0, 0], abs=1e-12)
    assert np.cross(rows[0], rows[1]) == pytest.approx(toward, abs=1e-12), "not mirrored"
    assert x[2] == pytest.approx(0, abs=1e-12), "energy points up"
    assert y[2] == pytest.approx(math.cos(e))


def test_the_projection_is_linear_and_keeps_lengths_across() -> None:
    p = np.random.default_rng(0).normal(size=(5, 3))
    x, y = project(p, 20, 40)
    twice_x, twice_y = project(2 * p, 20, 40)
    assert twice_x == pytest.approx(2 * x)
    assert twice_y == pytest.approx(2 * y)
    top_x, top_y = project(np.array([[3.0, 4.0, 9.0]]), -90, 90)
    assert (top_x[0], top_y[0]) == pytest.approx((3, 4)), "from above it is the plane itself"


def test_the_stack_stands_on_the_window_at_its_true_proportions() -> None:
    of = shot(
        stack.FIGURE.needs, view__window=(-2, 2, -1, 1), view__elevation=90, view__azimuth=-90
    )
    plot = stack.draw(of)
    outline, axis = [c for c in layers(plot, Curve) if c.color == "muted"]
    assert (outline.x.min(), outline.x.max()) == pytest.approx((-2, 2))
    assert (outline.y.min(), outline.y.max()) == pytest.approx((-1, 1))
    assert np.ptp(axis.y) == pytest.approx(0, abs=1e-12)
    points = labelled(plot, "data")
    data = of.snapshot.arrays["data"]
    inside = data[(np.abs(data) <= [2, 1]).all(1)]
    assert 0 < len(inside) < len(data), "what lies beside the floor is not drawn"
    assert points.x == pytest.approx(inside[:, 0], abs=1e-6)
    assert points.y == pytest.approx(inside[:, 1], abs=1e-6)
    of = shot(
        stack.FIGURE.needs,
        view__window=(-2, 2, -1, 1),
        view__elevation=0,
        view__levels=(0.5, 2),
    )
    side = stack.draw(of)
    axis = [c for c in layers(side, Curve) if c.color == "muted"][1]
    assert np.ptp(axis.y) == pytest.approx(0.75 * 4), "three quarters of the longer side"
    notes = [note.text for note in layers(side, Note)]
    assert notes == ["y_1", "y_2", "0.5", "2"]
