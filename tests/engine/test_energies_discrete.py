"""Energies of a class: formulas, signs, regions, and the map of all answers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.scene import Scene
from ebmviz.core.view import View
from ebmviz.engine.energies.base.networks import NetworkParams, network
from ebmviz.engine.energies.binary import Binary
from ebmviz.engine.energies.multiclass import Multiclass
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.weights import Weights
from tests.scenes import built_in

BETAS = (0.0, 1e-3, 1.0, 30.0, math.inf)
PARAMS = NetworkParams(hidden=6, layers=2)
X = torch.randn(8, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
LABELS = torch.tensor([0, 1, 2, 3, 0, 1, 2, 3], dtype=torch.float64)
ROWS = torch.cat([X, LABELS[:, None]], 1)
both = pytest.mark.parametrize("energy", [Binary(PARAMS), Multiclass(PARAMS)], ids=lambda e: e.kind)


def drawn(energy: Any) -> Weights:
    weights = energy.initial(torch.Generator().manual_seed(5), ROWS)
    return {k: w.double() for k, w in weights.items()}


def scene(name: str, **changes: object) -> Scene:
    return built_in(name, changes)


def test_a_binary_energy_is_minus_y_times_g() -> None:
    energy = Binary(PARAMS)
    weights = drawn(energy)
    g = network(weights, "g", X, "tanh")[:, 0]
    y = torch.tensor([-1.0, 1.0]).double()[LABELS.long() % 2]
    torch.testing.assert_close(energy.free(weights, ROWS, 1.0), -y * g)
    every = energy.every(weights, X)
    assert torch.equal(every[:, 0], -every[:, 1])
    best = 2 * every.argmin(1) - 1
    assert torch.equal(best.double(), g.sign()), "the best answer is the sign of G"
    assert energy.classes(weights) == 2


def test_a_multiclass_energy_is_the_output_of_the_class() -> None:
    energy = Multiclass(PARAMS)
    weights = drawn(energy)
    g = network(weights, "g", X, "tanh")
    assert g.shape == (8, 4)
    assert energy.classes(weights) == 4
    want = (g * (LABELS[:, None] == torch.arange(4))).sum(1)  # Σ_k δ(y − k) G_k
    torch.testing.assert_close(energy.free(weights, ROWS, 1.0), want)


def test_a_multiclass_energy_goes_on_only_with_as_many_classes() -> None:
    energy = Multiclass(PARAMS)
    weights = drawn(energy)
    assert energy.accepts(weights, ROWS)
    assert not energy.accepts(weights, torch.tensor([[0.0, 0.0, 4.0]]))
    assert not energy.accepts(weights, ROWS[:2])


@both
def test_a_table_holds_the_energies_of_all_answers(energy: Any) -> None:
    weights = drawn(energy)
    answers = torch.arange(energy.classes(weights), dtype=torch.float64)[:, None]
    pairs = [energy.free(weights, energy.replaced(ROWS, a.expand(8, 1)), 1.0) for a in answers]
    table = energy.table(weights, ROWS, answers, 1.0)
    torch.testing.assert_close(table, torch.stack(pairs, 1), rtol=1e-13, atol=1e-13)


@both
def test_the_gradient_is_that_of_finite_differences(energy: Any) -> None:
    weights = drawn(energy)
    names = list(weights)

    def value(*given: torch.Tensor) -> torch.Tensor:
        return energy.free(dict(zip(names, given, strict=True)), ROWS, 1.0)

    inputs = tuple(weights[k].requires_grad_() for k in names)
    assert torch.autograd.gradcheck(value, inputs, eps=1e-6, atol=1e-8)


@both
def test_a_row_does_not_see_the_rest_of_its_batch(energy: Any) -> None:
    weights = drawn(energy)
    alone = torch.cat([energy.free(weights, row[None], 1.0) for row in ROWS])
    torch.testing.assert_close(energy.free(weights, ROWS, 1.0), alone, rtol=1e-13, atol=1e-14)


@both
@pytest.mark.parametrize("beta", BETAS)
def test_the_map_is_the_free_energy_of_all_answers(energy: Any, beta: float) -> None:
    weights = drawn(energy)
    every = energy.every(weights, X).numpy()
    if beta == 0:
        want = every.mean(1)
    elif math.isinf(beta):
        want = every.min(1)
    else:
        want = -np.log(np.exp(-beta * every).mean(1)) / beta
    found = energy.at(weights, View(), X, beta)
    np.testing.assert_allclose(found, want, rtol=1e-9, atol=1e-11)


@both
def test_the_map_of_one_answer_is_its_energy(energy: Any) -> None:
    weights = drawn(energy)
    every = energy.every(weights, X)
    for k in range(every.shape[1]):
        assert torch.equal(energy.at(weights, View(answer=k), X, 1.0), every[:, k])
    assert torch.equal(energy.at(weights, View(answer=63), X, 1.0), every[:, -1])


def test_of_more_classes_a_binary_energy_takes_the_odd_ones_as_plus() -> None:
    """Four blobs in turn are XOR; what counts as right follows."""
    engine = Engine(scene("binary", data__kind="blobs", data__classes=4, data__noise=0.2))
    classes = engine.snapshot(("data",)).arrays["data_class"]
    assert np.array_equal(np.unique(classes), [0, 1])
    task = engine.task
    wrong = task.objective.draw(engine.weights, task.data, 0)
    assert wrong.near is not None
    assert np.array_equal(wrong.near.long().argmax(1), classes)
    assert bool((wrong.near.sum(1) == 1).all())
    engine.train(300)
    assert accuracy(engine) > 0.97


def accuracy(engine: Engine) -> float:
    task, count = engine.task, engine.task.energy.classes(engine.weights)
    every = torch.arange(count, dtype=torch.float32)[:, None]
    best = task.energy.table(engine.weights, task.data, every, 1.0).argmin(1)
    return float((best == task.data[:, 2] % count).float().mean())


@pytest.mark.parametrize(("name", "steps"), [("binary", 200), ("multiclass", 100)])
def test_the_scenes_learn_their_classes(name: str, steps: int) -> None:
    engine = Engine(scene(name))
    engine.train(steps)
    assert accuracy(engine) > 0.97


def test_another_number_of_classes_gets_other_weights_and_a_session_opens_again() -> None:
    engine = Engine(scene("multiclass"))
    engine.train(3)
    for count in (3, 8, 2):
        engine.set_scene(scene("multiclass", data__classes=count))
        assert engine.task.energy.classes(engine.weights) == count
        assert engine.state.step == 0
        engine.train(2)
        again = Engine(engine.scene)
        again.restore(engine.checkpoint())
        assert again.state.step == 2


# regions ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["binary", "multiclass"])
def test_regions_are_the_argmin_of_the_maps(name: str) -> None:
    engine = Engine(scene(name))
    engine.train(30)
    a = engine.snapshot(("classes",)).arrays
    maps, region = a["class_maps"], a["class_region"]
    count, side = len(maps), maps.shape[1]
    assert region.shape == (side, side)
    assert side <= 96
    left, right, bottom, top = engine.scene.view.window
    rng = np.random.default_rng(0)
    for row, column in rng.integers(0, side, (20, 2)):
        x1 = left + (right - left) * (column + 0.5) / side
        x2 = bottom + (top - bottom) * (row + 0.5) / side
        place = torch.tensor([[x1, x2, 0.0]], dtype=torch.float32)
        every = torch.arange(count, dtype=torch.float32)[:, None]
        e = engine.task.energy.table(engine.weights, place, every, 1.0)[0].numpy()
        np.testing.assert_allclose(maps[:, row, column], e, rtol=1e-4, atol=1e-5)
        assert maps[region[row, column], row, column] == maps[:, row, column].min()


@pytest.mark.parametrize("name", ["binary", "multiclass"])
def test_on_a_border_two_answers_share_the_least_energy(name: str) -> None:
    engine = Engine(scene(name))
    engine.train(100)
    a = engine.snapshot(("classes",)).arrays
    line = a["class_border"][np.isfinite(a["class_border"]).all(1)]
    assert len(line) > 50
    every = torch.arange(len(a["class_maps"]), dtype=torch.float32)[:, None]
    places = torch.cat([torch.tensor(line), torch.zeros(len(line), 1)], 1)
    e = engine.task.energy.table(engine.weights, places, every, 1.0).sort(1).values
    span = float(np.ptp(a["class_maps"]))
    assert float((e[:, 1] - e[:, 0]).max()) < 0.05 * span
    assert float((e[:, 1] - e[:, 0]).median()) < 0.005 * span


def test_energies_without_classes_have_no_regions() -> None:
    assert not Engine(scene("regression")).snapshot(("classes",)).arrays
