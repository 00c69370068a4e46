"""Data sets: where the points lie without noise, which classes they have, who may use them."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.scene import build
from ebmviz.engine.datasets.blobs import Blobs, BlobsParams
from ebmviz.engine.datasets.gaussians import Gaussians, GaussiansParams
from ebmviz.engine.datasets.moons import Moons, MoonsParams
from ebmviz.engine.datasets.parabola import Parabola, ParabolaParams
from ebmviz.engine.datasets.rings import Rings, RingsParams
from ebmviz.engine.datasets.s_curve import SCurve, SCurveParams
from ebmviz.engine.model import registry

CATALOGUE = registry.catalogue()


def test_the_parabola_is_the_tutorials() -> None:
    x, y = Parabola(ParabolaParams()).points(7).T
    assert len(x) == 200
    assert np.array_equal(y, x**2)
    assert -1 <= x.min() < -0.95
    assert 0.95 < x.max() <= 1
    assert abs(x.mean()) < 0.15


def test_the_s_curve_has_three_answers_in_the_middle() -> None:
    x, y = SCurve(SCurveParams(count=2000, noise=0)).points(7).T
    np.testing.assert_allclose(x, y - 0.6 * np.sin(np.pi * y), atol=1e-12)
    near = np.sort(y[np.abs(x) < 0.02])
    jumps = np.nonzero(np.diff(near) > 0.2)[0]
    assert len(jumps) == 2, "three separate heaps of y belong to x = 0"


def test_gaussians_lie_on_a_circle_one_after_another() -> None:
    y = Gaussians(GaussiansParams(count=12, noise=0, modes=4)).points(7)
    want = 1.5 * np.array([[0, 1], [1, 0], [0, -1], [-1, 0]])
    np.testing.assert_allclose(y, np.tile(want, (3, 1)), atol=1e-12)
    noisy = Gaussians(GaussiansParams(count=8000, noise=0.15, modes=4)).points(7)
    error = noisy - np.tile(want, (2000, 1))
    assert error.std(0) == pytest.approx([0.15, 0.15], rel=0.05)


def test_rings_are_two_circles_equally_dense() -> None:
    y = Rings(RingsParams(count=2600, noise=0)).points(7)
    radius = np.hypot(*y.T)
    assert set(radius.round(9)) == {0.8, 1.8}
    assert (radius < 1).sum() == pytest.approx(800, abs=2)


@pytest.mark.parametrize("classes", [2, 5, 8])
def test_blobs_have_a_class_each(classes: int) -> None:
    rows = Blobs(BlobsParams(count=80 * classes, noise=0.1, classes=classes)).points(7)
    x, label = rows[:, :2], rows[:, 2]
    assert rows.shape == (80 * classes, 3)
    assert np.array_equal(np.bincount(label.astype(int)), [80] * classes)
    centres = np.array([x[label == k].mean(0) for k in range(classes)])
    turn = 2 * np.pi * np.arange(classes) / classes
    want = 1.5 * np.stack([np.sin(turn), np.cos(turn)], 1)
    np.testing.assert_allclose(centres, want, atol=0.06)


def test_moons_are_two_half_circles_that_reach_into_each_other() -> None:
    rows = Moons(MoonsParams(count=400, noise=0)).points(7)
    upper, lower = (rows[rows[:, 2] == k, :2] for k in (0, 1))
    assert len(upper) == len(lower) == 200
    np.testing.assert_allclose(np.hypot(*(upper + [0.5, 0.25]).T), 1)
    np.testing.assert_allclose(np.hypot(*(lower - [0.5, 0.25]).T), 1)
    assert upper[:, 1].min() < lower[:, 1].max(), "no horizontal line separates them"
    # The least squares line fails on some: they are not separable by a line.
    design = np.column_stack([rows[:, :2], np.ones(400)])
    fit = design @ np.linalg.lstsq(design, 2 * rows[:, 2] - 1, rcond=None)[0]
    assert 0.02 < ((fit > 0) != (rows[:, 2] == 1)).mean() < 0.3


@pytest.mark.parametrize(
    ("data", "energy"),
    [
        ("blobs", "regression"),
        ("moons", "ellipse"),
        ("parabola", "binary"),
        ("lecture", "multiclass"),
        ("own", "multiclass"),
    ],
)
def test_data_that_an_energy_cannot_take_are_refused(data: str, energy: str) -> None:
    given: dict[str, object] = {"data.kind": data, "energy.kind": energy}
    with pytest.raises(UserError, match="it holds points of the plane"):
        build("", "", (), given, CATALOGUE)


@pytest.mark.parametrize("energy", ["binary", "multiclass", "conditional", "regression"])
def test_another_energy_brings_data_that_fit(energy: str) -> None:
    scene = build("", "", (), {"energy.kind": energy}, CATALOGUE)
    kinds = CATALOGUE.kinds("data")
    wanted = "takes:labelled" if energy in ("binary", "multiclass") else "takes:points"
    assert wanted in kinds[scene.kind("data")].requires
