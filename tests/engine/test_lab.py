"""The loss lab: every lane as the training of its loss alone, whatever the others do."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch

from ebmviz.core.errors import UserError
from ebmviz.core.lanes import of_lab
from ebmviz.core.lanes.of_lab import MOST
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model import build, lab_lanes
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import step
from ebmviz.engine.training.lab import Lab, LaneTask
from ebmviz.engine.training.lanes.by_loss import LossLanes
from ebmviz.engine.training.problem import Problem, TrainState
from tests.scenes import CATALOGUE, built_in

CPU = torch.device("cpu")


def scene(name: str = "implicit-regression", **changes: object) -> Scene:
    """A built-in scene under SGD; `a__b` stands for the path a.b.

    Adam would blow the rounding of slopes that cancel up to full steps.
    """
    few: dict[str, object] = {"optimizer.kind": "sgd", "optimizer.lr": 0.02}
    if name != "ellipse":
        few |= {"objective.loss": "hinge", "energy.hidden": 6, "energy.layers": 1}
        few |= {"objective.answers": 8}
    return built_in(name, {**few, **changes})


def lab(of: Scene) -> Lab:
    return posed(of, build.problem(of, CPU))


def posed(of: Scene, task: Problem) -> Lab:
    """The lab of a scene whose own problem is this one."""
    return Lab(lanes_of(of, task), task)


def lanes_of(of: Scene, task: Problem) -> list[LaneTask]:
    return [
        each._replace(task=dataclasses.replace(each.task, limit=task.limit))
        for each in lab_lanes.tasks(of, CATALOGUE, task)
    ]


def alone(task: Problem, steps: int) -> TrainState:
    """The state after so many steps of one loss."""
    state = step.start(task)
    for _ in range(steps):
        state, _loss = step.step(task, state)
    return state


def check_lanes(of: Scene, steps: int = 50, tolerance: float = 2e-4) -> None:
    """Every lane against the training of its loss alone."""
    bench = lab(of)
    bench.train(steps)
    assert bool(bench.alive.all())
    for i, lane in enumerate(of_lab.lab_lanes(of, CATALOGUE)):
        wanted, found = alone(build.problem(lane.scene, CPU), steps), bench.lane(i)
        assert found.step == wanted.step
        assert (found.epoch, found.cursor, found.updates) == (
            wanted.epoch,
            wanted.cursor,
            wanted.updates,
        )
        assert found.weights.keys() == wanted.weights.keys()
        assert found.slots.keys() == wanted.slots.keys()
        for mine, theirs in ((found.weights, wanted.weights), (found.slots, wanted.slots)):
            for name, tensor in theirs.items():
                message = f"{lane.key}: {name}"
                torch.testing.assert_close(
                    mine[name], tensor, rtol=tolerance, atol=tolerance, msg=message
                )


def test_lanes_are_single_trainings() -> None:
    check_lanes(scene())


@pytest.mark.parametrize("regularizer", ["decay", "gradient", "magnitude"])
def test_lanes_are_single_trainings_under_pulls(regularizer: str) -> None:
    few = {"view.losses": "energy,hinge,nll", f"regularizer.{regularizer}": 0.05}
    check_lanes(replace(scene(), few, CATALOGUE), steps=25)


@pytest.mark.parametrize("bound", ["clip", "spectral"])
def test_lanes_are_kept_in_one_by_one(bound: str) -> None:
    few = {"view.losses": "energy,hinge,nll", f"regularizer.{bound}": 0.5}
    check_lanes(replace(scene(), few, CATALOGUE), steps=25)


@pytest.mark.parametrize("negatives", ["uniform", "noise", "grid"])
def test_lanes_share_only_what_is_the_same(negatives: str) -> None:
    few = {"view.losses": "hinge,energy,nll,log", "objective.negatives": negatives}
    check_lanes(replace(scene(), few, CATALOGUE), steps=25)


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_lanes_under_other_optimizers(optimizer: str) -> None:
    few: dict[str, object] = {"optimizer.kind": optimizer, "optimizer.lr": 0.02}
    few |= {"view.losses": "energy,square-square", "energy.distance": "half-square"}
    check_lanes(replace(scene(), few, CATALOGUE), steps=25)


def test_lanes_of_a_latent_energy() -> None:
    check_lanes(scene("ellipse", view__losses="energy,hinge,nll", objective__beta=3.0), steps=25)


LARGE = {"optimizer.kind": "sgd", "optimizer.lr": 1e-4, "view.losses": "energy,hinge,nll"}


@pytest.mark.parametrize("name", ["horn", "vae-balls"])
def test_lanes_too_large_for_one_batch_go_one_after_the_other(name: str) -> None:
    check_lanes(built_in(name, {**LARGE, "optimizer.batch": 5}), steps=3)


def test_too_many_numbers_for_a_step_are_refused_in_one_sentence() -> None:
    engine = Engine(built_in("ellipse", {"view.lab": True}))
    much = {"view.lab": True, "optimizer.batch": 500, "energy.latents": 4096, **LARGE}
    with pytest.raises(UserError, match="the lab: a step of 3 runs would take .* lower the"):
        engine.set_scene(built_in("horn", much))
    assert engine.train(1) == 1


@pytest.mark.slow
def test_a_diverged_lane_hurts_nobody() -> None:
    of = scene("unconditional", view__losses="energy,hinge")
    base = build.problem(of, CPU)
    task = dataclasses.replace(base, limit=2.0)  # the energy loss goes to −∞ and passes it
    both = posed(of, task)
    both.train(400)
    assert both.alive.tolist() == [False, True]
    fallen = both.lane(0)
    assert 0 <= fallen.step < 400
    assert all(bool(w.isfinite().all()) for w in fallen.weights.values())
    assert all(bool((s == 0).all()) for s in fallen.slots.values())  # fresh
    single = LossLanes([lanes_of(of, task)[1].task])
    single.train(400, math.inf)
    for name, wanted in single.state(0).weights.items():
        torch.testing.assert_close(both.lane(1).weights[name], wanted, rtol=1e-3, atol=1e-3)


def test_nan_does_not_leak() -> None:
    of = scene(view__losses="energy,hinge")
    bench = lab(of)
    first, second = bench.kept()
    spoilt = {k: torch.full_like(w, math.nan) for k, w in first.state.weights.items()}
    nan = first._replace(state=dataclasses.replace(first.state, weights=spoilt))
    bench.go_on_from([nan, second], bench.clock)
    bench.train(20)
    assert bench.alive.tolist() == [False, True]
    assert all(bool(w.isfinite().all()) for w in bench.lane(1).weights.values())


def test_retune_goes_on_under_new_parameters() -> None:
    of = scene(view__losses="energy,hinge")
    bench = lab(of)
    bench.train(10)
    other = replace(of, {"objective.margin": 3.0, "optimizer.lr": 0.02}, CATALOGUE)
    task = build.problem(other, CPU)
    assert bench.retuned(lanes_of(other, task), task) is bench
    bench.train(10)
    assert bench.step == 20
    state = alone(build.problem(of, CPU), 10)
    for _ in range(10):
        state, _loss = step.step(task, state)
    for name, wanted in state.weights.items():
        torch.testing.assert_close(bench.lane(1).weights[name], wanted, rtol=2e-4, atol=2e-4)
    fewer = bench.retuned(lanes_of(other, task)[1:], task)
    assert fewer
    assert (fewer.keys, fewer.step) == (("hinge",), 20)
    more = lanes_of(replace(other, {"view.losses": "hinge,nll"}, CATALOGUE), task)
    assert fewer.retuned(more, task) is None


def keys(of: Scene) -> list[str]:
    return [lane.key for lane in of_lab.lab_lanes(of, CATALOGUE)]


def test_which_losses() -> None:
    fitting = [
        kind
        for kind, loss in CATALOGUE.kinds("objective").items()
        if not loss.refused_by(CATALOGUE.component("energy", "implicit"))
    ]
    assert keys(scene()) == fitting[:MOST]
    assert keys(scene(view__losses="nll, hinge")) == ["nll", "hinge"]
    assert keys(scene(view__lanes="objective.loss=nll,hinge")) == ["nll", "hinge"]
    with pytest.raises(UserError, match=r"view\.losses: “hing” is not known.*“hinge”"):
        keys(scene(view__losses="hing"))


def test_a_loss_keeps_its_own_beta_where_the_scene_shows_none() -> None:
    of = scene(view__losses="hinge,nll")
    assert (
        lab(of).tasks[1].loss.params.beta == 1.0
    )  # and not the ∞ of a hinge that never looks at β


def test_what_lanes_gathered_comes_back_with_the_lab_that_was_out_of_sight() -> None:
    """As undo and redo go over a change of the loss, made while the lab was left."""
    lanes = {"view.lab": True, "view.lanes": "optimizer.lr=0.01,0.1"}
    chains = {"objective.loss": "pcd", "objective.buffer": 16.0}
    under = built_in("unconditional", {**lanes, **chains})
    engine = Engine(under)
    engine.train(4)
    kept = engine.checkpoint()
    buffers = [name for name in kept.weights if name.startswith("lab/") and "buffer" in name]
    assert len(buffers) == 2
    engine.set_scene(replace(under, {"objective.loss": "energy"}, CATALOGUE))  # they are gone
    left = replace(under, {"view.lab": False}, CATALOGUE)
    engine.set_scene(left)
    engine.resume(kept)
    engine.set_scene(under)
    back = engine.checkpoint().weights
    assert back.keys() == kept.weights.keys()
    for name, array in kept.weights.items():
        np.testing.assert_array_equal(back[name], array, err_msg=name)
    # Once only: what is changed while it is seen begins anew, as ever.
    engine.set_scene(replace(under, {"objective.buffer": 12.0}, CATALOGUE))
    assert engine.checkpoint().weights[buffers[0]].shape[0] == 12
