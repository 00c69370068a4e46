"""Descents end where the slope is nought, never rise, and are told apart by where they end."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.descents import Method, broken, by_autograd, descents
from ebmviz.engine.analysis.pointwise import free_energy_slopes
from ebmviz.engine.landscape.softmin import soft_minimum

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
