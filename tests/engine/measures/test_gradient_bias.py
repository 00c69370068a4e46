"""The bias of the gradient against the exact one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.engine.losses.base.wrong import BUFFER
from ebmviz.engine.measures import gradient_bias as bias
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.sampling.oracle import Oracle
from ebmviz.engine.training import step
from tests.engine.likelihood import engine
from tests.scenes import built_in


def test_the_exact_gradient_is_that_of_log_z_in_closed_form() -> None:
    """A network with one linear unit: F = a·y, so that Z of the box is known."""
    of = engine("nll", energy__hidden=1)
    task = of.task
    a = torch.tensor([0.7, -0.4], dtype=torch.float64)
    rows = task.data.double()
    small = 1e-4  # tanh of it is linear to 1e-9
    weights = {
        "f.w1": small * a[None, :],
        "f.b1": torch.zeros(1, dtype=torch.float64),
        "f.w2": torch.full((1, 1), 1 / small, dtype=torch.float64),
        "f.b2": torch.zeros(1, dtype=torch.float64),
    }
    found = bias.exact(task, weights, rows)[0][:2] * small  # ∂L/∂a
    low, high = task.objective.space.low.double(), task.objective.space.high.double()
    # ⟨y_i⟩ of p ∝ e^{−a_i y_i} on [low, high]
    width = high - low
    mean = low + 1 / a - width / torch.expm1(a * width)
    torch.testing.assert_close(found, rows.mean(0) - mean, rtol=1e-3, atol=1e-4)


def biased(loss: str, of: Engine, **given: object) -> dict[str, float]:
    """The bias of a loss at the weights of a trained model, over twice the draws of the card."""
    other = engine(loss, data__count=400, **given)
    found = [bias.bias(other.task, of.weights, 100 * k, other.state.slots) for k in range(2)]
    return {name: float(np.sqrt(np.mean([f[name] ** 2 for f in found]))) for name in found[0]}


@pytest.mark.parametrize("loss", ["cd", "short-run"])
def test_the_gradient_tends_to_the_exact_one_as_chains_grow(loss: str) -> None:
    of = engine("nll", objective__answers=24, data__count=400)
    of.train(8)
    few, more, many = (
        biased(loss, of, objective__steps=k, objective__step=0.3) for k in (1, 10, 80)
    )
    assert few["bias_angle"] > 20
    assert few["bias_angle"] > 2 * many["bias_angle"]
    assert few["bias_error"] > more["bias_error"] > 1.5 * many["bias_error"]
    assert many["bias_error"] < 1.5 * many["bias_noise"] < 0.35, "no more than chance"


def test_persistent_chains_lose_their_bias_while_the_weights_rest() -> None:
    of = engine("nll", objective__answers=24, data__count=400)
    of.train(8)
    rest: dict[str, object] = {"optimizer.lr": 0.0, "objective.renewed": 0.0}
    still = engine("pcd", data__count=400, objective__step=0.3, objective__buffer=2000, **rest)
    still.trainer.state = step.TrainState(of.weights, still.state.slots)
    before = bias.bias(still.task, of.weights, 0, still.state.slots)
    still.train(120)
    after = bias.bias(still.task, of.weights, 200, still.state.slots)
    assert before["bias_error"] > 0.4
    assert after["bias_error"] < 1.5 * after["bias_noise"] < 0.4


@pytest.mark.parametrize("size", [50, 400])
def test_the_noise_knows_how_few_places_the_buffer_holds(size: int) -> None:
    """Buffers of exact samples: their gradient has no bias."""
    of = engine("pcd", objective__steps=5, objective__step=0.02, objective__renewed=0.0)
    weights = {name: 2 * weight for name, weight in of.weights.items()}
    own = of.task.objective
    (left, bottom), (right, top) = own.space.low.tolist(), own.space.high.tolist()
    free = of.task.energy.free(weights, own.space.grid(160), 1.0).view(160, 160).t().numpy()
    oracle = Oracle(free, (left, right, bottom, top), 1.0)
    found = []
    for seed in range(8):
        y = oracle.sample(size, np.random.default_rng(seed))
        slots = {BUFFER: torch.from_numpy(y).float()}
        found.append(bias.bias(of.task, weights, 100 * seed, slots))
    error = np.sqrt(np.mean([each["bias_error"] ** 2 for each in found]))
    noise = np.mean([each["bias_noise"] for each in found])
    assert 0.4 < error / noise < 1.6


@pytest.mark.parametrize(("beta", "known"), [(30.0, True), (1e5, False)])
def test_no_bias_is_told_where_the_grid_is_too_coarse(beta: float, known: bool) -> None:
    """Wells of width √(1/2β), and cells of about 0.06."""
    of = Engine(built_in("kmeans", {"objective.loss": "nll", "objective.beta": beta}))
    assert bool(bias.bias(of.task, of.weights, 0, {})) == known


def test_the_likelihood_on_its_grid_has_next_to_no_bias() -> None:
    of = engine("nll", objective__answers=48)
    of.train(30)
    found = bias.bias(of.task, of.weights, 30, {})
    assert found["bias_angle"] < 0.5
    assert found["bias_ratio"] == pytest.approx(1, abs=0.01)
    assert found["bias_noise"] == 0
    few = biased("nll", of, objective__negatives="uniform", objective__samples=16)
    assert few["bias_angle"] > 5


def test_it_is_measured_on_request_and_only_where_there_is_an_exact_one() -> None:
    metrics = engine("cd").snapshot(("gradient-bias",)).metrics
    names = ("angle", "ratio", "error", "noise", "draws", "rows", "gap")
    assert all(f"bias_{name}" in metrics for name in names)
    assert "bias_angle" not in engine("hinge").snapshot(("gradient-bias",)).metrics
    assert (
        "bias_angle"
        not in engine("nll", objective__beta="inf").snapshot(("gradient-bias",)).metrics
    )
    pairs = engine("cd", data__kind="parabola", energy__kind="implicit")
    assert pairs.snapshot(("gradient-bias",)).metrics["bias_rows"] <= bias.ROWS // 4
