"""Associative memories against their definitions."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from ebmviz.engine.landscape.grid import free_energy_points
from ebmviz.engine.theory import hopfield
from tests.engine import memories


def patterns(count: int, size: int, seed: int = 0) -> Tensor:
    rng = torch.Generator().manual_seed(seed)
    return torch.randint(0, 2, (count, size), generator=rng).double() * 2 - 1


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(5)


def test_the_classical_energy_is_its_sum() -> None:
    xi, s = patterns(3, 7), patterns(4, 7, 1)
    w, theta = memories.hebb(xi), torch.linspace(-1, 1, 7).double()
    found = memories.classical_energy(w, s, theta)
    for row, value in zip(s, found, strict=True):
        wanted = sum(
            -0.5 * (xi[:, i] * xi[:, j]).sum() / 7 * row[i] * row[j]
            for i, j in itertools.product(range(7), repeat=2)
            if i != j
        )
        assert float(value) == pytest.approx(float(wanted + theta @ row), abs=1e-12)


def test_dense_of_degree_two_is_the_classical_energy_up_to_its_constant() -> None:
    xi, s = patterns(5, 30), patterns(8, 30, 1)
    dense = hopfield.dense_energy(xi, s, 2)
    classical = memories.classical_energy(memories.hebb(xi), s)
    torch.testing.assert_close(dense, 2 * classical - len(xi), rtol=0, atol=1e-12)


@pytest.mark.parametrize("memory", ["classical", "dense", "exponential"])
def test_one_unit_at_a_time_never_raises_the_energy(memory: hopfield.Memory) -> None:
    xi, s = patterns(6, 40), patterns(20, 40, 1)
    found = hopfield.recall(memory, xi, s, generator())
    assert float(found.energies.diff(dim=0).max()) <= 1e-9
    assert torch.equal(found.states[-1], found.states[-2]), "it ends where nothing changes"
    for i in range(40):  # every flip of the end would cost energy
        flipped = found.states[-1].clone()
        flipped[:, i] *= -1
        after = hopfield.energy_of(memory, xi, flipped)
        assert float((after - found.energies[-1]).min()) >= -1e-9


def test_the_energy_of_a_memory_is_that_of_its_weights() -> None:
    xi, s = patterns(4, 9), patterns(6, 9, 1)
    wanted = memories.classical_energy(memories.hebb(xi), s)
    torch.testing.assert_close(hopfield.energy_of("classical", xi, s), wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("memory", ["classical", "dense", "exponential"])
def test_all_at_once_each_unit_goes_by_what_the_others_were(memory: hopfield.Memory) -> None:
    xi, s = patterns(4, 12), patterns(5, 12, 1)
    found = hopfield.synchronous(memory, xi, s)
    for i in range(12):
        flipped = s.clone()
        flipped[:, i] *= -1
        lower = hopfield.energy_of(memory, xi, flipped) < hopfield.energy_of(memory, xi, s)
        assert torch.equal(found[:, i], torch.where(lower, -s[:, i], s[:, i]))


def test_all_at_once_may_go_round_in_twos() -> None:
    xi = torch.ones(1, 2)  # W = [[0, ½], [½, 0]]
    s = torch.tensor([[1.0, -1.0]])
    once = hopfield.synchronous("classical", xi, s)
    assert torch.equal(once, -s)
    assert torch.equal(hopfield.synchronous("classical", xi, once), s)


@pytest.mark.parametrize("memory", ["classical", "dense"])
def test_the_heat_bath_draws_from_the_gibbs_law(memory: hopfield.Memory) -> None:
    xi, beta = patterns(2, 5), 0.6
    every = torch.tensor(list(itertools.product([-1.0, 1.0], repeat=5))).double()
    wanted = torch.softmax(-beta * hopfield.energy_of(memory, xi, every), 0)
    rng, s = generator(), patterns(20_000, 5, 1)
    for _ in range(8):
        s = hopfield.sweep(memory, xi, s, rng, beta=beta)
    code = ((s + 1) / 2 @ torch.tensor([16.0, 8, 4, 2, 1]).double()).long()
    found = torch.bincount(code, minlength=32) / len(s)
    spread = (wanted * (1 - wanted) / len(s)).sqrt()
    assert float(((found - wanted).abs() / spread).max()) < 4.5


def test_few_patterns_are_recalled() -> None:
    size = 400
    xi = patterns(size // 20, size)
    noisy = xi.clone()
    noisy[:, : size // 10] *= -1
    end = hopfield.recall("classical", xi, noisy, generator()).states[-1]
    assert float((end * xi).mean(1).min()) > 0.98
    assert [hopfield.named(xi, s) for s in end] == [f"pattern {k + 1}" for k in range(len(xi))]


def test_spurious_states_are_named() -> None:
    xi = patterns(5, 300)
    assert hopfield.named(xi, -xi[1]) == "−pattern 2"
    mixed = (xi[0] - xi[2] + xi[4]).sign()
    assert hopfield.named(xi, mixed) == "mixture 1 − 3 + 5"
    assert hopfield.named(xi, patterns(1, 300, 9)[0]) == "spurious"


def test_the_modern_energy_is_the_free_energy_of_half_the_square() -> None:
    rng = torch.Generator().manual_seed(3)
    x = torch.nn.functional.normalize(torch.randn(9, 4, generator=rng).double(), dim=1) * 1.7
    y = torch.randn(50, 4, generator=rng).double()
    for beta in (0.5, 3.0, 40.0):
        found = memories.modern_energy(x, y, beta)
        root = math.sqrt(0.5)
        torch.testing.assert_close(
            found, free_energy_points(root * x, root * y, beta), rtol=1e-10, atol=1e-10
        )


def test_attention_is_a_step_down_the_energy() -> None:
    """ξ − ∇E = X softargmax(βX'ξ), and E does not rise (Ramsauer et al. 2020, Theorem 1)."""
    rng = torch.Generator().manual_seed(3)
    x, y = torch.randn(9, 4, generator=rng).double(), torch.randn(50, 4, generator=rng).double()
    y.requires_grad_()
    energy = memories.modern_energy(x, y, 2.0)
    (slope,) = torch.autograd.grad(energy.sum(), y)
    after = memories.retrieve(x, y.detach(), 2.0)
    torch.testing.assert_close(after, y.detach() - slope, rtol=1e-10, atol=1e-10)
    assert bool((memories.modern_energy(x, after, 2.0) <= energy.detach() + 1e-12).all())
