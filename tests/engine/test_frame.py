"""Own data at any place and of any size: computed in their frame, seen where they are."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core import assets
from ebmviz.core.frame import Frame, frame_around, frame_of
from ebmviz.core.params import ParamSet
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.engine.datasets.lecture import Lecture
from ebmviz.engine.measures.base.places import LENGTHS, PAIRS, PLACES
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.opening import opened
from ebmviz.figures.registry import FIGURES, offered
from ebmviz.files.opening import with_points
from tests.scenes import CATALOGUE, built_in

WHERE = [(1e5, 0.01), (-3e6, 2.0), (0.0, 1e-9), (0.0, 1e9), (7.0, 1e-12)]
ENERGIES = ("ellipse", "kmeans", "unconditional", "regression", "implicit-regression", "mixture")
NEEDS = (
    *("map", "data", "contours", "manifold", "nearest", "arrows", "section", "gradient"),
    *("topology", "prediction", "descents", "negatives", "chains"),
)
BASE = Lecture(ParamSet()).points(0)


def moved(name: str, offset: float, scale: float, **more: object) -> tuple[Scene, Array]:
    points = offset + scale * BASE
    quick = {"view.resolution": 24, "view.topology": "minima", "view.contours": 3}
    return with_points(built_in(name, quick, **more), points, "p.csv", CATALOGUE), points


@pytest.mark.parametrize(("offset", "scale"), WHERE)
@pytest.mark.parametrize("name", ENERGIES)
def test_what_is_shown_lies_where_the_data_are(name: str, offset: float, scale: float) -> None:
    scene, points = moved(name, offset, scale)
    frame, (left, right, bottom, top) = frame_of(scene), scene.view.window
    engine = Engine(scene)
    engine.train(6)
    found = engine.snapshot(NEEDS).arrays
    wide = right - left
    assert found["data"].dtype == np.float64
    assert np.abs(found["data"] - points).max() < 1e-6 * wide
    # The map against float64 brute force at the true cell centres.
    share = (np.arange(24) + 0.5) / 24
    at = np.stack(np.meshgrid(left + wide * share, bottom + (top - bottom) * share), 2)
    u = torch.from_numpy(frame.inside(at.reshape(-1, 2)))
    weights = {k: w.double() for k, w in engine.weights.items()}
    exact = engine.task.energy.at(weights, engine.view, u, engine.view.beta).reshape(24, 24)
    # Near the origin of float64's grid a cell is known to a thousandth of the window only.
    resolved = np.spacing(max(abs(offset), wide)) / wide
    room = (1e-5 + 20 * resolved) * float(exact.abs().max())
    np.testing.assert_allclose(found["map"], exact.numpy(), atol=room)
    for each in (PLACES & found.keys()) - {"descent_end", "descent_path", "argmin"}:
        near = found[each][np.isfinite(found[each]).all(-1)]
        assert (np.abs(near - points.mean(0)) < 20 * wide).all(), each


@pytest.mark.parametrize(("offset", "scale"), [w for w in WHERE if w[1] != 2.0])
@pytest.mark.parametrize("name", ENERGIES[:3])
def test_data_moved_and_scaled_give_the_model_moved_and_scaled(
    name: str, offset: float, scale: float
) -> None:
    here, there = Engine(moved(name, 0, 1)[0]), Engine(moved(name, offset, scale)[0])
    for engine in (here, there):
        engine.train(24)
    rough = max(1e-4, 10 * np.spacing(abs(offset)) / scale)  # what float64 knows of the data
    for key, weight in here.weights.items():
        torch.testing.assert_close(there.weights[key], weight, atol=rough, rtol=rough)
    ours, theirs = (e.snapshot(("manifold", "section")).arrays for e in (here, there))
    for key in {"manifold", "section_at"} & ours.keys():
        np.testing.assert_allclose((theirs[key] - offset) / scale, ours[key], atol=5 * rough)
    np.testing.assert_allclose(theirs["section_s"] / scale, ours["section_s"], rtol=1e-3)


@pytest.mark.parametrize(
    ("points", "frame"),
    [
        ([[0.5, 1.5]], Frame()),
        ([[0.0, 0.0]], Frame()),
        ([[3e5, -2e5]], Frame(scale=1e5)),
        ([[2e-8, 1e-8], [2e-8, 1e-8]], Frame(scale=1e-8)),
        ([[-12.0, 15.0], [9.0, 0.0]], Frame()),
        ([[400.0, 900.0], [500.0, 1100.0]], Frame((400.0, 1000.0), 100.0)),
        ([[-2e4, 0.0], [3e4, 1e4]], Frame(scale=1e4)),
        ([[-3e12 / 3, 0.0], [1e12, 1.0]], Frame(scale=1e12)),
    ],
)
def test_which_frame_points_declare(points: list[list[float]], frame: Frame) -> None:
    assert frame_around(np.array(points)) == frame


@pytest.mark.parametrize("size", [0.0, 5e-324, 1e-300, 1e-12, 0.02, 3.0, 1e7, 4e11])
@pytest.mark.parametrize("step", [0.0, 1e-16, 1e-9, 1.0])
def test_points_that_were_accepted_are_shown(size: float, step: float) -> None:
    points = np.array([[size, -size], [size * (1 + step), -size], [size, -size]])
    scene = with_points(built_in("ellipse", {"view.resolution": 16}), points, "p", CATALOGUE)
    left, right, bottom, top = scene.view.window
    assert ((points >= (left, bottom)) & (points <= (right, top))).all()
    engine = Engine(scene)
    engine.train(2)
    assert np.isfinite(engine.snapshot(("map", "data")).arrays["map"]).all()


@pytest.mark.parametrize("name", assets.scene_names())
def test_every_array_of_pairs_is_a_place_or_is_known_not_to_be(name: str) -> None:
    scene = built_in(name)
    if "view.resolution" in scene.values:
        scene = built_in(name, {"view.resolution": 16})
    engine = opened(scene)
    engine.sample(2)
    needs = {need for n in offered(scene) if FIGURES[n].live for need in FIGURES[n].needs}
    found = engine.snapshot(tuple(sorted(needs - {"gradient-bias", "lab"}))).arrays
    pairs = {k for k, a in found.items() if a.ndim > 1 and a.shape[-1] == 2}
    assert pairs <= PLACES | PAIRS, pairs - PLACES - PAIRS
    assert not PLACES & PAIRS
    assert not LENGTHS & PLACES
