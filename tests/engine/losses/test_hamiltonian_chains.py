"""The likelihood's gradient by Hamiltonian chains, against densities in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ebmviz.engine.measures import gradient_bias as bias
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import step
from tests.engine.likelihood import engine
from tests.engine.verdicts.models import verdict
from tests.scenes import built_in
from tests.slow import slow

HMC: dict[str, object] = {"objective.chain": "hmc"}


@pytest.mark.slow
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

    step = {"objective.step": 0.4**2 / 2}
    one, four, many = (biased("cd", objective__steps=k, **HMC, **step) for k in (1, 4, 40))
    langevin = biased("cd", objective__steps=12, **step)
    assert one[0] > 2 * four[0] > 1.2 * 2 * many[0]
    assert many[0] < 1.7 * many[1] < 0.3, "hardly more than chance"
    assert four[0] < 0.7 * langevin[0]


@pytest.mark.parametrize("name", [slow("canyon"), "unconditional"])
def test_it_trains_and_does_not_run_away(name: str) -> None:
    small = {"energy.hidden": 24, "objective.loss": "cd", "objective.steps": 4, "seed": 11}
    one = Engine(built_in(name, {**small, **HMC}))
    one.train(200)
    report = one.report()
    assert abs(report["mean_energy"]) < 10
    assert report["meter_loss"] < report["meter_fresh"] - 0.3, "−ln P of the data has fallen"
    assert verdict(one).state == "separates"


def test_steps_of_no_time_stay_at_the_data() -> None:
    task = engine("cd", objective__step=0.0, **HMC).task
    rows = task.data[:20]
    each = task.objective.draw(step.start(task).weights, rows, 3).each
    assert each is not None
    torch.testing.assert_close(each, rows, rtol=0, atol=2e-5)  # of the mirror


def test_an_answer_to_each_x_moves_on_its_own_landscape() -> None:
    """Chains of (x, y) data move y alone."""
    of = engine("cd", data__kind="parabola", energy__kind="implicit", **HMC)
    rows = of.task.data[:12]
    each = of.task.objective.draw(of.weights, rows, 0).each
    assert each is not None
    assert each.shape == (12, 1)
    assert float((each - rows[:, -1:]).abs().min()) > 0
