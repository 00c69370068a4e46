"""Two agents: energies, their fitted β and the shares of right answers, in closed form."""

from __future__ import annotations

import math

import pytest
import torch

from ebmviz.engine.model.experimenting import Experimenting
from ebmviz.engine.theory import calibration as c
from tests.scenes import built_in
from tests.slow import slow

NOISE = (0.6, 1.3)


def data(count: int = 3000) -> tuple[torch.Tensor, torch.Tensor]:
    return c.sample(count, NOISE, torch.Generator().manual_seed(3))


def phi(z: float) -> float:
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def grid() -> tuple[torch.Tensor, float]:
    line = torch.linspace(-9, 9, 361, dtype=torch.float64)
    return torch.cartesian_prod(line, line), 0.05**2


def test_an_agents_answer_does_not_depend_on_its_unit() -> None:
    x, _ = data()
    one, other = (c.energies(x, NOISE, units) for units in ((1.0, 1.0), (0.03, 40.0)))
    apart = (x[:, 1, None] - c.means()[:, 1]) ** 2 / (2 * 1.3**2)
    torch.testing.assert_close(one[:, 1], apart)
    torch.testing.assert_close(other[:, 1], 40 * apart)
    assert torch.equal(one[:, 0].argmin(1), other[:, 0].argmin(1))


@pytest.mark.parametrize("unit", [0.02, 1.0, 35.0])
def test_the_fitted_beta_is_most_likely_and_takes_the_unit_back(unit: float) -> None:
    x, y = data()
    energy = c.energies(x, NOISE, (1.0, unit))[:, 1]
    beta = c.fitted(energy, y)

    def loss(b: float) -> float:
        return -float(torch.log_softmax(-b * energy, 1).gather(1, y[:, None]).mean())

    assert all(loss(beta) <= loss(beta * near) for near in (0.5, 0.99, 1.01, 2.0))
    assert beta * unit == pytest.approx(1, abs=0.08)
    assert beta * unit == pytest.approx(c.fitted(energy / unit, y), rel=1e-6)


def test_the_shares_of_right_answers_are_those_of_closed_forms() -> None:
    """Agent 2 sees class 0 at 1.5 and both others at −0.75, between which it can but guess."""
    places, cell = grid()
    joint = c.density(places, NOISE)
    assert float(joint.sum()) * cell == pytest.approx(1, abs=1e-6)
    each = c.energies(places, NOISE, (1.0, 7.0))
    wanted = phi(1.125 / 1.3) / 3 + phi(1.125 / 1.3) / 3
    assert c.accuracy(each[:, 1], joint, cell) == pytest.approx(wanted, abs=2e-3)
    # The best rule is the posterior's, and no other is better.
    best = c.accuracy(c.energies(places, NOISE, (1.0, 1.0)).sum(1), joint, cell)
    assert best == pytest.approx(float(joint.amax(1).sum()) * cell, abs=1e-6)
    for unit in (0.05, 0.5, 2.0, 20.0):
        assert c.accuracy(c.energies(places, NOISE, (1.0, unit)).sum(1), joint, cell) < best


def test_a_step_goes_down_the_gradient_and_is_never_long() -> None:
    x, y = data(300)
    energy, at = c.energies(x, NOISE, (1.0, 1.6)), torch.tensor([0.2, -0.1], dtype=torch.float64)
    moved = c.descended(at, energy, y, 0.01)
    for i in range(2):
        h = torch.zeros(2, dtype=torch.float64)
        h[i] = 1e-6
        slope = float(c.nll(at + h, energy, y) - c.nll(at - h, energy, y)) / 2e-6
        assert float(moved[i] - at[i]) == pytest.approx(-0.01 * slope, abs=1e-9)
    far = c.descended(at, 500 * energy, y, 10.0)
    assert float((far - at).abs().max()) == pytest.approx(c.LONGEST)


@pytest.mark.parametrize("seed", [7, slow(8)])
@pytest.mark.parametrize("unit", [0.05, 20.0])
def test_scores_decide_wrongly_logs_do_not_and_training_heals(seed: int, unit: float) -> None:
    engine = Experimenting(built_in("calibration", {"experiment.unit": unit, "seed": seed}))
    before = engine.snapshot(("calibration",)).metrics
    best = before["calibration_best"]
    assert before["calibration_scores"] < best - 0.03
    assert before["calibration_logs"] > best - 0.01
    assert before["calibration_trained"] == pytest.approx(before["calibration_scores"], abs=1e-12)
    engine.train(500)
    after = engine.snapshot(("calibration",)).metrics
    assert after["calibration_trained"] > best - 0.01
    assert abs(after["calibration_at_trained"]) < 0.2 < abs(after["calibration_at_scores"])
    assert after["calibration_scores"] == before["calibration_scores"]
