"""Samplers against closed forms: moments, detailed balance, known biases."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.engine.samplers.base.sampler import Sampler
from ebmviz.engine.samplers.base.step import StepParams
from ebmviz.engine.samplers.hmc import HMC, LeapParams
from ebmviz.engine.samplers.mala import MALA
from ebmviz.engine.samplers.sgld import SGLD, NoiseParams
from ebmviz.engine.samplers.ula import ULA
from ebmviz.engine.sampling.diagnostics import effective_size, split_r_hat
from ebmviz.engine.sampling.oracle import Oracle

PRECISION = torch.tensor([[2.0, 0.6], [0.6, 1.0]], dtype=torch.float64)
MEAN = torch.tensor([0.5, -1.0], dtype=torch.float64)
CHAINS = 4000
EXACT: list[Sampler[Any]] = [MALA(StepParams(step=0.25)), HMC(LeapParams(leap=0.35, leaps=5))]


def gaussian(y: Tensor) -> tuple[Tensor, Tensor]:
    """F = ½ (y − m)' A (y − m)."""
    slope = (y - MEAN) @ PRECISION
    return 0.5 * (slope * (y - MEAN)).sum(1), slope


def double_well(y: Tensor) -> tuple[Tensor, Tensor]:
    """F = 2 (y1² − 1)² − 0.4 y1 + y2²: two wells of different weight."""
    x = y[:, 0]
    free = 2 * (x * x - 1) ** 2 - 0.4 * x + y[:, 1] ** 2
    return free, torch.stack([8 * x * (x * x - 1) - 0.4, 2 * y[:, 1]], 1)


