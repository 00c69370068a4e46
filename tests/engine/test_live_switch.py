"""A device that is chosen while a model trains: everything goes along, and nothing begins anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core import assets
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.landscape import memory
from ebmviz.engine.measures.base import level
from ebmviz.engine.model import measuring
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.experimenting import Experimenting
from ebmviz.engine.model.opening import opened
from tests.engine import fake_gpu
from tests.engine.ellipse import scene
from tests.engine.fake_gpu import FakeGpu
from tests.scenes import CATALOGUE, built_in, small
from tests.slow import sparing

TOLERANCE = 2e-5
"""Of weights and F, for a dozen steps: two ways to round them."""
OFTEN = ("ellipse", "horn", "jem", "joint-embedding", "kmeans", "multiclass", "vae", "dimension")
SCENES = sparing(assets.scene_names(), OFTEN)


def on(of: Scene, device: str) -> Scene:
    return replace(of, {"device": device}, CATALOGUE)


def test_the_fake_refuses_what_a_gpu_would(gpu: FakeGpu) -> None:
    here, there = torch.ones(3), torch.ones(3, device="cuda")
    assert (there.device, (2 * there).device) == (fake_gpu.DEVICE, fake_gpu.DEVICE)
    assert there.cpu().device == here.device
    assert torch.linalg.eigh(torch.ones(2, 2).to(there)).eigenvectors.device == fake_gpu.DEVICE
    with pytest.raises(RuntimeError, match="same device"):
        there + here
    with pytest.raises(TypeError, match="numpy"):
        there.numpy()
    gpu.fail(fake_gpu.LOST, after=1)
    there.add_(1)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="device-side assert"):
            there.cpu()
    assert float(here.sum()) == 3.0


@pytest.mark.usefixtures("gpu", "by_torch")
@pytest.mark.parametrize("name", SCENES)
def test_training_goes_on_from_device_to_device(name: str) -> None:
    of = on(small(name), "cpu")
    straight, moving = opened(of), opened(of)
    straight.train(9)
    moving.train(3)
    assert moving.set_scene(on(of, "cuda")) == Affects.TRAIN
    assert moving.device == fake_gpu.DEVICE
    moving.train(3)
    kept = moving.checkpoint()
    for need in measuring.measures():
        if (name, need) != ("hopfield", "field"):  # which no figure asks for: it has no slope
            moving.snapshot((need,))
    for past in (2, 5):  # of before the switch, and of after it
        moving.seek(past)
        straight.seek(past)
        assert moving.snapshot(("map", "manifold")).step == past
        close(moving, straight)
    moving.seek(None)
    moving.set_scene(of)
    moving.train(3)
    straight.seek(None)
    assert moving.progress.model == 9
    assert moving.history.steps == straight.history.steps
    close(moving, straight)
    again = opened(on(of, "cuda"))
    again.restore(kept)
    again.train(3)
    close(again, straight)


def close(one: object, other: object) -> None:
    """Weights, but for those that no energy depends on, or the maps, alike."""
    if isinstance(one, Experimenting) and isinstance(other, Experimenting):
        assert all(
            np.allclose(w.cpu(), other.weights[k], atol=TOLERANCE) for k, w in one.weights.items()
        )
        return
    assert isinstance(one, Engine)
    assert isinstance(other, Engine)
    maps = [each.snapshot(("map",)).arrays["map"] for each in (one, other)]
    if level.free(one.task):
        maps = [each - each.min() for each in maps]
    assert np.abs(maps[0] - maps[1]).max() < TOLERANCE * max(1.0, np.abs(maps[1]).max())


@pytest.mark.usefixtures("gpu", "by_torch")
@pytest.mark.parametrize("kind", ["adam", "momentum"])
def test_what_the_optimiser_has_gathered_goes_along(kind: str) -> None:
    engine = Engine(scene(optimizer__kind=kind))
    engine.train(5)
    before = engine.state.at_rest()
    assert before.slots
    engine.set_scene(on(engine.scene, "cuda"))
    assert engine.state.at_rest().equals(before)
    assert all(s.device == fake_gpu.DEVICE for s in engine.state.slots.values())
    engine.set_scene(on(engine.scene, "cpu"))
    assert engine.state.equals(before)


@pytest.mark.usefixtures("gpu")
def test_chains_stand_where_they_stood() -> None:
    engine = Engine(built_in("ellipse", sampler__chains=50))
    engine.sample(5)
    assert engine.sampling
    assert engine.sampling.chains
    before, begun = engine.sampling.chains.y.clone(), engine.sampling
    engine.set_scene(on(engine.scene, "cuda"))
    assert engine.sampling is begun
    assert engine.sampling.chains.y.device == fake_gpu.DEVICE
    assert torch.equal(engine.sampling.chains.y.cpu(), before)
    assert engine.sample(2) == 2
    assert engine.sampling.steps == 7
    kept = engine.checkpoint()
    engine.set_scene(on(engine.scene, "cpu"))
    assert engine.sample(1) == 1
    assert engine.sampling.chains.y.device.type == "cpu"
    engine.restore(kept)
    assert engine.sample(1) == 1


@pytest.mark.usefixtures("gpu", "by_torch")
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_lab_goes_along(optimizer: str) -> None:
    changes = {"view.lab": True, "view.lanes": "optimizer.lr=0.01,0.1"}
    of = built_in("ellipse", changes, optimizer__kind=optimizer)
    straight, moving = Engine(of), Engine(of)
    straight.train(40)
    moving.train(20)
    bench = moving.lab
    moving.set_scene(on(of, "cuda"))
    assert moving.lab is bench
    assert bench
    assert bench.values.shape == (2,)
    assert bench.past(0, 16) is not None
    moving.train(10)
    assert bench.lane(0).weights["w"].device == fake_gpu.DEVICE
    moving.snapshot(("lab", "map"))
    kept = moving.checkpoint()
    moving.set_scene(of)
    moving.train(10)
    assert straight.lab
    assert (bench.step, bench.steps.tolist()) == (40, [40, 40])
    for lane in range(2):
        ours, theirs = bench.lane(lane).weights["w"], straight.lab.lane(lane).weights["w"]
        assert torch.allclose(ours, theirs, atol=TOLERANCE)
    again = Engine(on(of, "cuda"))
    again.restore(kept)
    assert again.progress.lab == 30
    assert again.train(3) == 3


@pytest.mark.usefixtures("gpu")
def test_a_branch_is_left_on_another_device() -> None:
    engine = Engine(scene())
    engine.train(8)
    engine.set_scene(scene(device="cuda"))
    engine.train(4)
    engine.seek(3)
    left, new = engine.branch()
    assert (left.progress.model, new.progress.model) == (12, 3)
    assert {left.device, new.device} == {fake_gpu.DEVICE}
    new.train(2)
    left.train(2)
    straight = Engine(scene())
    straight.train(14)
    close(left, straight)
    assert left.history.steps == straight.history.steps


@pytest.mark.usefixtures("gpu")
def test_the_same_data_stay_on_the_device() -> None:
    engine = Engine(scene(device="cuda"))
    data = engine.task.data
    engine.set_scene(scene(device="cuda", optimizer__lr=0.01))
    assert engine.task.data is data


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("name", ["ellipse", "unconditional"])
def test_a_device_finds_as_much_at_once_as_it_may_hold(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many chains go in parts, and walk as they would in one."""
    places = []
    for most in (1 << 25, 1 << 9):
        monkeypatch.setattr(memory, "ON_DEVICE", most)
        engine = Engine(built_in(name, device="cuda", sampler__kind="ula", sampler__chains=300))
        energy, sizes = type(engine.task.energy), []
        whole = energy.value_and_grad

        def noted(self: Any, weights: Any, view: Any, y: torch.Tensor, beta: float) -> Any:
            sizes.append(len(y))  # noqa: B023
            return whole(self, weights, view, y, beta)  # noqa: B023

        with monkeypatch.context() as patch:
            patch.setattr(energy, "value_and_grad", noted)
            engine.sample(3)
        width = energy.width(engine.task.energy, engine.weights)
        assert max(sizes) * width <= most
        assert engine.sampling
        assert engine.sampling.chains
        places.append(engine.sampling.chains.y.cpu())
    assert torch.allclose(places[0], places[1], atol=1e-5)
