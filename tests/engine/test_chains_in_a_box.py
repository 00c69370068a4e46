"""Chains of any sampler within a box, against densities in closed form."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from ebmviz.engine.losses.base.chains import samplers
from ebmviz.engine.samplers.base.mirrored import MirroredBox, field_of
from ebmviz.engine.samplers.base.sampler import Sampler, Tuning, Unadjusted, weighed
from ebmviz.engine.samplers.hmc import HMC
from tests.slow import sparing

WIDE = MirroredBox(torch.tensor([-9.0, -9.0]).double(), torch.tensor([9.0, 9.0]).double())
UNIT = MirroredBox(torch.zeros(2).double(), torch.ones(2).double())
every = pytest.mark.parametrize("kind", samplers())


def tuned(kind: str, h: float, beta: float = 1.0) -> Sampler[Any]:
    return samplers()[kind].tuned(Tuning(h, 3, math.sqrt(2 * h / beta)))


def leaping(leap: float, leaps: int) -> HMC:
    """The trajectories of a loss's chains."""
    return HMC.tuned(Tuning(leap**2 / 2, leaps, 0.0))


def walked(
    of: Sampler[Any], energy: Any, y: Tensor, steps: int, beta: float, box: MirroredBox
) -> Tensor:
    field, rng = box.field(field_of(energy)), torch.Generator().manual_seed(1)
    chains = of.init(field, y)
    for _ in range(steps):
        chains, _ = of.step(chains, field, beta, rng)
    return box.inside(chains.y)


def test_losses_offer_all_samplers_that_walk() -> None:
    assert list(samplers()) == ["ula", "mala", "hmc", "sgld", "tempering"]


@every
def test_chains_of_a_gaussian_energy_have_its_moments(kind: str) -> None:
    """p ∝ exp(−β‖y‖²/2s): variance s/β when adjusted; without decisions that / (1 − h/2s)."""
    beta, s, h, count = 2.0, 0.5, 0.2, 4000
    start = torch.full((count, 2), 1.5, dtype=torch.float64)
    of = tuned(kind, h, beta)
    y = walked(of, lambda y: y.square().sum(1) / (2 * s), start, 60, beta, WIDE)
    off = s / beta / (1 - h / (2 * s))
    wanted = off if isinstance(of, Unadjusted) else s / beta
    assert y.mean(0).abs().max() < 4 * math.sqrt(wanted / count)
    error = wanted * math.sqrt(2 / count)
    assert (y.var(0) - wanted).abs().max() < 4 * error
    assert abs(s / beta - off) > 8 * error, "the two can be told apart"


@pytest.mark.parametrize("kind", sparing(samplers(), {*samplers()} - {"tempering"}))
def test_chains_of_a_slope_in_a_box_are_exponential(kind: str) -> None:
    """p ∝ exp(−2y_1) on the unit box: mean ½ − 1/(e² − 1) along y_1 and ½ along y_2."""
    start = torch.rand(4000, 2, generator=torch.Generator().manual_seed(2)).double()
    y = walked(tuned(kind, 0.01), lambda y: 2 * y[:, 0], start, 150, 1.0, UNIT)
    assert bool(((y >= UNIT.low) & (y <= UNIT.high)).all())
    wanted = [0.5 - 1 / (math.exp(2) - 1), 0.5]
    assert y.mean(0).tolist() == pytest.approx(wanted, abs=4 * 0.29 / math.sqrt(4000))


def test_places_outside_the_box_are_mirrored_at_its_sides() -> None:
    box = MirroredBox(torch.tensor([0.0]), torch.tensor([2.0]))
    places = torch.tensor([[0.5], [-0.5], [2.5], [4.5], [-2.25], [2.0], [1e6]])
    found = box.inside(places).flatten().tolist()
    assert found == pytest.approx([0.5, 0.5, 1.5, 0.5, 1.75, 2.0, 0.0])


def test_the_mirrored_slope_is_that_of_the_mirrored_energy() -> None:
    """By central differences, in every image of the box, away from its sides."""
    box = MirroredBox(torch.tensor([-1.0, 0.0]).double(), torch.tensor([2.0, 0.5]).double())
    field = box.field(field_of(lambda y: (2 * y[:, 0]).sin() + y[:, 0] * y[:, 1] ** 2))
    y = 12 * torch.rand(500, 2, generator=torch.Generator().manual_seed(3)).double() - 6
    folded = (y - box.low) / (box.high - box.low)
    y = y[((folded - folded.round()).abs() > 1e-4).all(1)]
    for axis in range(2):
        d = torch.zeros(2).double()
        d[axis] = 1e-6
        by_hand = (field(y + d)[0] - field(y - d)[0]) / 2e-6
        torch.testing.assert_close(field(y)[1][:, axis], by_hand, rtol=0, atol=1e-7)


