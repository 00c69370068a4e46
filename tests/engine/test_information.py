"""Information in closed form, and by brute force over a fine z."""

from __future__ import annotations

import math

import pytest
import torch

from ebmviz.engine.landscape.grid import free_energy_points
from ebmviz.engine.theory.information import bits, cube_kl, gaussian_kl, posterior_kl, variational

Z = torch.linspace(-12, 12, 200_001, dtype=torch.float64)


def density(mean: float, s: float) -> torch.Tensor:
    """ln of the cells' probabilities of N(mean, s²)."""
    return torch.log_softmax(-((Z - mean) ** 2) / (2 * s * s), 0)


@pytest.mark.parametrize(("mean", "s", "r"), [(0.0, 1.0, 1.0), (0.7, 0.4, 1.0), (-1.0, 0.9, 1.5)])
def test_the_gaussian_divergence_is_its_integral(mean: float, s: float, r: float) -> None:
    brute = float(posterior_kl(density(mean, s), density(0, r)))
    m, width = torch.tensor([mean, s], dtype=torch.float64)
    found = float(gaussian_kl(m, width, r))
    assert found == pytest.approx(brute, abs=1e-9)


def test_its_minimum_is_zero_at_the_prior() -> None:
    """LeCun 2023's formula, with a log2 inside nats, would fall to −0.043 at s = 1.20."""
    m, s = torch.meshgrid(torch.linspace(-1, 1, 41), torch.linspace(0.5, 1.5, 101), indexing="ij")
    found = gaussian_kl(m.double(), s.double())
    assert float(found.min()) == pytest.approx(0, abs=1e-7)
    at = found.flatten().argmin()
    assert (float(m.flatten()[at]), float(s.flatten()[at])) == pytest.approx((0, 1), abs=1e-5)


def test_cubes_carry_their_logarithm() -> None:
    assert bits(float(cube_kl(torch.tensor(0.25), 1.0, 3))) == pytest.approx(6)
    assert math.isinf(float(cube_kl(torch.tensor(2.0), 1.0, 1)))


@pytest.mark.parametrize("beta", [0.5, 3.0])
@pytest.mark.parametrize("shape", ["gaussian", "cube"])
def test_the_variational_gap_is_a_divergence(beta: float, shape: str) -> None:
    """F̃_q − F = (1/β) KL(q ‖ q*)."""
    energy = (1.3 - Z.sin()).square() + 0.1 * Z.square()
    log_p = density(0, 2.0)
    if shape == "gaussian":
        log_q = density(0.8, 0.6)
    else:
        inside = ((Z > 0.2) & (Z < 1.4)).double()
        log_q = (inside / inside.sum()).log()
    posterior = torch.log_softmax(log_p - beta * energy, 0)
    free = -torch.logsumexp(log_p - beta * energy, 0) / beta
    gap = variational(energy, log_q, log_p, beta) - free
    assert float(gap) == pytest.approx(float(posterior_kl(log_q, posterior)) / beta, abs=1e-9)
    assert float(gap) > 0
    best = variational(energy, posterior, log_p, beta)
    assert float(best) == pytest.approx(float(free), abs=1e-9)


def test_the_posterior_of_a_manifold_has_no_gap() -> None:
    points = torch.randn(30, 2, generator=torch.Generator().manual_seed(1)).double()
    y, beta = torch.tensor([[0.3, -0.4]]).double(), 2.0
    energy = (y - points).square().sum(1)
    log_p = torch.full((30,), -math.log(30), dtype=torch.float64)
    log_q = torch.log_softmax(-beta * energy, 0)
    found = variational(energy, log_q, log_p, beta)
    assert float(found) == pytest.approx(float(free_energy_points(points, y, beta)), abs=1e-12)
