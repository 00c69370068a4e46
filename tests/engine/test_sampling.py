"""Chains on a landscape, live: what they sample, how they restart, and the truth beside them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, diff
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.samplers.base.sampler import SamplerParams
from ebmviz.engine.samplers.base.step import StepParams
from ebmviz.engine.samplers.exact import Exact
from ebmviz.engine.samplers.mala import MALA
from ebmviz.engine.samplers.sgld import SGLD, NoiseParams
from ebmviz.engine.samplers.tempering import LadderParams, Tempering
from ebmviz.engine.sampling.oracle import Oracle
from ebmviz.engine.server.frames import Frames
from tests.scenes import CATALOGUE, built_in

DECODERS = ("ellipse", "kmeans", "mixture")
NEEDS = ("map", "chains", "density", "sampling")
BETA, HEIGHT, TILT = 8.0, 1.0, 0.1


def scene(name: str = "ellipse", **changes: object) -> Scene:
    """`a__b` stands for the path a.b."""
    return built_in(name, changes, view__resolution=64, sampler__chains=200)


def places(engine: Engine) -> np.ndarray:
    assert engine.sampling is not None
    assert engine.sampling.chains is not None
    return engine.sampling.chains.y.numpy()


# the samplers that the scene knows -----------------------------------------------------


def wells(y: Tensor) -> tuple[Tensor, Tensor]:
    """F = (y1² − 1)² − 0.1 y1 + y2²: a barrier of 8 nats at β = 8, wells of unequal weight."""
    x = y[:, 0]
    free = HEIGHT * (x * x - 1) ** 2 - TILT * x + y[:, 1] ** 2
    return free, torch.stack([4 * HEIGHT * x * (x * x - 1) - TILT, 2 * y[:, 1]], 1)


def share_on_the_right() -> float:
    x = torch.linspace(-3, 3, 20001, dtype=torch.float64)
    density = torch.exp(-BETA * wells(torch.stack([x, 0 * x], 1))[0])
    return float(density[x > 0].sum() / density.sum())


def test_tempering_crosses_a_barrier_that_mala_does_not() -> None:
    count, wanted = 600, share_on_the_right()
    start = torch.tensor([-1.0, 0.0], dtype=torch.float64).repeat(count, 1)
    found = {}
    ladder = LadderParams(step=0.03, replicas=5, hottest=0.05)
    for sampler in (MALA(StepParams(step=0.03)), Tempering(ladder)):
        generator = torch.Generator().manual_seed(3)
        chains = sampler.init(wells, start)
        for _ in range(300):
            chains, info = sampler.step(chains, wells, BETA, generator)
        found[sampler.kind] = float((chains.y[:, 0] > 0).double().mean())
    four_errors = 4 * math.sqrt(wanted * (1 - wanted) / count)
    assert abs(found["tempering"] - wanted) < four_errors
    assert abs(found["mala"] - wanted) > 2 * four_errors  # most have never left
    assert info.swapped is not None
    assert 0.2 < float(info.swapped.mean()) < 1


def test_the_ladder_is_geometric_and_each_replica_samples_its_own_beta() -> None:
    sampler = Tempering(LadderParams(step=0.2, replicas=3, hottest=0.25))
    assert sampler.ladder(4.0) == pytest.approx([4.0, 2.0, 1.0])

    def bowl(y: Tensor) -> tuple[Tensor, Tensor]:
        return 0.5 * y.square().sum(1), y

    generator = torch.Generator().manual_seed(0)
    chains = sampler.init(bowl, torch.zeros(3000, 2, dtype=torch.float64))
    for _ in range(60):
        chains, _ = sampler.step(chains, bowl, 4.0, generator)
    assert chains.hotter is not None
    for y, beta in zip((chains.y, *chains.hotter.y.split(3000)), (4.0, 2.0, 1.0), strict=True):
        error = 4 * math.sqrt(2 / y.numel()) / beta
        assert abs(float(y.var()) - 1 / beta) < error


def test_exact_samples_have_the_moments_of_a_gaussian() -> None:
    def bowl(y: Tensor) -> tuple[Tensor, Tensor]:
        return 0.5 * y.square().sum(1), y

    sampler = Exact(SamplerParams(), (-5.0, 5.0, -4.0, 4.0))
    chains = sampler.init(bowl, torch.zeros(20_000, 2))
    chains, info = sampler.step(chains, bowl, 2.0, torch.Generator().manual_seed(0))
    assert float(chains.y.mean(0).abs().max()) < 4 * math.sqrt(0.5 / 20_000)
    assert abs(float(chains.y.var()) - 0.5) < 4 * 0.5 * math.sqrt(2 / 40_000)
    assert torch.equal(info.accepted, torch.ones(20_000))


def test_the_preset_of_jem_implies_its_beta() -> None:
    sampler = SGLD(NoiseParams(preset="jem", step=0.3, noise=0.4))
    assert sampler.used == (1.0, 0.01)
    assert sampler.implied(1.0) == pytest.approx(20_000)


# the oracle ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("beta", [0.5, 4.0, 40.0])
def test_the_integral_over_any_decoder_is_pi_over_beta(name: str, beta: float) -> None:
    """mathematics.md §1: inside a sufficient box."""
    engine = Engine(scene(name, view__beta=beta, view__reach=1.6, view__resolution=400))
    engine.train(20)
    found = engine.snapshot(("map", "sampling")).metrics
    assert math.exp(found["oracle_log_z"]) == pytest.approx(math.pi / beta, rel=1e-4)
    assert found["oracle_leakage"] < 1e-4
    assert found["oracle_grid_error"] < 1e-3


def test_the_mean_nll_of_the_data() -> None:
    engine = Engine(scene(view__beta=2.0, view__reach=1.0))
    found = engine.snapshot(("sampling",)).metrics
    task = engine.task
    energies = task.energy.free(engine.weights, task.data, 2.0).double()
    wanted = float(2 * energies.mean()) + math.log(math.pi / 2)
    assert found["oracle_nll"] == pytest.approx(wanted, abs=1e-3)


def test_conditional_data_have_no_nll_under_the_p_of_one_x() -> None:
    found = Engine(scene("horn", view__x=0.3)).snapshot(("sampling",)).metrics
    assert "oracle_nll" not in found
    assert "oracle_log_z" in found


@pytest.mark.parametrize("beta", [0.0, math.inf])
def test_no_density_at_the_ends_of_beta(beta: float) -> None:
    engine = Engine(scene(view__beta=beta, view__picture="probability"))
    assert engine.sample(3) == (3 if beta else 0)
    found = engine.snapshot(NEEDS)
    assert "sampling_exact" not in found.arrays
    assert "density" not in found.arrays
    assert np.isfinite(found.arrays["chains"]).all()


def test_the_density_integrates_to_one() -> None:
    for picture in ("probability", "chains"):
        engine = Engine(scene(view__picture=picture, view__beta=3.0))
        engine.sample(60)
        found = engine.snapshot(NEEDS).arrays["density"]
        left, right, bottom, top = engine.scene.view.window
        area = (right - left) * (top - bottom) / found.size
        assert float(found.sum() * area) == pytest.approx(1, abs=0.02)


def test_exact_samples_reach_their_floor() -> None:
    engine = Engine(scene(sampler__kind="exact", sampler__chains=2000, view__beta=3.0))
    engine.sample(2)
    found = engine.snapshot(NEEDS).metrics
    assert found["sampler_kl"] == pytest.approx(found["sampler_floor"], rel=0.4)
    oracle = Oracle(np.zeros((32, 32)), (0.0, 1.0, 0.0, 1.0), 1.0)
    assert oracle.floor(4000, 16) == pytest.approx(255 / 8000, rel=0.25)


# the run -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ula", "mala", "hmc", "sgld", "tempering", "exact"])
def test_the_same_seed_gives_the_same_chains(kind: str) -> None:
    runs = [Engine(scene(sampler__kind=kind)) for _ in range(2)]
    runs[0].sample(12)
    for _ in range(4):
        runs[1].sample(3)
        runs[1].snapshot(NEEDS)  # looking changes nothing
    assert np.array_equal(places(runs[0]), places(runs[1]))
    other = Engine(scene(sampler__kind=kind, seed=8))
    other.sample(12)
    assert not np.array_equal(places(runs[0]), places(other))


def test_dispersed_chains_start_again() -> None:
    engine = Engine(scene())
    engine.disperse()
    first = places(engine).copy()
    engine.sample(20)
    assert not np.allclose(places(engine), first)
    engine.disperse()
    assert np.array_equal(places(engine), first)
    assert engine.sampling is not None
    assert engine.sampling.steps == 0


@pytest.mark.parametrize("start", ["data", "window", "probe"])
def test_where_chains_start(start: str) -> None:
    engine = Engine(scene(sampler__start=start))
    engine.disperse()
    found, view = places(engine), engine.scene.view
    if start == "probe":
        assert np.allclose(found, view.probe)
    elif start == "data":
        data = engine.task.data.numpy()
        assert (np.abs(found[:, None] - data).max(2).min(1) == 0).all()
    else:
        left, right, bottom, top = view.window
        assert found[:, 0].min() < left + 0.2
        assert found[:, 0].max() > right - 0.2
        assert found[:, 1].min() > bottom
        assert found[:, 1].max() < top


def test_chains_that_fly_away_are_counted_and_restarted() -> None:
    engine = Engine(scene(sampler__step=3.0, view__beta=2.0))  # ULA is stable up to 1
    engine.sample(40)
    assert np.isfinite(places(engine)).all()
    found = engine.snapshot(NEEDS).metrics
    assert found["sampler_flown"] > 100
    calm = Engine(scene(sampler__step=0.1, view__beta=2.0))
    calm.sample(40)
    assert calm.snapshot(NEEDS).metrics["sampler_flown"] == 0


def test_step_count_and_method_change_under_way() -> None:
    engine = Engine(scene())
    engine.sample(10)
    before = places(engine).copy()
    engine.set_scene(scene(sampler__step=0.02))
    engine.snapshot(NEEDS)
    assert np.array_equal(places(engine), before)
    for kind in ("tempering", "hmc", "exact", "ula"):
        engine.set_scene(scene(sampler__kind=kind, sampler__chains=150))
        assert engine.sample(2) == 2
        assert places(engine).shape == (150, 2)
    engine.set_scene(scene(sampler__chains=300))
    assert engine.sample(1) == 1
    assert places(engine).shape == (300, 2)
    engine.set_scene(scene(sampler__chains=0))
    assert engine.sample(5) == 0
    assert engine.sampling is None


def test_chains_whose_way_is_not_known_yet_are_drawn_without_it() -> None:
    engine = Engine(scene(sampler__chains=9))
    engine.disperse()
    engine.set_scene(scene(sampler__chains=5))
    found = engine.snapshot(("chains",)).arrays
    assert found["chains"].shape == (5, 2)
    assert "chain_trace" not in found


def test_a_sampler_never_touches_the_training() -> None:
    engine = Engine(scene())
    engine.train(7)
    weights, task = engine.state.weights, engine.task
    for changes in ({"sampler__kind": "hmc"}, {"sampler__chains": 77}, {"sampler__start": "data"}):
        other = scene(**changes)
        assert diff(scene(), other, CATALOGUE) == Affects.DRAW
        engine.set_scene(other)
        engine.sample(2)
        assert engine.state.weights is weights
        assert engine.task is task
        assert engine.state.step == 7


def test_chains_follow_the_weights() -> None:
    engine = Engine(scene(view__beta=30.0, sampler__step=0.1))
    engine.sample(60)
    before = engine.task.energy.free(engine.weights, torch.from_numpy(places(engine)), 30.0).mean()
    engine.train(200)
    engine.sample(60)
    after = engine.task.energy.free(engine.weights, torch.from_numpy(places(engine)), 30.0).mean()
    assert float(before) < 0.3
    assert float(after) < 0.3
    assert engine.sampling is not None
    assert engine.sampling.chains is not None
    assert torch.allclose(
        engine.sampling.chains.energy,
        engine.task.energy.free(engine.weights, torch.from_numpy(places(engine)), 30.0),
        atol=1e-4,
    )


def test_scenes_without_a_plane_of_answers_have_no_chains() -> None:
    for name in ("multiclass", "regression", "joint-embedding"):
        found = scene(name)
        assert "chains" not in found.facts
        engine = Engine(found)
        assert engine.sample(3) == 0
        assert engine.sampling is None
    assert "chains" in scene("horn").facts


def test_the_map_is_measured_once_while_only_chains_move() -> None:
    engine, frames = Engine(scene()), Frames()
    engine.sample(1)
    first = frames.quick(engine, NEEDS, 1)
    engine.sample(5)
    second = frames.quick(engine, NEEDS, 1)
    assert second.arrays["map"] is first.arrays["map"]
    assert not np.array_equal(second.arrays["chains"], first.arrays["chains"])
    engine.train(1)
    assert frames.quick(engine, NEEDS, 1).arrays["map"] is not first.arrays["map"]


def test_the_record_thins_itself_and_keeps_its_order() -> None:
    engine = Engine(scene(sampler__chains=2))
    for _ in range(600):
        engine.sample(1)
        assert engine.sampling is not None
        engine.sampling.note(0.1, 0.01)
    assert engine.sampling is not None
    steps = [entry.step for entry in engine.sampling.record]
    assert len(steps) <= 257
    assert steps == sorted(set(steps))
    assert steps[-1] == 600


def test_an_exact_sampler_measures_a_landscape_once() -> None:
    """What it has measured goes with the chains, not with the sampler."""
    asked: list[int] = []

    def field(y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        asked.append(len(y))
        return 0.5 * y.square().sum(1), y

    rng = torch.Generator().manual_seed(0)
    sampler = Exact(SamplerParams(), (-5.0, 5.0, -4.0, 4.0))
    chains = sampler.init(field, torch.zeros(30, 2))
    first, _ = sampler.step(chains, field, 1.0, rng)
    assert sum(asked) > 1000
    asked.clear()
    second, _ = sampler.step(first, field, 1.0, rng)
    assert asked == [30]
    assert sampler.again(field, second).cells is None, "of another landscape nothing is known"
    assert sampler.within((0, 1, 0, 1)).box == (0, 1, 0, 1)
    assert sampler.box == (-5, 5, -4, 4)
