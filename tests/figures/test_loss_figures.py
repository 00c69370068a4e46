"""The loss plane and the collapse meter as values."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.plot import Bars, Curve, Image, Plot, Points, Rule, Segments
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.loss_plane import FIGURE as PLANE
from ebmviz.figures.meter import FIGURE as METER

CATALOGUE = library.shipped_catalogue()


def scene(**changes: object) -> Scene:
    given = {k.replace("__", "."): v for k, v in changes.items()}
    return replace(library.scene("implicit-regression", CATALOGUE), given, CATALOGUE)


def plane(of: Scene) -> Plot:
    axis = (np.arange(8) + 0.5) / 4  # 0 … 2
    coarse = np.array([[x, y] for x in (0.5, 1.0, 1.5) for y in (0.5, 1.0, 1.5)])
    slope = np.tile([-1.0, 1.0], (9, 1))
    slope[0] = 0
    arrays = {
        "plane": np.maximum(0, 1 + axis[None, :] - axis[:, None]),
        "plane_axis": axis,
        "plane_at": coarse,
        "plane_slope": slope,
        "plane_points": np.array([[0.2, 1.8], [7.0, 0.3]]),
    }
    plot = PLANE.draw((Shot(of, Snapshot(0, 5, arrays, {})),))
    assert isinstance(plot, Plot)
    return plot


def layer(plot: Plot, kind: type) -> object:
    return next(each for each in plot.layers if isinstance(each, kind))


def test_the_plane_spans_both_energies_alike() -> None:
    plot = plane(scene(objective__loss="hinge"))
    assert (plot.x.low, plot.x.high) == (plot.y.low, plot.y.high) == (0, 2)
    image = layer(plot, Image)
    assert isinstance(image, Image)
    assert image.values[0, 7] == pytest.approx(1 + 1.875 - 0.125)
    assert plot.equal


def test_the_line_stands_a_margin_above_the_diagonal() -> None:
    line = layer(plane(scene(objective__loss="hinge", objective__margin=0.5)), Curve)
    assert isinstance(line, Curve)
    np.testing.assert_allclose(line.y - line.x, 0.5)
    assert line.dash == "solid"
    assert "m = 0.5" in line.label
    line = layer(plane(scene(objective__loss="log")), Curve)
    assert isinstance(line, Curve)
    np.testing.assert_allclose(line.y, line.x)
    assert line.dash == "dash"


def test_arrows_go_downhill_and_rest_where_all_is_level() -> None:
    arrows = layer(plane(scene(objective__loss="hinge")), Segments)
    assert isinstance(arrows, Segments)
    assert len(arrows.start) == 8
    assert ((arrows.end - arrows.start) * [-1, 1] > 0).all()


def test_far_points_stand_at_the_edge() -> None:
    marks = layer(plane(scene(objective__loss="hinge")), Points)
    assert isinstance(marks, Points)
    np.testing.assert_allclose(np.stack([marks.x, marks.y], 1), [[0.2, 1.8], [2.0, 0.3]])


def test_only_losses_of_wrong_answers_offer_a_plane() -> None:
    assert PLANE.fits(scene(objective__loss="nll"))
    assert not PLANE.fits(scene(objective__loss="energy"))


def test_the_meter_keeps_two_heaps_apart() -> None:
    arrays = {
        "meter_edges": np.array([0.0, 1.0, 2.0]),
        "meter_right": np.array([1.0, 0.0]),
        "meter_wrong": np.array([0.25, 0.75]),
    }
    numbers = {
        "last_step": 9.0,
        "meter_flatness": 0.2,
        "meter_rank": 0.03,
        "meter_level": 0.8,
        "meter_gap": 1.25,
    }
    plot = METER.draw((Shot(scene(), Snapshot(0, 9, arrays, numbers)),))
    assert isinstance(plot, Plot)
    wrong, right = (each for each in plot.layers if isinstance(each, Bars))
    np.testing.assert_array_equal(wrong.x, [0.5, 1.5])
    np.testing.assert_array_equal(right.height, [1, 0])
    assert wrong.width == 1
    rule = layer(plot, Rule)
    assert isinstance(rule, Rule)
    assert rule.at == 0.8
    assert plot.title.endswith("separates the data")
    assert "gap 1.3" in plot.caption or "gap 1.2" in plot.caption


def test_a_meter_that_measured_nothing_is_empty_not_broken() -> None:
    plot = METER.draw((Shot(scene(), Snapshot(0, 0, {}, {"last_step": 0.0})),))
    assert isinstance(plot, Plot)
    assert plot.layers == ()
    assert plot.caption == "not measured"