def test_a_trajectory_between_mirrors_is_its_own_way_back() -> None:
    """Leapfrog with the velocity turned around at the end: back at the start, bounces and all."""
    energy = field_of(lambda y: (3 * y[:, 0]).cos() + y[:, 1].square())
    field, e = UNIT.field(energy), 0.3
    rng = torch.Generator().manual_seed(3)
    start = torch.rand(200, 2, generator=rng).double()
    v0 = 2 * torch.randn(200, 2, generator=rng).double()

    def flown(y: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        for _ in range(8):
            v = v - 0.5 * e * field(y)[1]
            y = y + e * v
            v = v - 0.5 * e * field(y)[1]
        return y, v

    there, v = flown(start, v0)
    assert float((there != UNIT.inside(there)).any(1).double().mean()) > 0.5, "many met a wall"
    back, before = flown(there, -v)
    torch.testing.assert_close(back, start, rtol=0, atol=1e-9)
    torch.testing.assert_close(before, -v0, rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", ["mala", "hmc", "tempering"])
def test_without_noise_an_adjusted_chain_only_descends(kind: str) -> None:
    def energy(y: Tensor) -> Tensor:
        return (3 * y).cos().sum(1) + y.square().sum(1)

    start = torch.rand(50, 2, generator=torch.Generator().manual_seed(2)).double() * 4 - 2
    y = walked(tuned(kind, 0.1), energy, start, 5, math.inf, WIDE)
    assert bool((energy(y) <= energy(start)).all())
    assert not torch.equal(y, start)


def test_at_infinite_beta_a_gain_of_nothing_is_taken() -> None:
    gain = torch.tensor([-1.0, 0.0, 2.0])
    assert weighed(torch.tensor(math.inf), gain).tolist() == [-math.inf, 0, 0]
    assert weighed(torch.tensor(3.0), gain).tolist() == [-3, 0, 6]


def test_adjusted_chains_come_down_a_steep_wall() -> None:
    """From a place where plain Langevin would be thrown across the whole box."""
    start = torch.full((20, 2), 5.0, dtype=torch.float64)
    y = walked(tuned("mala", 0.01), lambda y: 200 * y.square().sum(1), start, 300, 1.0, WIDE)
    assert float(y.norm(dim=1).max()) < 0.5


def test_a_trajectory_that_comes_apart_is_refused() -> None:
    """A leapfrog step beyond 2 / √curvature, and an energy that overflows where it leads."""
    start = torch.full((20, 2), 0.5, dtype=torch.float64)
    for energy in (
        lambda y: 1e4 * y.square().sum(1),
        lambda y: torch.exp(300 * y.square().sum(1)),
    ):
        y = walked(leaping(0.5, 20), energy, start, 5, 1.0, WIDE)
        assert bool(y.isfinite().all())
        assert bool((energy(y) <= energy(start) + 40).all())


def test_jittered_leaps_differ_from_chain_to_chain_by_a_fifth_at_most() -> None:
    """On a flat F a chain keeps its velocity: N(0, 1/β) times the time of its leaps, of variance
    ε² (1 + 0.2²/3), and never a chain of another kind of path.
    """
    flat, start = field_of(lambda y: 0 * y[:, 0]), torch.zeros(40_000, 2).double()
    for of, wanted in (
        (leaping(0.5, 1), 0.5**2 * (1 + 0.2**2 / 3)),
        (HMC(HMC.Params(leap=0.5, leaps=1)), 0.5**2),
    ):
        moved, info = of.step(of.init(flat, start), flat, 1.0, torch.Generator().manual_seed(4))
        assert bool((info.accepted == 1).all())
        assert float(moved.y.var()) == pytest.approx(wanted, rel=4 * math.sqrt(1 / 40_000))
    two, _ = (of := leaping(0.5, 2)).step(
        of.init(flat, start), flat, 1.0, torch.Generator().manual_seed(4)
    )
    one, _ = (of := leaping(0.5, 1)).step(
        of.init(flat, start), flat, 1.0, torch.Generator().manual_seed(4)
    )
    torch.testing.assert_close(two.y, 2 * one.y)
