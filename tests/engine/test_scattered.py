"""The free energy at scattered places as training uses it: with a pull, and of many point sets."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from ebmviz.engine.landscape.scattered import (
    free_energies,
    free_energy_and_pull,
    free_energy_points,
)

BETAS = [0.0, 1e-3, 0.1, 1.0, 30.0, math.inf]


def cloud(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def plain(points: Tensor, y: Tensor, beta: float) -> Tensor:
    """The definition, for autograd."""
    energy = (y[:, None] - points).square().sum(-1)
    if beta == 0:
        return energy.mean(1)
    if math.isinf(beta):
        return energy.amin(1)
    return -(torch.logsumexp(-beta * energy, 1) - math.log(len(points))) / beta


# A small problem, one that keeps P(k|y) only, and one that keeps nothing.
@pytest.mark.parametrize("count", [1, 24, 900, 6000])
@pytest.mark.parametrize("beta", BETAS)
def test_the_pull_is_the_derivative_by_the_points(beta: float, count: int) -> None:
    points, y = cloud(50, 2, dtype=torch.float64), cloud(count, 2, seed=1, dtype=torch.float64)
    slope = cloud(count, seed=2, dtype=torch.float64)
    with torch.no_grad():
        found, pull = free_energy_and_pull(points, y, beta)
        pulled = pull(slope)
        again = pull(slope)
    leaf = points.clone().requires_grad_()
    exact = plain(leaf, y, beta)
    torch.testing.assert_close(found, exact.detach(), rtol=1e-9, atol=1e-9)
    (expected,) = torch.autograd.grad(exact, leaf, slope)
    torch.testing.assert_close(pulled, expected, rtol=1e-9, atol=1e-9)
    assert torch.equal(again, pulled)


@pytest.mark.parametrize("count", [1, 24, 900, 6000])
@pytest.mark.parametrize("beta", BETAS)
def test_the_pull_gives_what_autograd_gives(beta: float, count: int) -> None:
    points, y, slope = cloud(50, 2), cloud(count, 2, seed=1), cloud(count, seed=2)
    with torch.no_grad():
        found, pull = free_energy_and_pull(points, y, beta)
    leaf = points.clone().requires_grad_()
    out = free_energy_points(leaf, y, beta)
    assert torch.equal(out.detach(), found)
    for _ in range(2):  # the way back leaves what it needs as it is
        (expected,) = torch.autograd.grad(out, leaf, slope, retain_graph=True)
        assert torch.equal(pull(slope), expected)


@pytest.mark.parametrize("dimension", [1, 2, 3, 7])
def test_the_pull_in_any_dimension(dimension: int) -> None:
    points, y = cloud(11, dimension), cloud(5, dimension, seed=1)
    with torch.no_grad():
        pulled = free_energy_and_pull(points, y, 2.0)[1](torch.ones(5))
    leaf = points.clone().requires_grad_()
    (expected,) = torch.autograd.grad(plain(leaf, y, 2.0).sum(), leaf)
    torch.testing.assert_close(pulled, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("count", [1, 24, 97])
@pytest.mark.parametrize("latents", [1, 48, 53])
@pytest.mark.parametrize("beta", BETAS)
def test_point_sets_do_not_see_each_other(beta: float, latents: int, count: int) -> None:
    points, y = 1.5 * cloud(65, latents, 2), cloud(count, 2, seed=1)
    together = free_energies(points, y, beta)
    assert together.shape == (65, count)
    means = together.mean(1)
    for i, alone in enumerate(points):
        assert torch.equal(free_energies(alone[None], y, beta)[0], together[i])
        assert float(free_energies(alone[None], y, beta).mean(1)) == float(means[i])
    some = free_energies(points[7:20], y, beta)
    assert torch.equal(some, together[7:20])
    torch.testing.assert_close(together[3], free_energy_points(points[3], y, beta))
