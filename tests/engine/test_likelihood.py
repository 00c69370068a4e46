"""Training by likelihood with samplers, against densities in closed form and quadrature."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import NumericError
from ebmviz.core.lanes.of_lab import lab_lanes
from ebmviz.core.scene import replace
from ebmviz.engine.losses.base.chains import samplers
from ebmviz.engine.losses.base.wrong import BUFFER
from ebmviz.engine.training import step as training
from tests.engine.likelihood import engine
from tests.scenes import CATALOGUE

# losses -------------------------------------------------------------------------------


SAMPLED = ["cd", "pcd", "short-run", "nll-samples"]


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


@pytest.mark.parametrize("chain", samplers())
@pytest.mark.parametrize(
    ("loss", "given"),
    [
        ("cd", {}),
        ("cd", {"data__kind": "parabola", "energy__kind": "implicit"}),
        ("pcd", {}),
        ("short-run", {}),
    ],
)
def test_chains_of_every_sampler_bring_a_loss_its_answers(
    loss: str, given: dict[str, object], chain: str
) -> None:
    """Cold ones go down from where they begin: the data, or anywhere in the box."""
    cold = {"objective__beta": 200.0, "objective__spread": 0.01, "objective__step": 0.2}
    of = engine(loss, objective__chain=chain, objective__steps=40, **cold, **given)
    rows, own, energy = of.task.data[:40], of.task.objective, of.task.energy
    each = own.draw(of.weights, rows, 5, of.state.slots).each
    assert each is not None
    assert each.shape == (len(rows), energy.answer)
    assert bool(((each >= own.space.low) & (each <= own.space.high)).all())
    ends = energy.free(of.weights, energy.replaced(rows, each), 1.0)
    if loss == "cd":
        begin = energy.free(of.weights, rows, 1.0)
    else:
        begin = energy.table(of.weights, rows, own.space.grid(20).to(rows), 1.0)
    assert float(ends.mean()) < float(begin.mean()) - 0.03


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
    assert not set(SAMPLED) & {lane.key for lane in lab_lanes(scene, CATALOGUE)}


def test_one_of_them_that_is_named_is_a_lane_that_steps_alone() -> None:
    named = engine("cd", view__losses="nll,cd,pcd", view__lab=True)
    named.train(4)
    assert named.lab
    for lane, kind in enumerate(named.lab.keys[1:], 1):
        alone = engine(kind)
        alone.train(4)
        found = named.lab.lane(lane)
        assert all(torch.equal(w, found.weights[k]) for k, w in alone.state.weights.items())
        assert all(torch.equal(s, found.slots[k]) for k, s in alone.state.slots.items())


def test_a_divergence_keeps_the_last_good_weights_and_names_a_remedy() -> None:
    one = engine("short-run", optimizer__kind="sgd", optimizer__lr=1e4, energy__activation="silu")
    with pytest.raises(NumericError, match="lower the rate"):
        one.train(200)
    assert all(bool(w.isfinite().all()) for w in one.state.weights.values())
