"""The bias of the gradient against the exact one."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.engine.losses.base.wrong import BUFFER
from ebmviz.engine.measures import gradient_bias as bias
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.sampling.oracle import Oracle
from ebmviz.engine.training.problem import TrainState
from tests.engine.likelihood import engine
from tests.engine.measures.propagation import kernel, slope_of
from tests.scenes import built_in
from tests.slow import slow


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


H, SIDE = 0.3, 32  # cells of which the kernel's error is below 1e-3 of the gradient


class Truth:
    """Of chains at the weights of a model that has begun to train: by their kernel, without one."""

    def __init__(self) -> None:
        self.of = engine("nll", objective__answers=24, data__count=400)
        self.of.train(8)
        task = self.of.task
        self.rows = task.data[::2]  # those that the measure looks at
        self.weights = {name: weight.detach().double() for name, weight in self.of.weights.items()}
        self.kernel = kernel(task, self.weights, self.rows, H, 1.0, SIDE)
        self.exact = bias.exact(task, self.weights, self.rows.double())[0]
        cells = len(self.kernel.places) - len(self.rows)
        self.uniform, self.data = torch.zeros(2, len(self.kernel.places), dtype=torch.float64)
        self.uniform[:cells], self.data[cells:] = 1 / cells, 1 / len(self.rows)

    def slope(self, share: Tensor) -> Tensor:
        return slope_of(self.of.task, self.weights, self.rows, self.kernel, share)

    def error(self, share: Tensor) -> float:
        """Of the mean gradient of chains that are where the shares say, as a part of the exact."""
        return float((self.slope(share) - self.exact).norm() / self.exact.norm())

    def angle(self, share: Tensor) -> float:
        slope = self.slope(share)
        return math.degrees(math.acos(slope @ self.exact / slope.norm() / self.exact.norm()))

    def found(self, loss: str, turn: int = 0, **given: object) -> dict[str, float]:
        """What the measure says of a loss's chains."""
        other = engine(loss, data__count=400, objective__step=H, **given)
        return bias.bias(other.task, self.of.weights, 100 * turn, other.state.slots)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth()


@pytest.mark.slow
def test_the_kernel_keeps_p_and_leads_there(truth: Truth) -> None:
    """What the tests below stand on: p ∝ e^{−F} of the box, whose gradient is the exact one."""
    cells = len(truth.kernel.places) - len(truth.rows)
    with torch.no_grad():
        free = truth.of.task.energy.free(truth.weights, truth.kernel.places[:cells], 1.0)
    p = torch.cat([torch.softmax(-free, 0), torch.zeros(len(truth.rows), dtype=torch.float64)])
    torch.testing.assert_close(truth.kernel.after(p, 1), p, rtol=2e-3, atol=0)
    assert float(truth.kernel.move.sum(1).max()) <= 1 + 1e-9
    for start in (truth.data, truth.uniform):
        assert truth.error(truth.kernel.after(start, 1000)) < 1e-3


def test_the_bias_of_contrastive_divergence_falls_with_k(truth: Truth) -> None:
    """Without chance: its gradient begins at nothing, and grows into the exact one."""
    after = [truth.kernel.after(truth.data, k) for k in (1, 2, 5, 10, 20, 40, 80)]
    errors, angles = [truth.error(each) for each in after], [truth.angle(each) for each in after]
    assert errors == sorted(errors, reverse=True)
    assert angles == sorted(angles, reverse=True)
    assert truth.error(truth.data) == pytest.approx(1)
    assert (errors[0], errors[-1]) == pytest.approx((0.876, 0.017), abs=2e-3)
    assert (angles[0], angles[-1]) == pytest.approx((17.9, 0.96), abs=0.1)


@pytest.mark.parametrize("k", [1, 10, slow(80)])
@pytest.mark.parametrize("loss", ["cd", "short-run"])
def test_the_bias_that_is_measured_is_that_of_the_kernel(truth: Truth, loss: str, k: int) -> None:
    """By the triangle the error is off by no more than the mean over draws is, of which the noise
    is one standard deviation.
    """
    wanted = truth.error(truth.kernel.after(truth.data if loss == "cd" else truth.uniform, k))
    for turn in range(2):
        found = truth.found(loss, turn, objective__steps=k)
        assert found["bias_error"] == pytest.approx(wanted, abs=3 * found["bias_noise"])
        assert found["bias_noise"] < 0.25, "and so it can be told from none"


@pytest.mark.slow
def test_persistent_chains_lose_their_bias_while_the_weights_rest(truth: Truth) -> None:
    """A place of the buffer that n steps of training have picked is where k(n + 1) steps from
    anywhere lead, and n is binomial.
    """
    size, batch, steps, k = 1000, 40, 300, 10
    rest: dict[str, object] = {"optimizer.lr": 0.0, "objective.renewed": 0.0}
    own: dict[str, object] = {"objective.buffer": size, "objective.steps": k}
    still = engine("pcd", data__count=400, objective__step=H, **rest, **own)
    still.trainer.state = TrainState(truth.of.weights, still.state.slots)

    def measured(at: int) -> dict[str, float]:
        return bias.bias(still.task, truth.of.weights, at, still.state.slots)

    before = measured(0)
    wanted = truth.error(truth.kernel.after(truth.uniform, k))
    assert before["bias_error"] == pytest.approx(wanted, abs=3 * before["bias_noise"])
    still.train(steps)
    after, share, chance = measured(steps), torch.zeros_like(truth.uniform), batch / size
    one, most = truth.kernel.after(truth.uniform, k), 40
    for n in range(most):
        share += math.comb(steps, n) * chance**n * (1 - chance) ** (steps - n) * one
        one = truth.kernel.after(one, k)
    assert float(share.sum()) == pytest.approx(1, abs=1e-6)
    assert truth.error(share) < 0.1 * wanted
    assert after["bias_error"] == pytest.approx(truth.error(share), abs=3 * after["bias_noise"])
    assert before["bias_error"] > 2 * after["bias_noise"], "so what is lost could be seen"


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
