"""Training by likelihood with samplers, against densities in closed form and quadrature."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.scene import replace
from ebmviz.engine.losses.base.wrong import BUFFER
from ebmviz.engine.model import lab_losses
from ebmviz.engine.samplers.base import box
from ebmviz.engine.training import step as training
from tests.engine.likelihood import engine
from tests.scenes import CATALOGUE

LOW, HIGH = torch.tensor([-9.0, -9.0]).double(), torch.tensor([9.0, 9.0]).double()


# chains -------------------------------------------------------------------------------


def drawn(steps: int, like: Tensor, seed: int = 1) -> box.Chance:
    return box.chance(np.random.default_rng(seed), steps, like)


@pytest.mark.parametrize("walk", [box.langevin, box.adjusted])
def test_chains_of_a_gaussian_energy_have_its_moments(walk: Any) -> None:
    """p ∝ exp(−β‖y‖²/2s): variance s/β when adjusted; plain Langevin's is that / (1 − h/2s)."""
    beta, s, h, count = 2.0, 0.5, 0.2, 4000
    start = torch.full((count, 2), 1.5, dtype=torch.float64)

    def energy(y: Tensor) -> Tensor:
        return y.square().sum(1) / (2 * s)

    y = walk(energy, start, drawn(60, start), h, beta, LOW, HIGH)
    wanted = s / beta if walk is box.adjusted else s / beta / (1 - h / (2 * s))
    assert y.mean(0).abs().max() < 4 * math.sqrt(wanted / count)
    error = wanted * math.sqrt(2 / count)
    assert (y.var(0) - wanted).abs().max() < 4 * error
    assert abs(s / beta - s / beta / (1 - h / (2 * s))) > 8 * error, "the two can be told apart"


@pytest.mark.parametrize("walk", [box.langevin, box.adjusted])
def test_chains_of_a_slope_in_a_box_are_exponential(walk: Any) -> None:
    """p ∝ exp(−2y_1) on the unit box: mean ½ − 1/(e² − 1) along y_1 and ½ along y_2."""
    low, high = torch.zeros(2).double(), torch.ones(2).double()
    start = torch.rand(4000, 2, generator=torch.Generator().manual_seed(2)).double()
    y = walk(lambda y: 2 * y[:, 0], start, drawn(150, start), 0.01, 1.0, low, high)
    assert bool(((y >= low) & (y <= high)).all())
    wanted = [0.5 - 1 / (math.exp(2) - 1), 0.5]
    assert y.mean(0).tolist() == pytest.approx(wanted, abs=4 * 0.29 / math.sqrt(4000))


def test_places_outside_the_box_are_mirrored_at_its_sides() -> None:
    low, high = torch.tensor([0.0]), torch.tensor([2.0])
    places = torch.tensor([[0.5], [-0.5], [2.5], [4.5], [-2.25], [2.0], [1e6]])
    found = box.reflected(places, low, high).flatten().tolist()
    assert found == pytest.approx([0.5, 0.5, 1.5, 0.5, 1.75, 2.0, 0.0])


def test_without_noise_an_adjusted_chain_only_descends() -> None:
    def energy(y: Tensor) -> Tensor:
        return (3 * y).cos().sum(1) + y.square().sum(1)

    start = torch.rand(50, 2, generator=torch.Generator().manual_seed(2)).double() * 4 - 2
    y = box.adjusted(energy, start, drawn(5, start), 0.6, math.inf, LOW, HIGH)
    assert bool((energy(y) <= energy(start)).all())
    assert not torch.equal(y, start)


def test_adjusted_chains_come_down_a_steep_wall() -> None:
    """From a place where plain Langevin would be thrown across the whole box."""
    start = torch.full((20, 2), 5.0, dtype=torch.float64)
    y = box.adjusted(
        lambda y: 200 * y.square().sum(1), start, drawn(300, start), 0.01, 1.0, LOW, HIGH
    )
    assert float(y.norm(dim=1).max()) < 0.5


# losses -------------------------------------------------------------------------------


SAMPLED = ["cd", "pcd", "short-run", "nll-samples", "nll-hmc"]


@pytest.mark.parametrize("loss", SAMPLED)
def test_samples_depend_on_seed_step_and_slots_alone(loss: str) -> None:
    task = engine(loss).task
    state = training.start(task)
    rows = task.data[:10]

    def samples(step: int) -> Tensor:
        found = task.objective.draw(state.weights, rows, step, state.slots).each
        assert found is not None
        return found

    assert torch.equal(samples(4), samples(4))
    assert not torch.equal(samples(4), samples(5))
    own = task.objective
    assert bool(((samples(4) >= own.space.low) & (samples(4) <= own.space.high)).all())