def run(sampler: Sampler[Any], field: Any, start: Tensor, beta: float, steps: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(1)
    chains = sampler.init(field, start)
    places = []
    for _ in range(steps):
        chains, info = sampler.step(chains, field, beta, generator)
        assert bool(((info.accepted >= 0) & (info.accepted <= 1)).all())
        places.append(chains.y)
    return places


def normals(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("beta", [0.5, 3.0])
@pytest.mark.parametrize("sampler", EXACT, ids=lambda s: s.kind)
def test_mean_and_covariance_of_a_gaussian(sampler: Sampler[Any], beta: float) -> None:
    last = run(sampler, gaussian, normals(CHAINS, 2), beta, 80)[-1]  # independent chains
    wanted = torch.linalg.inv(PRECISION) / beta
    error = (last.mean(0) - MEAN) / (wanted.diagonal() / CHAINS).sqrt()
    assert float(error.abs().max()) < 4
    found = torch.cov(last.t())
    for i, j in ((0, 0), (0, 1), (1, 1)):
        spread = math.sqrt((wanted[i, i] * wanted[j, j] + wanted[i, j] ** 2) / CHAINS)
        assert abs(float(found[i, j] - wanted[i, j])) < 4 * spread


@pytest.mark.parametrize("sampler", EXACT, ids=lambda s: s.kind)
def test_the_weights_of_a_double_well(sampler: Sampler[Any]) -> None:
    last = run(sampler, double_well, normals(CHAINS, 2), 1.0, 300)[-1]
    x = torch.linspace(-4, 4, 20001, dtype=torch.float64)
    density = torch.exp(-(2 * (x * x - 1) ** 2 - 0.4 * x))
    right = float(density[x > 0].sum() / density.sum())
    share = float((last[:, 0] > 0).double().mean())
    assert abs(share - right) < 4 * math.sqrt(right * (1 - right) / CHAINS)


@pytest.mark.parametrize("sampler", EXACT, ids=lambda s: s.kind)
def test_a_step_leaves_p_as_it_is(sampler: Sampler[Any]) -> None:
    """From exact samples, one step with a coarse step size: reversibility shows in every flow
    between two halves, and stationarity in the moments.
    """
    count, beta = 100_000, 1.0
    start = MEAN + normals(count, 2) @ torch.linalg.cholesky(torch.linalg.inv(PRECISION)).t()
    after = run(sampler, gaussian, start, beta, 1)[0]
    there = ((start[:, 0] < 0.2) & (after[:, 0] >= 0.2)).double().sum()
    back = ((start[:, 0] >= 0.2) & (after[:, 0] < 0.2)).double().sum()
    assert there > 1000
    assert abs(float(there - back)) < 4 * math.sqrt(float(there + back))
    energy = gaussian(after)[0]
    assert abs(float(energy.mean()) - 1) < 4 / math.sqrt(count)  # ½ per degree of freedom / β


def test_langevin_is_too_hot_by_what_is_known() -> None:
    """On ½ k y² the variance is 1 / (βk (1 − hk/2))."""
    h, beta, k = 0.5, 2.0, 1.5

    def bowl(y: Tensor) -> tuple[Tensor, Tensor]:
        return 0.5 * k * y.square().sum(1), k * y

    last = run(ULA(StepParams(step=h)), bowl, normals(20_000, 2), beta, 60)[-1]
    wanted = 1 / (beta * k * (1 - h * k / 2))
    assert float(last.var()) == pytest.approx(wanted, rel=4 * math.sqrt(2 / 40_000))
    assert wanted > 1.5 / (beta * k)  # far from the truth: the bias is what is tested
    beyond = run(ULA(StepParams(step=2.2 / k)), bowl, normals(10, 2), beta, 200)[-1]
    assert float(beyond.abs().max()) > 1e6


def test_sgld_samples_at_the_beta_it_implies() -> None:
    assert SGLD(NoiseParams(step=1.0, noise=0.01)).implied(1.0) == pytest.approx(20_000)
    sampler = SGLD(NoiseParams(step=0.02, noise=0.1))
    last = run(sampler, gaussian, normals(CHAINS, 2), 77.0, 500)[-1]
    wanted = torch.linalg.inv(PRECISION) / sampler.implied(77.0)
    assert torch.allclose(torch.cov(last.t()), wanted, rtol=0.15, atol=0.02)


def test_hmc_tells_its_way() -> None:
    sampler = HMC(LeapParams(leap=1e-3, leaps=7))
    generator = torch.Generator().manual_seed(2)
    chains = sampler.init(gaussian, normals(5, 2))
    after, info = sampler.step(chains, gaussian, 1.0, generator)
    assert info.path is not None
    assert info.path.shape == (8, 5, 2)
    assert torch.equal(info.path[0], chains.y)
    assert float(info.accepted.min()) > 0.999  # the energy is conserved
    assert torch.equal(info.path[-1], after.y)


def test_a_move_to_nowhere_is_never_taken() -> None:
    def cliff(y: Tensor) -> tuple[Tensor, Tensor]:
        outside = y[:, 0].abs() > 1
        return torch.where(outside, torch.nan, 0.0), torch.zeros_like(y)

    places = run(MALA(StepParams(step=0.5)), cliff, torch.zeros(50, 2).double(), 1.0, 40)
    assert all(float(y[:, 0].abs().max()) <= 1 for y in places)
    assert float((places[-1] != 0).double().mean()) > 0.9


def test_arguments_are_not_changed() -> None:
    for sampler in (*EXACT, ULA(StepParams()), SGLD(NoiseParams())):
        start = normals(6, 2)
        chains = sampler.init(gaussian, start.clone())
        kept = [t.clone() for t in chains[:3]]
        sampler.step(chains, gaussian, 1.0, torch.Generator().manual_seed(1))
        assert all(torch.equal(a, b) for a, b in zip(chains[:3], kept, strict=True))


# the oracle ---------------------------------------------------------------------------


def oracle(beta: float, half: float, cells: int) -> Oracle:
    line = -half + 2 * half * (np.arange(cells) + 0.5) / cells
    y = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    free = gaussian(torch.from_numpy(y))[0].numpy().reshape(cells, cells)
    return Oracle(free, (-half, half, -half, half), beta)


@pytest.mark.parametrize("beta", [0.7, 1.0, 5.0])
def test_log_z_of_a_gaussian(beta: float) -> None:
    found = oracle(beta, 12.0, 256)
    wanted = math.log(2 * math.pi / beta) - 0.5 * math.log(float(torch.linalg.det(PRECISION)))
    assert found.log_z == pytest.approx(wanted, abs=1e-6)
    assert found.leakage < 1e-6
    assert abs(found.log_z - wanted) <= found.grid_error + found.leakage + 1e-9
    assert float(found.p.sum()) == pytest.approx(1, abs=1e-12)


def test_what_the_window_leaves_out_is_estimated() -> None:
    for half in (2.5, 3.5, 5.0):
        small, whole = oracle(1.0, half, 200), oracle(1.0, 14.0, 800)
        missing = 1 - math.exp(small.log_z - whole.log_z)
        assert missing / 5 < small.leakage < 5 * missing


def test_exact_samples_have_the_moments_and_no_divergence() -> None:
    found = oracle(1.0, 8.0, 256)
    y = found.sample(40_000, np.random.default_rng(3))
    wanted = np.linalg.inv(PRECISION.numpy())
    assert np.allclose(y.mean(0), MEAN.numpy(), atol=4 * np.sqrt(wanted.max() / 40_000))
    assert np.allclose(np.cov(y.T), wanted, atol=0.08)
    floor = found.divergence(y)
    assert 0 <= floor < 0.03
    assert found.divergence(y + [0.5, 0]) > floor + 0.1


def test_boxes_that_cut_cells_share_them_by_area() -> None:
    found = Oracle(np.zeros((10, 7)), (0, 7, 0, 10), 1.0)
    y = np.random.default_rng(0).random((200_000, 2)) * [7, 10]
    assert found.divergence(y, bins=4) < 1e-3


# diagnostics --------------------------------------------------------------------------


def test_independent_draws_are_worth_themselves() -> None:
    draws = np.random.default_rng(0).normal(size=(500, 8))
    assert split_r_hat(draws) == pytest.approx(1, abs=0.01)
    assert effective_size(draws) == pytest.approx(4000, rel=0.15)


@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_the_size_of_an_autoregression(rho: float) -> None:
    """x' = ρx + √(1 − ρ²) ξ: N (1 − ρ)/(1 + ρ)."""
    rng = np.random.default_rng(1)
    x = np.empty((4000, 10))
    x[0] = rng.normal(size=10)
    for t in range(1, 4000):
        x[t] = rho * x[t - 1] + math.sqrt(1 - rho**2) * rng.normal(size=10)
    assert effective_size(x) == pytest.approx(40_000 * (1 - rho) / (1 + rho), rel=0.15)


def test_chains_apart_are_seen() -> None:
    draws = np.random.default_rng(0).normal(size=(200, 4)) + [0, 0, 3, 3]
    assert split_r_hat(draws) > 1.5
    assert effective_size(draws) < 20
    assert math.isnan(split_r_hat(np.ones((10, 3))))
    with pytest.raises(ValueError, match="T ≥ 4"):
        split_r_hat(np.ones((3, 3)))
