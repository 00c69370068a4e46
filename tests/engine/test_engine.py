"""What resets a model and what does not, what its metrics describe, and where it runs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects
from ebmviz.core.scene import replace
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import history, step
from ebmviz.engine.training.means import mean_energy
from tests.arrays import same
from tests.engine.ellipse import radii, scene
from tests.scenes import CATALOGUE


def test_the_same_seed_trains_the_same_and_another_does_not() -> None:
    runs = []
    for seed in (5, 5, 6):
        engine = Engine(scene(seed=seed, data__kind="ellipse", energy__init="random"))
        engine.train(30)
        runs.append(engine.checkpoint().weights)
    assert same(runs[0], runs[1])
    assert not np.array_equal(runs[0]["w"], runs[2]["w"])


@pytest.mark.parametrize(
    "changes",
    [
        {"objective.beta": 1.0},
        {"objective.beta": 0},
        {"optimizer.lr": 0.01},
        {"optimizer.batch": 24},
        {"optimizer.kind": "adam"},
        {"optimizer.kind": "momentum"},
        {"data.noise": 0.3},
        {"data.count": 7},
        {"data.kind": "lecture"},
        {"energy.latents": 5},
        {"view.beta": 0.1},
        {"view.resolution": 32},
    ],
    ids=str,
)
def test_a_change_never_resets_the_weights(changes: dict[str, object]) -> None:
    engine = Engine(scene(data__kind="ellipse", data__count=50))
    engine.train(60)
    weights, past = engine.state.weights["w"], list(engine.history.steps)
    affects = engine.set_scene(replace(engine.scene, changes, CATALOGUE))
    assert affects < Affects.BUILD
    assert torch.equal(engine.state.weights["w"], weights)
    assert engine.state.step == 60
    assert engine.history.steps == past
    engine.train(3)
    assert engine.state.step == 63
    assert not torch.equal(engine.state.weights["w"], weights)


@pytest.mark.parametrize("changes", [{"seed": 8}, {"energy.init": "random"}], ids=str)
def test_a_new_beginning_resets_the_weights(changes: dict[str, object]) -> None:
    engine = Engine(scene())
    engine.train(10)
    later = replace(engine.scene, changes, CATALOGUE)
    assert engine.set_scene(later) == Affects.BUILD
    assert (engine.state.step, engine.history.steps) == (0, [0])
    assert same(engine.checkpoint().weights, Engine(later).checkpoint().weights)


def test_reset_returns_to_the_initial_weights() -> None:
    engine = Engine(scene(energy__init="random"))
    fresh = engine.checkpoint().weights
    engine.train(10)
    engine.seek(3)
    engine.reset()
    assert same(engine.checkpoint().weights, fresh)
    assert (engine.seen, engine.history.steps) == (None, [0])


def test_a_scene_that_cannot_be_built_changes_nothing() -> None:
    engine = Engine(scene())
    engine.train(5)
    old, before = engine.scene, engine.checkpoint().weights
    with pytest.raises(UserError, match="needs a file"):
        engine.set_scene(scene(data__kind="own"))
    assert engine.scene == old
    assert same(engine.checkpoint().weights, before)
    engine.train(1)


def test_the_metrics_describe_the_present() -> None:
    engine = Engine(scene())
    engine.train(10)
    warm = replace(engine.scene, {"objective.beta": 1}, CATALOGUE)
    engine.set_scene(warm)
    expected = mean_energy(engine.task, engine.state.weights)
    assert engine.metrics()["mean_energy"] == expected


def test_the_metrics_describe_the_present_between_two_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "CAPACITY", 4)
    engine = Engine(scene())
    engine.train(9)
    before = engine.state
    engine.train(1)
    assert engine.history.steps[-1] < engine.state.step == 10
    metrics = engine.metrics()
    assert metrics["loss"] == step.step(engine.task, before)[1]
    assert metrics["mean_energy"] == mean_energy(engine.task, engine.state.weights)


def test_training_in_slices_is_training() -> None:
    engine, straight = Engine(scene()), Engine(scene())
    done = 0
    while done < 30:  # a deadline that has already passed still makes one step
        done += engine.train(30 - done, seconds=0)
    straight.train(30)
    assert same(engine.checkpoint().weights, straight.checkpoint().weights)
    assert engine.train(0) == 0


def test_an_engine_asked_for_a_missing_device_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="cuda"):
        Engine(scene(device="cuda"))
    assert Engine(scene(device="auto")).device.type == "cpu"


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here")
def test_a_gpu_trains_the_same_and_the_past_follows() -> None:
    here, there = Engine(scene()), Engine(scene())
    here.train(10)
    there.train(5)
    there.set_scene(scene(device="cuda"))
    there.train(5)
    assert there.state.weights["w"].device.type == "cuda"
    assert radii(there) == pytest.approx(radii(here), abs=1e-4)
    there.seek(3)
    here.seek(3)
    assert torch.equal(there.weights["w"].cpu(), here.weights["w"])
    needs = ("map", "contours", "manifold", "lens", "section", "arrows", "nearest", "curves")
    ours, theirs = here.snapshot(needs).arrays, there.snapshot(needs).arrays
    assert np.abs(ours["map"] - theirs["map"]).max() < 1e-5
    restored = Engine(scene(device="cuda"))
    restored.restore(there.checkpoint())
    assert same(restored.history.to_arrays(), there.history.to_arrays())