def test_contrastive_divergence_starts_at_the_data_and_a_short_run_does_not() -> None:
    for loss, near in (("cd", True), ("short-run", False)):
        task = engine(loss, objective__steps=1, objective__step=1e-6).task
        found = task.objective.draw(training.start(task).weights, task.data, 0).each
        assert found is not None
        assert (float((found - task.data).norm(dim=1).max()) < 0.02) == near


def test_the_loss_is_the_gap_and_its_gradient_passes_no_chain() -> None:
    task = engine("cd").task
    weights, rows = training.start(task).weights, task.data
    wrong = task.objective.draw(weights, rows, 0)
    assert wrong.each is not None
    loss, slopes = task.gradient(weights, rows, 0, wrong)
    leaves = {k: w.clone().requires_grad_() for k, w in weights.items()}
    gap = task.energy.free(leaves, rows, 1.0).mean()
    gap = gap - task.energy.free(leaves, wrong.each.detach(), 1.0).mean()
    wanted = torch.autograd.grad(gap, list(leaves.values()), allow_unused=True)
    assert float(loss) == pytest.approx(float(gap.detach()), rel=1e-5, abs=1e-6)
    for slope, by_hand in zip(slopes.values(), wanted, strict=True):
        by_hand = torch.zeros_like(slope) if by_hand is None else by_hand
        torch.testing.assert_close(slope, by_hand, rtol=1e-4, atol=1e-6)


def test_a_step_moves_only_the_places_of_the_buffer_that_it_took() -> None:
    task = engine("pcd", objective__renewed=0.0, objective__buffer=100).task
    state = training.start(task)
    wrong = task.objective.draw(state.weights, task.data[:30], 0, state.slots)
    moved = (wrong.slots[BUFFER] != state.slots[BUFFER]).any(1)
    assert 25 <= int(moved.sum()) <= 30  # a few proposals are refused ten times over
    assert wrong.each is not None
    held = {tuple(place) for place in wrong.slots[BUFFER].tolist()}
    assert {tuple(place) for place in wrong.each.tolist()} <= held


def test_a_batch_larger_than_the_buffer_takes_each_place_more_than_once() -> None:
    task = engine("pcd", objective__buffer=7).task
    state = training.start(task)
    each = task.objective.draw(state.weights, task.data[:20], 0, state.slots).each
    assert each is not None
    assert torch.equal(each[:7], each[7:14])


def test_a_saved_buffer_continues_bit_for_bit() -> None:
    one, two, loaded = (engine("pcd") for _ in range(3))
    one.train(9)
    two.train(4)
    saved = two.checkpoint().weights
    assert saved[BUFFER].shape == (1000, 2)
    loaded.restore(Checkpoint(saved, two.history.to_arrays()))
    loaded.train(5)
    expected, found = one.checkpoint().weights, loaded.checkpoint().weights
    assert expected.keys() == found.keys()
    for key, array in expected.items():
        assert array.tobytes() == found[key].tobytes(), key
    assert not np.array_equal(saved[BUFFER], expected[BUFFER])


def test_chains_go_on_under_another_optimiser_and_begin_under_another_loss() -> None:
    one = engine("pcd")
    one.train(3)
    kept = one.state.slots[BUFFER]
    one.set_scene(replace(one.scene, {"optimizer.kind": "sgd"}, CATALOGUE))
    assert torch.equal(one.state.slots[BUFFER], kept)
    one.set_scene(replace(one.scene, {"objective.buffer": 50}, CATALOGUE))
    assert one.state.slots[BUFFER].shape == (50, 2)
    one.set_scene(replace(one.scene, {"objective.loss": "cd"}, CATALOGUE))
    assert BUFFER not in one.state.slots
    one.set_scene(replace(one.scene, {"objective.loss": "pcd"}, CATALOGUE))
    again = engine("pcd", optimizer__kind="sgd")
    again.restore(Checkpoint(one.checkpoint().weights))  # before any step, too, the slots fit
    assert torch.equal(again.state.slots[BUFFER], one.state.slots[BUFFER])


def test_the_lab_leaves_out_losses_whose_samples_are_of_one_model() -> None:
    scene = engine("cd").scene
    assert not set(SAMPLED) & set(lab_losses.kinds(scene, CATALOGUE))
    named = replace(scene, {"view.losses": "nll,cd"}, CATALOGUE)
    with pytest.raises(UserError, match="lanes share"):
        lab_losses.kinds(named, CATALOGUE)


def test_a_divergence_keeps_the_last_good_weights_and_names_a_remedy() -> None:
    one = engine("short-run", optimizer__kind="sgd", optimizer__lr=1e4, energy__activation="silu")
    with pytest.raises(NumericError, match="lower the rate"):
        one.train(200)
    assert all(bool(w.isfinite().all()) for w in one.state.weights.values())
