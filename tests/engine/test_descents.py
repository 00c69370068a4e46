"""Descents end where the slope is nought, never rise, and are told apart by where they end."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core import library
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array
from ebmviz.engine import registry
from ebmviz.engine.budget import Detail
from ebmviz.engine.descents import Method, broken, by_autograd, descents
from ebmviz.engine.engine import Engine
from ebmviz.engine.measures import falls
from ebmviz.engine.pointwise import free_energy_slopes
from ebmviz.engine.softmin import soft_minimum

CATALOGUE = registry.catalogue()
ANYWHERE = np.array([-np.inf]), np.array([np.inf])
METHODS: tuple[Method, ...] = ("gradient", "lbfgs")
# f(x, y) = (x² − 1)² + x/4 + y²: two valleys, the left one the deeper.
LEFT, RIGHT = np.sort(np.roots([4, 0, -4, 0.25]).real)[[0, 2]]


def two_valleys(at: Tensor) -> Tensor:
    x, y = at[:, 0], at[:, 1]
    return (x.square() - 1).square() + 0.25 * x + y.square()


def rosenbrock(at: Tensor) -> Tensor:
    x, y = at[:, 0], at[:, 1]
    return (1 - x).square() + 100 * (y - x.square()).square()


def grid(low: float, high: float, count: int) -> Array:
    line = np.linspace(low, high, count)
    return np.stack(np.meshgrid(line, line), 2).reshape(-1, 2)


@pytest.mark.parametrize("method", METHODS)
def test_ends_are_minima_of_the_valley_and_no_value_rises(method: Method) -> None:
    starts = grid(-1.9, 2.1, 7)
    path, value, ended, _ = descents(by_autograd(two_valleys), starts, method, 0.2, 400, ANYWHERE)
    assert ended.all()
    assert np.array_equal(path[0], starts)
    assert (np.diff(value, axis=0) <= 0).all()
    assert value[-1] == pytest.approx(two_valleys(torch.from_numpy(path[-1])).numpy())
    assert np.abs(path[-1][:, 1]).max() < 1e-5
    away = np.minimum(np.abs(path[-1][:, 0] - LEFT), np.abs(path[-1][:, 0] - RIGHT))
    assert away.max() < 1e-5
    # Steps are too short to leap over the hill.
    far = np.abs(starts[:, 0] - 0.06) > 0.4
    assert np.array_equal(path[-1][far, 0] > 0, starts[far, 0] > 0)


@pytest.mark.parametrize("method", METHODS)
def test_no_step_is_longer_than_the_stride(method: Method) -> None:
    found = descents(by_autograd(two_valleys), grid(-3, 3, 5), method, 0.1, 50, ANYWHERE)
    assert np.sqrt((np.diff(found.path, axis=0) ** 2).sum(2)).max() <= 0.1 + 1e-12


def test_lbfgs_follows_a_curved_valley() -> None:
    starts = np.array([[-1.2, 1.0], [0.0, 0.0], [2.0, -1.0]])
    found = descents(by_autograd(rosenbrock), starts, "lbfgs", 1.0, 300, ANYWHERE)
    assert found.ended.all()
    assert found.path[-1] == pytest.approx(np.ones((3, 2)), abs=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_a_start_does_not_depend_on_the_others(method: Method) -> None:
    starts = grid(-1.5, 1.5, 4)
    together = descents(by_autograd(two_valleys), starts, method, 0.2, 200, ANYWHERE)
    alone = descents(by_autograd(two_valleys), starts[5:6], method, 0.2, 200, ANYWHERE)
    assert alone.path[-1, 0] == pytest.approx(together.path[-1, 5], abs=1e-9)


def test_a_start_off_the_function_stays_and_ends_no_better() -> None:
    def logarithm(at: Tensor) -> Tensor:
        return at[:, 0] - at[:, 0].log()

    starts = np.array([[-1.0], [3.0]])
    path, value, ended, _ = descents(
        by_autograd(logarithm), starts, "gradient", 10.0, 200, ANYWHERE
    )
    assert path[-1, 0, 0] == -1
    assert path[-1, 1, 0] == pytest.approx(1, abs=1e-5)
    assert math.isnan(value[-1, 0])
    assert ended.all()


@pytest.mark.parametrize("method", METHODS)
def test_where_nothing_stops_a_descent_it_leaves_the_box(method: Method) -> None:
    def tilted(at: Tensor) -> Tensor:
        return two_valleys(at) + torch.where(at[:, 0] > 2, -100 * (at[:, 0] - 2).square(), 0.0)

    starts = np.array([[-1.5, 0.3], [2.5, 0.0]])
    box = np.array([-4.0, -4.0]), np.array([4.0, 4.0])
    path, _, ended, escaped = descents(by_autograd(tilted), starts, method, 0.2, 400, box)
    assert ended.all()
    assert escaped.tolist() == [False, True]
    assert 4 < path[-1, 1, 0] <= 4.2


def test_a_broken_line_holds_each_path_once() -> None:
    path = np.array([[[0.0], [5.0]], [[1.0], [5.0]], [[1.0], [6.0]], [[2.0], [6.0]]])
    line = broken(path)[:, 0]
    assert line[~np.isnan(line)].tolist() == [0, 1, 2, 5, 6]
    assert np.isnan(line).nonzero()[0].tolist() == [3, 6]


@pytest.mark.parametrize("beta", [0.0, 1e-3, 0.7, 30.0, 1e6, math.inf])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_closed_form_of_a_set_of_points_is_autograd_s(beta: float, weighted: bool) -> None:
    rng = np.random.default_rng(2)
    points, at = rng.normal(size=(9, 2)), rng.normal(size=(6, 2))
    extra = rng.random(9) if weighted else None
    log_p = np.append(np.log(rng.dirichlet(np.ones(8))), -math.inf) if weighted else None

    def free(y: Tensor) -> Tensor:
        energy = (y[:, None] - torch.from_numpy(points)).square().sum(2)
        if extra is not None:
            energy = energy + torch.from_numpy(extra)
        return soft_minimum(energy, beta, None if log_p is None else torch.from_numpy(log_p))

    value, slope = free_energy_slopes(points, beta, extra, log_p)(at)
    expected, expected_slope = by_autograd(free)(at)
    assert value == pytest.approx(expected, abs=1e-9)
    assert slope == pytest.approx(expected_slope, abs=1e-9)


# as a measure -------------------------------------------------------------------------


def scene(name: str, **changes: object) -> Scene:
    """A built-in scene; `a__b` stands for the path a.b."""
    paths: dict[str, object] = {k.replace("__", "."): v for k, v in changes.items()}
    given = {"device": "cpu", "view.resolution": 64, "view.inference": "lbfgs", **paths}
    return replace(library.scene(name, CATALOGUE), given, CATALOGUE)


def slopes(engine: Engine, at: Array) -> tuple[Array, Array]:
    weights = {k: w.double() for k, w in engine.weights.items()}
    view = engine.scene.view
    energy = by_autograd(lambda y: engine.task.energy.at(weights, view, y, view.beta))
    return energy(at.astype(np.float64))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["ellipse", "unconditional"])
def test_on_the_plane_ends_are_stationary_and_judged_by_the_least_energy(
    name: str, method: Method
) -> None:
    engine = Engine(scene(name, view__inference=method, view__starts=12, view__beta=3))
    engine.train(20)
    a = engine.snapshot(("map", "descents")).arrays
    assert a["descent_start"].shape == a["descent_end"].shape == (13, 2)
    assert a["descent_start"][0].tolist() == pytest.approx(engine.scene.view.probe)
    value, slope = slopes(engine, a["descent_end"])
    assert a["descent_energy"] == pytest.approx(value, abs=1e-5)
    rested = a["descent_ended"]
    assert rested.sum() >= 6
    assert np.abs(slope[rested]).max() < 1e-3
    least = float(a["map"].min())
    polished = slopes(engine, a["argmin"])[0][0]
    assert polished <= least + 1e-5
    limit = polished + falls.NEAR * (float(np.median(a["map"])) - polished)
    assert a["descent_good"].tolist() == (value <= limit + 1e-6).tolist()


def test_with_the_latent_minimised_every_descent_ends_on_a_decoded_point() -> None:
    engine = Engine(scene("ellipse", view__beta=math.inf, view__starts=20))
    a = engine.snapshot(("descents", "manifold")).arrays
    away = np.abs(a["descent_end"][:, None] - a["manifold"][None]).sum(2).min(1)
    assert away.max() < 1e-4
    assert a["descent_good"].all()


@pytest.mark.parametrize("method", METHODS)
def test_over_y_and_z_energy_falls_to_nought_on_the_manifold(method: Method) -> None:
    changes = {"view__inference": method, "view__over": "yz", "view__starts": 20}
    engine = Engine(scene("ellipse", **changes))
    a = engine.snapshot(("descents",)).arrays
    assert a["descent_energy"].max() < 1e-8
    w = engine.weights["w"].numpy()
    on = ((a["descent_end"] / w) ** 2).sum(1)
    assert on == pytest.approx(np.ones(21), abs=1e-2)
    assert a["descent_good"].all()


def test_over_x_and_y_each_start_keeps_its_x_and_is_judged_by_its_column() -> None:
    engine = Engine(scene("implicit-regression", view__starts=16))
    engine.train(150)
    a = engine.snapshot(("descents",)).arrays
    start, end, best = a["descent_start"], a["descent_end"], a["argmin"]
    assert np.array_equal(start[:, 0], end[:, 0])
    assert np.array_equal(start[:, 0], best[:, 0])
    breaks = np.isnan(a["descent_path"][:, 0]).nonzero()[0]
    for i, piece in enumerate(np.split(a["descent_path"], breaks + 1)[:-1]):
        assert (piece[:-1, 0] == start[i, 0]).all()
    bottom, top = engine.scene.view.window[2:]
    fine = np.linspace(bottom, top, 4001)
    for i in range(len(start)):
        column = np.stack([np.full_like(fine, start[i, 0]), fine], 1)
        assert slopes(engine, best[i : i + 1])[0][0] <= slopes(engine, column)[0].min() + 1e-3
        assert slopes(engine, end[i : i + 1])[0][0] <= slopes(engine, start[i : i + 1])[0][0] + 1e-6


def test_starts_are_the_scene_s_and_more_of_them_keep_the_first() -> None:
    few = Engine(scene("ellipse", view__starts=3)).snapshot(("descents",)).arrays
    many = Engine(scene("ellipse", view__starts=9)).snapshot(("descents",)).arrays
    other = Engine(scene("ellipse", view__starts=9, seed=8)).snapshot(("descents",)).arrays
    assert np.array_equal(many["descent_start"][:4], few["descent_start"])
    assert not np.array_equal(many["descent_start"][1:], other["descent_start"][1:])


def test_nothing_is_measured_when_it_is_off() -> None:
    assert (
        "descent_path"
        not in Engine(scene("ellipse", view__inference="off")).snapshot(("descents",)).arrays
    )


def test_while_something_moves_descents_are_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(scene("unconditional", view__inference="gradient", view__starts=4))
    engine.train(30)
    seen: list[int] = []
    inner = falls.descents

    def counted(*args: object) -> object:
        seen.append(args[4])  # type: ignore[arg-type]
        return inner(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(falls, "descents", counted)
    for lines in (False, True):
        engine.snapshot(("descents",), subject=engine.subject(Detail(1, lines)))
    assert seen == [falls.HURRIED, falls.EVALUATIONS]
