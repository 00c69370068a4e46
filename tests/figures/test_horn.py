"""The manifold over all x, what lies on the map of one x, and how manifolds are joined."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.plot import Curve, Image, Layer, Plot, Points
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import horn as horn_figure
from ebmviz.figures import landscape, lecture, stack
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import horn, manifold
from ebmviz.figures.layers.conditional import near
from tests.scenes import CATALOGUE, built_in


def shot(name: str, needs: tuple[str, ...], **changes: Any) -> Shot:
    scene = built_in(name, changes, view__resolution=16)
    snapshot: Snapshot = Engine(scene).snapshot(needs)
    return Shot(scene, snapshot)


def labelled(plot: Plot, label: str) -> Any:
    found: list[Layer] = [x for x in plot.layers if getattr(x, "label", "") == label]
    assert len(found) == 1, label
    return found[0]


def test_data_near_x_are_strong_and_the_rest_faint() -> None:
    of = shot("horn", landscape.FIGURE.needs, view__x=0.3)
    plot = landscape.draw(of)
    strong, faint = labelled(plot, "data y near x"), labelled(plot, "other x")
    x = of.snapshot.arrays["data_x"]
    close = np.abs(x - 0.3) <= 0.04 * np.ptp(x)
    assert 0 < close.sum() < 100
    assert np.array_equal(near(of), close)
    data = of.snapshot.arrays["data"]
    assert np.array_equal(np.stack([strong.x, strong.y], 1), data[close])
    assert np.array_equal(np.stack([faint.x, faint.y], 1), data[~close])
    assert strong.size > 2 * faint.size
    assert faint.color == "muted"


def test_the_regressor_is_marked_where_it_answers() -> None:
    of = shot("horn", landscape.FIGURE.needs, view__x=0.3)
    mark = labelled(landscape.draw(of), "MSE regressor")
    assert [(mark.x[0], mark.y[0])] == [tuple(of.snapshot.arrays["regressor"][0])]
    plain = landscape.draw(shot("ellipse", landscape.FIGURE.needs))
    assert not any(getattr(x, "label", "") == "MSE regressor" for x in plain.layers)


def test_three_dimensions_show_all_x_at_once() -> None:
    of = shot("horn", stack.FIGURE.needs, view__x=0.5, view__azimuth=-90.0, view__elevation=0.0)
    plot = stack.draw(of)
    a = of.snapshot.arrays
    reach = np.abs(a["data"]).max()
    data = labelled(plot, "data y, by x")
    # From the side, y1 points away: x lies across and y2 upward.
    assert data.x == pytest.approx((a["data_x"] - 0.5) * 2.7, abs=1e-6)
    assert data.y == pytest.approx(a["data"][:, 1] / reach, abs=1e-6)
    assert np.array_equal(data.values, a["data_x"])
    assert (data.low, data.high, data.bar) == (0, 1, "x")
    ring = labelled(plot, "at the map’s x")
    assert ring.x == pytest.approx(np.zeros(241), abs=1e-6)
    rings = labelled(plot, "manifold ỹ(x, z)")
    assert np.isnan(rings.x).sum() == 51
    assert len(rings.x) == 51 * 50  # 48 points, the first again, a gap
    assert plot.equal
    assert not plot.x.visible
    assert not any(isinstance(layer, Image) for layer in plot.layers)


def test_the_frame_holds_still_while_the_manifold_grows() -> None:
    """It is made for the data: after a step it is where it was."""
    scene = shot("horn", ("data",)).scene
    engine = Engine(scene)
    ends = []
    for _ in range(2):
        plot = horn.draw(Shot(scene, engine.snapshot(horn_figure.FIGURE.needs)))
        box = [x for x in plot.layers if isinstance(x, Curve) and x.color == "muted"]
        rings = labelled(plot, "manifold ỹ(x, z)")
        ends.append((np.concatenate([x.y for x in box]), rings.y))
        engine.train(3)
    assert np.array_equal(ends[0][0], ends[1][0])
    assert not np.array_equal(ends[0][1], ends[1][1], equal_nan=True)


def test_what_a_manifold_has_far_outside_of_the_data_is_cut_off() -> None:
    of = shot("porcupine", horn_figure.FIGURE.needs)
    plain = horn.draw(of)
    assert (plain.x.low, plain.y.low) == (None, None), "all that is drawn"
    wide = {**of.snapshot.arrays, "horn": 500 * of.snapshot.arrays["horn"]}
    far = horn.draw(Shot(of.scene, msgspec.structs.replace(of.snapshot, arrays=wide)))
    for axis, seen in ((far.x, "x"), (far.y, "y")):
        assert axis.low is not None
        assert axis.high is not None
        marks = getattr(labelled(far, "data y, by x"), seen)
        assert axis.low < marks.min() < marks.max() < axis.high
        assert axis.high - axis.low < 2.5 * np.ptp(marks)
        net = getattr(labelled(far, "manifold ỹ(x, z)"), seen)
        assert np.nanmin(net) < axis.low or np.nanmax(net) > axis.high


def test_a_scene_without_x_is_still_a_stack() -> None:
    plot = stack.draw(shot("ellipse", stack.FIGURE.needs))
    assert labelled(plot, "manifold ỹ(z)")
    assert not horn_figure.FIGURE.fits(library.scene("ellipse", CATALOGUE))
    assert horn_figure.FIGURE.fits(library.scene("porcupine", CATALOGUE))


def test_a_ring_is_closed_a_line_is_open_and_a_grid_is_a_mesh() -> None:
    points: Array = np.arange(18.0).reshape(9, 2)
    ring = manifold.lines(points, np.arange(9.0), True)
    assert ring is not None
    assert np.array_equal(ring, [*points, points[0]])
    line = manifold.lines(points, np.arange(9.0)[:, None], False)
    assert line is not None
    assert np.array_equal(line, points)
    mesh = manifold.lines(points, np.zeros((9, 2)), False)
    assert mesh is not None
    assert mesh.shape == (6 * 4, 2)  # 3 rows, 3 columns, a gap after each
    assert np.array_equal(mesh[:3], points[:3])
    assert np.isnan(mesh[3::4]).all()
    assert np.array_equal(mesh[12:15], points[::3])
    assert manifold.lines(points, np.zeros((9, 3)), False) is None


@pytest.mark.parametrize("name", ["kmeans", "mixture"])
def test_centres_stand_alone_above_the_data(name: str) -> None:
    plot = landscape.draw(shot(name, landscape.FIGURE.needs))
    centres = labelled(plot, "centres ỹ(z)")
    assert isinstance(centres, Points)
    assert len(centres.x) == 10
    order = [getattr(layer, "label", "") for layer in plot.layers]
    assert order.index("centres ỹ(z)") > order.index("data y")
    assert "manifold ỹ(z)" not in order


def test_a_latent_of_two_dimensions_is_a_mesh_on_the_map_and_in_space() -> None:
    plot = landscape.draw(shot("porcupine", landscape.FIGURE.needs))
    curve = labelled(plot, "manifold ỹ(z)")
    assert np.isnan(curve.x).sum() == 42  # 21 rows and 21 columns
    solid = stack.draw(shot("porcupine", stack.FIGURE.needs))
    assert np.isfinite(labelled(solid, "data y, by x").x).all()


def test_the_lectures_figures_of_the_horn() -> None:
    figures = {f.name: f for f in lecture.FIGURES}
    scene = library.scene("horn", CATALOGUE)
    for name in ("figure-9", "figure-10", "figure-11"):
        assert name in scene.figures
        assert figures[name].fits(scene)
        assert not figures[name].fits(library.scene("ellipse", CATALOGUE))
    trained = figures["figure-11"].states[0]
    assert trained.epochs == 100  # 1000 steps
    assert trained.changes["objective.beta"] == math.inf
    assert figures["figure-10"].states[0].epochs == 0
    of = shot("horn", figures["figure-10"].needs)
    plot = figures["figure-10"].draw((of,))
    assert isinstance(plot, Plot)
    assert len(labelled(plot, "ỹ(x, z)").x) == 51 * 48
    data = figures["figure-9"].draw((shot("horn", figures["figure-9"].needs),))
    assert isinstance(data, Plot)
    assert len(labelled(data, "data y, by x").x) == 500
