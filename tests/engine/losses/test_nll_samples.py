"""The likelihood's gradient by exact samples, against quadrature in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.engine.measures import gradient_bias as bias
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.samplers.base import cells
from tests.engine.likelihood import engine

Weights = dict[str, Tensor]


def test_places_are_drawn_by_their_probability() -> None:
    """Of evenly spread u each place gets its share to the last one."""
    free = torch.tensor([[0.3, -1.0, 2.0, math.inf], [5.0, 5.0, 5.0, 5.0]]).double()
    count, beta = 10_000, 0.7
    u = (torch.arange(count).double() + 0.5) / count
    for row in free:
        wanted = np.exp(-beta * row.numpy())
        wanted = count * wanted / wanted.sum()
        found = torch.bincount(cells.drawn(row[None], beta, u), minlength=4).numpy()
        assert np.abs(found - wanted).max() <= 1
    each = torch.stack([cells.drawn(free, beta, u[i].expand(2)) for i in range(0, count, 100)])
    for i, row in enumerate(free):
        assert torch.equal(each[:, i], cells.drawn(row[None], beta, u[::100]))


def test_a_place_without_probability_is_never_drawn() -> None:
    free = torch.tensor([[math.inf, 0.0, math.inf, 0.0, math.inf]])
    edges = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0 - 1e-12]).double()
    assert cells.drawn(free, 1.0, edges).tolist() == [1, 1, 3, 3, 3]


@pytest.fixture(scope="module")
def trained() -> Engine:
    of = engine("nll-samples", objective__answers=48)
    of.train(40)
    return of


def slopes(of: Engine, weights: Weights, places: Tensor) -> Tensor:
    """∂F/∂w at places (M, 2), (M, P)."""

    def one(w: Weights, y: Tensor) -> Tensor:
        return of.task.energy.free(w, y[None], 1.0)[0]

    found = torch.func.vmap(torch.func.grad(one), in_dims=(None, 0))(weights, places)
    return torch.cat([found[k].flatten(1) for k in weights], 1)


def mean_slope(of: Engine, weights: Weights, places: Tensor) -> Tensor:
    """∂⟨F⟩/∂w over places (M, 2), (P,)."""
    found = torch.func.grad(lambda w: of.task.energy.free(w, places, 1.0).mean())(weights)
    return torch.cat([found[k].flatten() for k in weights])


@pytest.mark.slow
def test_the_angle_to_the_exact_gradient_falls_as_one_over_the_root_of_the_draws(
    trained: Engine,
) -> None:
    """With the width that Var[∂F/∂w] under P gives it, and no floor but the grid's."""
    own, rows = trained.task.objective, trained.task.data.double()
    weights = {k: w.double() for k, w in trained.weights.items()}
    wanted, length = bias.exact(trained.task, weights, rows)  # of other, finer cells
    along = wanted / length
    places = own.space.grid(96).double()
    p = torch.softmax(-trained.task.energy.free(weights, places, 1.0), 0)
    each = slopes(trained, weights, places)
    across = each - (each @ along)[:, None] * along
    spread = float(p @ across.square().sum(1) - (p @ across).square().sum())
    data = mean_slope(trained, weights, rows)
    step, repeats = 0, 12
    for draws in (4, 16, 64):
        angles = []
        for _ in range(repeats):
            found = []
            for _ in range(draws):
                wrong = own.draw(weights, rows, step).each
                assert wrong is not None
                found.append(wrong)
                step += 1
            mean = data - mean_slope(trained, weights, torch.cat(found))
            angles.append(math.atan2(float((mean - (mean @ along) * along).norm()), mean @ along))
        of_chance = math.sqrt(spread / (draws * len(rows))) / length
        assert np.sqrt(np.mean(np.square(angles))) == pytest.approx(of_chance, rel=0.3), draws
    assert math.degrees(of_chance) < 14


@pytest.mark.slow
def test_each_datum_has_its_own_samples_where_there_is_an_x() -> None:
    of = engine("nll-samples", data__kind="parabola", energy__kind="implicit")
    own, rows = of.task.objective, of.task.data[:3].double()
    weights = {k: 3 * w.double() for k, w in of.weights.items()}
    every = own.space.grid(32).double()
    p = torch.softmax(-of.task.energy.table(weights, rows, every, 1.0), 1)
    mean = p @ every[:, 0]
    count = 3000
    found = [own.draw(weights, rows, step).each for step in range(count)]
    drawn = torch.stack([each for each in found if each is not None])[:, :, 0]
    spread = (p @ every[:, 0].square() - mean.square()).sqrt()
    assert (mean[:, None] - mean).abs().max() > 10 * spread.max() / math.sqrt(count)
    assert bool(((drawn.mean(0) - mean).abs() < 4 * spread / math.sqrt(count)).all())


def test_the_card_of_the_bias_finds_none(trained: Engine) -> None:
    """Where contrastive divergence at the same weights has one."""
    assert "bias_angle" in trained.snapshot(("gradient-bias",)).metrics
    found = [bias.bias(trained.task, trained.weights, 100 * k, {}) for k in range(12)]
    error = np.sqrt(np.mean([each["bias_error"] ** 2 for each in found]))
    noise = np.sqrt(np.mean([each["bias_noise"] ** 2 for each in found]))
    assert 0.7 < error / noise < 1.4, "nothing but chance"
    other = engine("cd", objective__steps=1)
    near = bias.bias(other.task, trained.weights, 40, {})
    assert near["bias_error"] > 3 * near["bias_noise"]


def test_it_trains_to_the_likelihood_of_the_exact_gradient() -> None:
    """−ln p of the data, in nats, is as low as that of the NLL on the grid; it began far above."""
    ends = []
    for loss in ("nll", "nll-samples"):
        of = engine(loss)
        before = _nll(of)
        of.train(300)
        ends.append(_nll(of))
    assert ends[1] == pytest.approx(ends[0], abs=0.1)
    assert before > ends[0] + 0.5


def _nll(of: Engine) -> float:
    own, energy = of.task.objective, of.task.energy
    places = own.space.grid(96)
    log_z = torch.logsumexp(-energy.free(of.weights, places, 1.0), 0)
    volume = float((own.space.high - own.space.low).log().sum()) - math.log(len(places))
    return float(energy.free(of.weights, of.task.data, 1.0).mean() + log_z) + volume
