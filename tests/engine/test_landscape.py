"""The landscape kernel against float64 brute force, closed forms and the lecture's table."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ebmviz.engine.landscape.grid import free_energy_grid, free_energy_points
from tests.engine.clouds import (
    BETAS,
    INF,
    SHAPES,
    WEIGHTS,
    Shape,
    brute,
    ellipse,
    flat,
    weights,
    worst,
)
from tests.lecture import FIGURE_6
from tests.slow import slow

ANY = given(
    k=st.one_of(st.integers(1, 60), st.integers(1, 5000)),
    shape=st.sampled_from(SHAPES),
    scale=st.sampled_from([1e-3, 0.5, 1.0, 5.0]),
    beta=st.one_of(st.sampled_from(BETAS), st.floats(-6, 6).map(lambda x: 10.0**x)),
    width=st.integers(1, 70),
    height=st.integers(1, 70),
    half=st.sampled_from([1e-2, 2.2, 2.2, 30.0]),
    centre=st.sampled_from([(0.0, 0.0), (0.7, -0.3), (1000.0, -1000.0)]),
    kind=st.sampled_from(WEIGHTS),
    seed=st.integers(0, 2**31),
)


def exact(
    k: int,
    shape: Shape,
    scale: float,
    beta: float,
    width: int,
    height: int,
    half: float,
    centre: tuple[float, float],
    kind: str,
    seed: int,
) -> None:
    g = torch.Generator().manual_seed(seed)
    points = shape(k, g, scale)
    if abs(centre[0]) > 100 and seed % 2:  # the points move with the window, or stay far away
        points = points + torch.tensor(centre)
    lw = weights(kind, k, g)
    y1 = torch.linspace(centre[0] - half, centre[0] + half, width)
    y2 = torch.linspace(centre[1] - half / 2, centre[1] + half / 2, height)
    exact = brute(points, flat(y1, y2), beta, lw)
    grid = free_energy_grid(points, y1, y2, beta, lw)
    assert grid.shape == (height, width)
    assert grid.dtype == torch.float32
    assert worst(grid, exact) <= 5e-6
    some = torch.randperm(width * height, generator=g)[:40]
    scattered_values = free_energy_points(points, flat(y1, y2)[some], beta, lw)
    assert worst(scattered_values, exact[some]) <= 5e-6


@settings(max_examples=150, deadline=None, derandomize=True)
@ANY
def test_any_case_is_exact(**case: Any) -> None:
    exact(**case)


@pytest.mark.slow
@settings(max_examples=500, deadline=None, derandomize=True)
@ANY
def test_many_cases_are_exact(**case: Any) -> None:
    exact(**case)


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("count", [48, slow(1024)])
def test_the_app_window(beta: float, count: int) -> None:
    y = torch.linspace(-2.2, 2.2, 203)
    grid = free_energy_grid(ellipse(count), y, y, beta)
    assert worst(grid, brute(ellipse(count), flat(y, y), beta)) <= 2e-6


def test_uneven_axes() -> None:
    y1 = torch.linspace(-1.3, 1.3, 131) ** 3
    y2 = torch.cat([torch.linspace(-2, 0, 7), torch.linspace(0.001, 0.002, 70)])
    for beta in BETAS:
        grid = free_energy_grid(ellipse(), y1, y2, beta)
        assert worst(grid, brute(ellipse(), flat(y1, y2), beta)) <= 2e-6


def test_float64_stays_float64() -> None:
    y = torch.linspace(-2.2, 2.2, 67, dtype=torch.float64)
    points = ellipse().double()
    for beta in BETAS:
        grid = free_energy_grid(points, y, y, beta)
        assert grid.dtype == torch.float64
        assert worst(grid, brute(points, flat(y, y), beta)) <= 1e-9


@pytest.mark.parametrize("beta", [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4])
def test_circle(beta: float) -> None:
    """‖y‖² + r² − (1/β) ln I0(2βr‖y‖), with I0 = e^x i0e."""
    r, y = 0.8, torch.linspace(-1.5, 1.5, 60, dtype=torch.float64)
    radius = (y[:, None] ** 2 + y[None, :] ** 2).sqrt()
    argument = 2 * beta * r * radius
    exact = (radius - r) ** 2 - torch.special.i0e(argument).log() / beta
    grid = free_energy_grid(ellipse(5000, r, r), y.float(), y.float(), beta)
    assert torch.allclose(grid.double(), exact, rtol=0, atol=1e-5)


@pytest.mark.parametrize("beta", [1e-3, 0.1, 1.0, 10.0, 100.0])
def test_origin(beta: float) -> None:
    w1, w2 = 1.45263, 0.35856
    argument = torch.tensor(beta * (w1**2 - w2**2) / 2, dtype=torch.float64)
    log_i0 = float(torch.special.i0e(argument).log() + argument)
    exact = (w1**2 + w2**2) / 2 - log_i0 / beta
    zero = torch.zeros(1)
    assert free_energy_grid(ellipse(4000), zero, zero, beta).item() == pytest.approx(
        exact, abs=1e-5
    )


@pytest.mark.parametrize("beta", FIGURE_6)
def test_figure_6(beta: float) -> None:
    y2 = torch.linspace(0, 2, 9)
    column = free_energy_grid(ellipse(), torch.zeros(1), y2, beta)[:, 0]
    assert torch.allclose(column, torch.tensor(FIGURE_6[beta]), rtol=0, atol=1e-4)


def test_limits_are_reached() -> None:
    y = torch.linspace(-2, 2, 90)
    mean = free_energy_grid(ellipse(), y, y, 0.0)
    least = free_energy_grid(ellipse(), y, y, INF)
    assert torch.allclose(free_energy_grid(ellipse(), y, y, 1e-7), mean, rtol=1e-6, atol=1e-6)
    assert torch.allclose(free_energy_grid(ellipse(), y, y, 1e6), least, rtol=1e-6, atol=1e-5)
    assert torch.equal(free_energy_grid(ellipse(), y, y, 1e38), least)
    parabola = y[:, None] ** 2 + y[None, :] ** 2 + (1.45263**2 + 0.35856**2) / 2
    assert torch.allclose(mean, parabola, atol=1e-5)


def test_the_free_energy_falls_with_beta() -> None:
    y = torch.linspace(-2, 2, 64)
    maps = [free_energy_grid(ellipse(), y, y, beta) for beta in BETAS]
    for hotter, colder in itertools.pairwise(maps):
        assert bool((colder <= hotter + 2e-6).all())


def test_weights_that_do_not_sum_to_one_shift_the_map() -> None:
    y = torch.linspace(-1, 1, 20)
    lw = torch.full((48,), -math.log(48.0))
    for beta in (0.01, 2.0, 500.0):
        plain = free_energy_grid(ellipse(), y, y, beta)
        shifted = free_energy_grid(ellipse(), y, y, beta, lw - 3.0)
        assert torch.allclose(shifted, plain + 3.0 / beta, rtol=1e-6, atol=1e-5)
    for beta in (0.0, INF):
        assert torch.allclose(
            free_energy_grid(ellipse(), y, y, beta, lw - 3.0),
            free_energy_grid(ellipse(), y, y, beta),
        )


@pytest.mark.parametrize("scale", [0.01, 0.3, 1.0, 3.0, 10.0, 1e3, 1e5])
def test_the_least_energy_keeps_its_digits_in_any_window(scale: float) -> None:
    """Where a tile is wide, E_0 and E_k − E_0 are large and their sum may be nothing."""
    points = scale * torch.randn(70, 2, generator=torch.Generator().manual_seed(5))
    y1, y2 = scale * torch.linspace(-3, 3, 200), scale * torch.linspace(-2, 2, 130)
    energy = (flat(y1.double(), y2.double())[:, None] - points.double()).square().sum(-1)
    least = energy.amin(1).view(130, 200)
    error = (free_energy_grid(points, y1, y2, math.inf).double() - least).abs()
    assert float((error / least.clamp(min=1)).max()) <= 5e-6


def test_no_gradient_graph_from_the_grid() -> None:
    points = ellipse().requires_grad_()
    assert not free_energy_grid(points, torch.zeros(3), torch.zeros(3), 1.0).requires_grad
