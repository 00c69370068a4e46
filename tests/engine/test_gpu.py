"""On a CUDA GPU: the same results within a stated tolerance, whatever is moved there and back."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.landscape import free_energy_grid
from ebmviz.engine.measures.base import level
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.graphs import step as graphs
from tests.scenes import CATALOGUE, built_in

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here"),
]
TRAINED = 100
TOLERANCE = 1e-3
"""Of F after so many steps, relative to the greatest of the map if that is above 1."""
SCENES = ("ellipse", "horn", "regression", "binary", "vae", "kmeans", "pca", "unconditional")


def shown(engine: Engine) -> Array:
    found: Array = engine.snapshot(("map",)).arrays["map"].astype(np.float64)
    return found - found.min() if level.free(engine.task) else found


@pytest.mark.parametrize("name", SCENES)
def test_training_on_a_gpu_comes_to_the_same(name: str) -> None:
    here, there = Engine(built_in(name)), Engine(built_in(name, device="cuda"))
    here.train(TRAINED)
    there.train(TRAINED)
    ours, theirs = shown(there), shown(here)
    assert np.abs(ours - theirs).max() <= TOLERANCE * max(1.0, np.abs(theirs).max())


@pytest.mark.parametrize("name", ["ellipse", "horn", "unconditional", "vae"])
def test_steps_are_replayed(name: str) -> None:
    engine = Engine(built_in(name, device="cuda"))
    engine.train(graphs.SOON + 8)
    assert graphs._graphs[engine.task]._steps


@pytest.mark.parametrize("chain", ["ula", "mala", "hmc", "sgld"])
def test_chains_of_a_loss_are_replayed(chain: str) -> None:
    changes = {"objective.loss": "pcd", "objective.chain": chain, "device": "cuda"}
    engine = Engine(replace(built_in("unconditional"), changes, CATALOGUE))
    engine.train(graphs.SOON + 8)
    assert graphs._graphs[engine.task]._steps
    assert np.isfinite(shown(engine)).all()


def test_the_device_changes_in_the_midst_of_it() -> None:
    straight, moving = Engine(built_in("horn")), Engine(built_in("horn"))
    straight.train(3 * TRAINED)
    for device in ("cpu", "cuda", "cpu"):
        moving.set_scene(built_in("horn", device=device))
        moving.train(TRAINED)
        moving.sample(2)
    assert moving.history.steps == straight.history.steps
    for past in (TRAINED // 2, TRAINED + TRAINED // 2, 3 * TRAINED):
        moving.seek(past)
        straight.seek(past)
        ours, theirs = shown(moving), shown(straight)
        assert np.abs(ours - theirs).max() <= TOLERANCE * max(1.0, np.abs(theirs).max())


def test_a_large_map_takes_little_more_memory_than_itself() -> None:
    points = torch.rand(4096, 2, device="cuda")
    axis = torch.linspace(-1, 1, 4096, device="cuda")
    free_energy_grid(points, axis[:64], axis[:64], 4.0)
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    found = free_energy_grid(points, axis, axis, 4.0)
    torch.cuda.synchronize()
    assert torch.cuda.max_memory_allocated() - before < 4 * found.nbytes + (1 << 30)


def test_a_million_chains_walk() -> None:
    engine = Engine(built_in("unconditional", device="cuda", sampler__kind="ula"))
    engine.sample(1)
    assert engine.sampling
    assert engine.sampling.chains
    many = engine.sampling.chains.y.repeat(1000, 1)
    engine.sampling.chains = engine.sampling.sampler.init(engine.sampling._field, many)  # type: ignore[arg-type]
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    assert engine.sample(3) == 3
    torch.cuda.synchronize()
    assert torch.cuda.max_memory_allocated() - before < 4 << 30
    assert bool(engine.sampling.chains.y.isfinite().all())
