"""The cross-section: where it runs, and its curves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core.plot import Curve
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures import cross_section
from ebmviz.figures.base.figure import Shot
from tests.figures.drawing import labels, layers, shot
from tests.scenes import built_in


@pytest.mark.parametrize(
    ("cut", "label", "where", "low", "high"),
    [
        ((0.5, -2, 0.5, 1), "y_2", "at y_1 = 0.5", -2, 1),
        ((-1, 0.25, 2, 0.25), "y_1", "at y_2 = 0.25", -1, 2),
        ((0, 0, 3, 4), "s along the cut", "along the cut", 0, 5),
    ],
)
def test_the_section_runs_along_its_cut(
    cut: tuple[float, ...], label: str, where: str, low: float, high: float
) -> None:
    plot = cross_section.draw(shot(("section",), view__cut=cut))
    assert plot.x.label == label
    assert where in plot.title
    assert (plot.x.low, plot.x.high) == pytest.approx((low, high))


def test_the_view_s_own_curve_is_thick_and_in_its_place() -> None:
    section = (10.0, 0.0, math.inf, 0.311, 0.312)
    plot = cross_section.draw(shot(("section",), view__section=section, view__beta=1))
    curves = layers(plot, Curve)
    assert labels(curves) == ["0", "0.31", "0.31", "1", "10", "∞"]
    assert [c.width > 2 for c in curves] == [False, False, False, True, False, False]
    means = [float(np.mean(c.y)) for c in curves]
    assert means == sorted(means, reverse=True), "F falls as β grows"


def test_a_beta_that_is_also_the_view_s_is_one_curve() -> None:
    plot = cross_section.draw(shot(("section",), view__section=(1, 10, 1), view__beta=10))
    curves = layers(plot, Curve)
    assert [(label, c.width > 2) for c, label in zip(curves, labels(curves), strict=True)] == [
        ("1", False),
        ("10", True),
    ]


def test_the_section_s_axis_stands_still() -> None:
    plot = cross_section.draw(shot(("section",), view__levels=(1, 3)))
    assert (plot.y.low, plot.y.high) == (0, 5)


@pytest.mark.parametrize(
    ("most", "top"), [(20.0, 30.0), (31.0, 60.0), (90.0, 120.0), (150.0, 200.0)]
)
def test_curves_of_a_followed_map_are_no_thin_line_at_the_foot(most: float, top: float) -> None:
    scene = built_in("implicit-regression", {"view.follow": True})
    y = np.linspace(-1, 1, 5, dtype=np.float32)
    arrays = {"section": np.array([[0.0, most / 2, most, 1.0, 2.0]], np.float32)}
    at = {"section_beta": np.array([math.inf], np.float32), "section_at": np.stack([y * 0, y], 1)}
    numbers = {"range_low": 0.0, "range_high": 100.0, "level": 0.0}
    snapshot = Snapshot(0, 0, {**arrays, **at}, metrics=numbers)
    assert cross_section.limits(Shot(scene, snapshot))[1] == pytest.approx(top)
