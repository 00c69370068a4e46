"""The joint model: its loss by hand, its density by quadrature, and what it learns."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.engine.energies.jem import JointEnergy
from ebmviz.engine.losses.base.wrong import BUFFER
from ebmviz.engine.measures.joint import SIDE, joint, marginal
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import step
from tests.arrays import same
from tests.scenes import CATALOGUE, assembled


def engine(**given: object) -> Engine:
    """Three classes; `objective__generate` stands for the path."""
    scene = assembled(
        given,
        data__kind="blobs",
        data__count=90,
        data__classes=3,
        energy__kind="jem",
        energy__hidden=16,
        energy__layers=1,
        objective__loss="jem",
        objective__steps=5,
        optimizer__kind="adam",
        optimizer__lr=0.02,
        optimizer__batch=45,
        seed=3,
    )
    return Engine(scene)


def test_the_loss_is_cross_entropy_and_likelihood_by_their_weights() -> None:
    of = engine(objective__classify=0.7, objective__generate=0.3)
    task, own = of.task, of.task.energy
    assert isinstance(own, JointEnergy)
    weights, rows = of.state.weights, task.data[:20]
    wrong = task.objective.draw(weights, rows, 0, of.state.slots)
    assert wrong.each is not None
    f = -own.every(weights, rows[:, :2])
    cross = torch.nn.functional.cross_entropy(f, rows[:, 2].long(), reduction="none")
    gap = -torch.logsumexp(f, 1) + torch.logsumexp(-own.every(weights, wrong.each), 1)
    found = task.loss.per_row(task.objective.energies(weights, rows, wrong), wrong)
    torch.testing.assert_close(found, 0.7 * cross + 0.3 * gap, rtol=1e-5, atol=1e-6)


def test_samples_are_places_in_a_box_around_the_data() -> None:
    of = engine(objective__reach=0.25)
    x = of.task.data[:, :2]
    room = 0.25 * (x.amax(0) - x.amin(0))
    of.train(3)
    held = of.state.slots[BUFFER]
    assert held.shape == (1000, 2)
    assert bool(((held >= x.amin(0) - room) & (held <= x.amax(0) + room)).all())


def test_without_the_likelihood_it_is_the_classifier_beside_it() -> None:
    """Both begin alike, see the same batches and the same loss: they stay alike."""
    of = engine(objective__generate=0.0)
    of.train(12)
    weights = of.state.weights
    for name, weight in weights.items():
        if name.startswith("f."):
            torch.testing.assert_close(weight, weights["ce" + name[1:]], rtol=1e-4, atol=1e-5)
    with_it = engine()
    with_it.train(12)
    moved = with_it.state.weights
    assert not torch.allclose(moved["f.w1"], moved["ce.w1"], atol=1e-2)
    torch.testing.assert_close(moved["ce.w1"], weights["ce.w1"])


def test_the_map_is_the_energy_of_x_up_to_the_number_of_classes() -> None:
    of = engine()
    energy = of.task.energy
    assert isinstance(energy, JointEnergy)
    x = of.task.data[:5, :2]
    free = energy.at(of.state.weights, of.scene.view, x, 1.0)
    own = marginal(energy.every(of.state.weights, x))
    torch.testing.assert_close(free, own + math.log(3), rtol=1e-5, atol=1e-6)


def test_the_likelihood_of_x_is_that_of_a_sum_over_the_box() -> None:
    of = engine()
    of.train(5)
    energy, weights = of.task.energy, of.state.weights
    assert isinstance(energy, JointEnergy)
    x = of.task.data[:, :2].double().numpy()
    low, high = x.min(0), x.max(0)
    low, high = low - 0.5 * (high - low), high + 0.5 * (high - low)
    side = 2 * SIDE
    axes = [low[k] + (high[k] - low[k]) * (np.arange(side) + 0.5) / side for k in (0, 1)]
    cells = torch.tensor(np.stack(np.meshgrid(*axes), -1).reshape(-1, 2))
    double = {k: w.double() for k, w in weights.items()}
    for name, every in (("", energy.every), ("_ce", energy.beside)):
        p = torch.exp(-marginal(every(double, cells)))
        z = float(p.sum()) * float(np.prod((high - low) / side))
        nll = float(marginal(every(double, torch.tensor(x))).mean()) + math.log(z)
        assert joint(of.task, weights)[f"joint_nll{name}"] == pytest.approx(nll, abs=2e-3)


@pytest.mark.slow
def test_it_learns_the_density_and_classifies_as_well() -> None:
    """In short what tests/benchmarks/jem.py finds at the scene's own size, for ten seeds."""
    of = engine(objective__steps=10, objective__step=0.05)
    before = joint(of.task, of.state.weights)["joint_nll"]
    of.train(120)
    found = joint(of.task, of.state.weights)
    assert found["joint_accuracy"] >= found["joint_accuracy_ce"] - 0.012
    assert found["joint_nll"] < found["joint_nll_ce"] - 1
    assert found["joint_nll"] < before - 0.5


def test_a_saved_buffer_continues_bit_for_bit() -> None:
    one, two, loaded = (engine() for _ in range(3))
    one.train(6)
    two.train(2)
    loaded.restore(two.checkpoint())
    loaded.train(4)
    assert same(one.checkpoint().weights, loaded.checkpoint().weights)


def test_what_is_measured_of_it() -> None:
    of = engine(view__probe=[6.0, 6.0])
    of.train(3)
    shot = of.snapshot(("joint", "beside", "negatives", "data"))
    sure = shot.arrays["joint_sure"]
    assert sure.shape == shot.arrays["joint_sure_ce"].shape
    assert sure.min() >= 1 / 3
    assert sure.max() <= 1
    assert shot.arrays["beside_border"].shape[1] == 2
    assert 0 <= shot.metrics["joint_score"] <= 1
    assert shot.arrays["negative"].shape == (45, 2), "samples x̂ are places of the map"
    other = Engine(library.scene("multiclass", CATALOGUE))
    assert not {"joint_sure", "beside_border"} & other.snapshot(("joint", "beside")).arrays.keys()


def test_another_number_of_classes_asks_for_other_weights() -> None:
    of = engine()
    of.train(2)
    of.set_scene(replace(of.scene, {"data.classes": 4}, CATALOGUE))
    assert of.state.step == 0
    assert of.task.energy.classes(of.state.weights) == 4
    assert step.start(of.task).slots[BUFFER].shape == (1000, 2)
