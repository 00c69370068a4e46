"""The likelihood's gradient by Hamiltonian chains, against densities in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.engine.measures import gradient_bias as bias
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.samplers.base import box
from ebmviz.engine.samplers.base.hamiltonian import bounced, hamiltonian
from ebmviz.engine.training import step
from tests.engine.likelihood import engine
from tests.engine.verdicts.models import verdict
from tests.scenes import built_in

LOW, HIGH = torch.tensor([-9.0, -9.0]).double(), torch.tensor([9.0, 9.0]).double()


def drawn(count: int, like: Tensor) -> box.Chance:
    return box.chance(np.random.default_rng(1), count, like)


def times(leap: float, chance: box.Chance) -> Tensor:
    return torch.full_like(chance.u, leap)


def test_chains_of_a_gaussian_energy_have_its_moments() -> None:
    """Variance s/β along each axis. Leapfrog alone, without decisions, has (s/β) / (1 − ε²/4s)."""
    beta, leap, count = 2.0, 0.8, 4000
    s = torch.tensor([0.5, 1.5]).double()
    start = torch.full((count, 2), 1.5, dtype=torch.float64)

    def energy(y: Tensor) -> Tensor:
        return (y.square() / (2 * s)).sum(1)

    chance = drawn(40, start)
    y = hamiltonian(energy, start, chance, times(leap, chance), 3, beta, LOW, HIGH)
    wanted, error = s / beta, s / beta * math.sqrt(2 / count)
    assert bool((y.mean(0).abs() < 4 * (wanted / count).sqrt()).all())
    assert bool(((y.var(0) - wanted).abs() < 4 * error).all())
    assert abs(float(y[:, 0] @ y[:, 1])) / count < 4 * math.sqrt(float(wanted.prod()) / count)
    plain = wanted / (1 - leap**2 / (4 * s))
    assert float((plain - wanted)[0]) > 8 * float(error[0]), "the two can be told apart"


def test_chains_of_a_slope_in_a_box_are_exponential() -> None:
    """p ∝ exp(−2y_1) on the unit box, whose sides trajectories of length 1 meet all the time."""
    low, high = torch.zeros(2).double(), torch.ones(2).double()
    start = torch.rand(4000, 2, generator=torch.Generator().manual_seed(2)).double()
    chance = drawn(30, start)
    y = hamiltonian(lambda y: 2 * y[:, 0], start, chance, times(0.2, chance), 5, 1.0, low, high)
    assert bool(((y >= low) & (y <= high)).all())
    wanted = [0.5 - 1 / (math.exp(2) - 1), 0.5]
    assert y.mean(0).tolist() == pytest.approx(wanted, abs=4 * 0.29 / math.sqrt(4000))


def test_a_flight_between_walls_is_its_own_way_back() -> None:
    low, high = torch.tensor([-1.0, 0.0]).double(), torch.tensor([2.0, 0.5]).double()
    rng = torch.Generator().manual_seed(3)
    start = low + torch.rand(200, 2, generator=rng).double() * (high - low)
    v = 4 * torch.randn(200, 2, generator=rng).double()
    there, after = bounced(start + v, v, low, high)
    assert bool(((there >= low) & (there <= high)).all())
    back, before = bounced(there - after, -after, low, high)
    torch.testing.assert_close(back, start, rtol=0, atol=1e-12)
    torch.testing.assert_close(before, -v, rtol=0, atol=0)
    assert 0.3 < float((after == -v)[:, 1].double().mean()) < 0.7, "many met a wall"


def test_a_trajectory_that_comes_apart_is_refused() -> None:
    """A leapfrog step beyond 2 / √curvature, and an energy that overflows where it leads."""
    start = torch.full((20, 2), 0.5, dtype=torch.float64)
    chance = drawn(5, start)
    for energy in (
        lambda y: 1e4 * y.square().sum(1),
        lambda y: torch.exp(300 * y.square().sum(1)),
    ):
        y = hamiltonian(energy, start, chance, times(0.5, chance), 20, 1.0, LOW, HIGH)
        assert bool(y.isfinite().all())
        assert bool((energy(y) <= energy(start) + 40).all())


def test_the_gradient_tends_to_the_exact_one_as_chains_grow() -> None:
    """And is nearer to it than Langevin chains of as many gradients of F."""
    of = engine("nll", objective__answers=24, data__count=400)
    of.train(8)

    def biased(loss: str, **given: object) -> tuple[float, float]:
        """Its error and its noise, over twice the draws of the card."""
        other = engine(loss, data__count=400, **given)
        found = [bias.bias(other.task, of.weights, 100 * turn, {}) for turn in range(2)]
        error, noise = (
            math.sqrt(np.mean([each[name] ** 2 for each in found]))
            for name in ("bias_error", "bias_noise")
        )
        return error, noise

    one, four, many = (
        biased("nll-hmc", objective__steps=k, objective__leap=0.4) for k in (1, 4, 40)
    )
    langevin = biased("cd", objective__steps=12, objective__step=0.4**2 / 2)
    assert one[0] > 2 * four[0] > 1.2 * 2 * many[0]
    assert many[0] < 1.7 * many[1] < 0.3, "hardly more than chance"
    assert four[0] < 0.7 * langevin[0]


@pytest.mark.parametrize("name", ["canyon", "unconditional"])
def test_it_trains_and_does_not_run_away(name: str) -> None:
    small = {"energy.hidden": 24, "objective.loss": "nll-hmc", "seed": 11}
    one = Engine(built_in(name, small))
    one.train(200)
    report = one.report()
    assert abs(report["mean_energy"]) < 10
    assert report["meter_loss"] < report["meter_fresh"] - 0.3, "−ln P of the data has fallen"
    assert verdict(one).state == "separates"


def test_steps_of_no_time_stay_at_the_data() -> None:
    task = engine("nll-hmc", objective__leap=0.0).task
    rows = task.data[:20]
    each = task.objective.draw(step.start(task).weights, rows, 3).each
    assert each is not None
    torch.testing.assert_close(each, rows, rtol=0, atol=2e-5)  # of the mirror


def test_an_answer_to_each_x_moves_on_its_own_landscape() -> None:
    """Chains of (x, y) data move y alone."""
    of = engine("nll-hmc", data__kind="parabola", energy__kind="implicit")
    rows = of.task.data[:12]
    each = of.task.objective.draw(of.weights, rows, 0).each
    assert each is not None and each.shape == (12, 1)
    assert float((each - rows[:, -1:]).abs().min()) > 0
