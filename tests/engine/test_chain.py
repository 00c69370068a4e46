"""The chain against its layers and finite differences, and its multipliers against autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core.scene import Scene
from ebmviz.engine.energies.chain import Chain, ChainParams
from ebmviz.engine.measures.base.stationary import both
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.weights import Weights
from tests.scenes import built_in

SHAPES = [(1, 3, "tanh"), (2, 2, "relu"), (3, 3, "tanh"), (4, 5, "silu"), (6, 8, "sigmoid")]


def model(depth: int, units: int, activation: str) -> tuple[Chain, Weights]:
    """A chain with float64 weights of no symmetry."""
    chain = Chain(ChainParams(hidden=units, layers=depth, activation=activation))
    rng = torch.Generator().manual_seed(9)
    fresh = chain.initial(rng, torch.zeros(3, 2))
    return chain, {k: 2 * w.double() + 0.2 for k, w in fresh.items()}


def scene(**changes: object) -> Scene:
    """The built-in scene; `a__b` stands for the path a.b."""
    return built_in("lagrangian", changes, view__resolution=16)


@pytest.mark.parametrize(("depth", "units", "activation"), SHAPES)
def test_the_chain_is_its_layers_one_after_another(depth: int, units: int, activation: str) -> None:
    chain, weights = model(depth, units, activation)
    z = torch.tensor([0.7], dtype=torch.float64)
    for layer, w in zip(chain.steps(), chain.matrices(weights), strict=True):
        z = layer(z, w)
    row = torch.tensor([[0.7, -0.4]], dtype=torch.float64)
    torch.testing.assert_close(chain.best(weights, row)[0], z, rtol=1e-13, atol=1e-13)
    energy = 0.5 * (float(z[0]) + 0.4) ** 2
    assert float(chain.free(weights, row, 1.0)[0]) == pytest.approx(energy, rel=1e-12)
    table = chain.table(weights, row, torch.tensor([[-0.4], [1.0]]).double(), 1.0)
    assert table[0].tolist() == pytest.approx([energy, 0.5 * (float(z[0]) - 1) ** 2], rel=1e-7)


def test_a_chain_by_hand() -> None:
    chain = Chain(ChainParams(hidden=1, layers=2))
    given = {"g.w1": [[2.0]], "g.b1": [-0.5], "g.w2": [[3.0]], "g.b2": [0.25]}
    weights = {k: torch.tensor(v, dtype=torch.float64) for k, v in given.items()}
    found, _, _ = both(chain, weights, torch.tensor([0.6, 1.0], dtype=torch.float64))
    bent = np.tanh(2 * 0.6 - 0.5)
    gap = 3 * bent + 0.25 - 1.0
    assert float(found.cost) == pytest.approx(0.5 * gap**2, rel=1e-14)
    assert float(found.multipliers[1]) == pytest.approx(gap, rel=1e-14)
    assert float(found.multipliers[0]) == pytest.approx(3 * gap, rel=1e-14)
    to_first = 3 * gap * (1 - bent**2)
    assert found.slopes[0][0].tolist() == pytest.approx([0.6 * to_first, to_first], rel=1e-13)
    assert found.slopes[1][0].tolist() == pytest.approx([bent * gap, gap], rel=1e-13)


@pytest.mark.parametrize(("depth", "units", "activation"), SHAPES)
def test_multipliers_and_slopes_are_autograds(depth: int, units: int, activation: str) -> None:
    chain, weights = model(depth, units, activation)
    datum = torch.tensor([0.7, -0.4], dtype=torch.float64)
    found, to_states, to_weights = both(chain, weights, datum)
    assert len(found.multipliers) == len(found.slopes) == len(to_weights) == depth
    for mine, theirs in zip(found.multipliers, to_states, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-12)
    for mine, theirs in zip(found.slopes, to_weights, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("depth", "units", "activation"), SHAPES)
def test_the_slopes_are_those_of_finite_differences(
    depth: int, units: int, activation: str
) -> None:
    chain, weights = model(depth, units, activation)
    row, h = torch.tensor([[0.7, -0.4]], dtype=torch.float64), 1e-6
    found, _, _ = both(chain, weights, row[0])
    for i, slope in enumerate(found.slopes, 1):
        along = {k: torch.zeros_like(w) for k, w in weights.items()}
        along[f"g.w{i}"][0, -1] = 1.0
        up, down = (
            float(chain.free({k: w + s * along[k] for k, w in weights.items()}, row, 1.0)[0])
            for s in (h, -h)
        )
        assert (up - down) / (2 * h) == pytest.approx(float(slope[0, -2]), rel=1e-5, abs=1e-8)


def test_the_measure_follows_the_probe() -> None:
    engine = Engine(scene(view__probe=[-0.62, 0.0], energy__layers=4))
    engine.train(30)
    shot = engine.snapshot(("lagrangian",))
    a, data = shot.arrays, engine.task.data.numpy()
    nearest = data[np.abs(data[:, 0] + 0.62).argmin()]
    assert a["lagrangian_datum"].tolist() == nearest.tolist()
    assert a["lagrangian_sizes"].tolist() == [1, 3, 3, 3, 1]
    assert len(a["lagrangian_z"]) == 11
    assert len(a["lagrangian_slope"]) == 4
    assert a["lagrangian_z"][0] == nearest[0]
    assert shot.metrics["lagrangian_error"] <= 1e-12
    np.testing.assert_allclose(a["lagrangian_multiplier"], a["lagrangian_autograd"], atol=1e-12)
    gap = a["lagrangian_z"][-1] - nearest[1]
    assert a["lagrangian_multiplier"][-1] == pytest.approx(gap, rel=1e-12)
    assert shot.metrics["lagrangian_energy"] == pytest.approx(0.5 * gap**2, rel=1e-12)


def test_an_energy_without_a_chain_has_no_lagrangian() -> None:
    assert not Engine(scene(energy__kind="regression")).snapshot(("lagrangian",)).arrays


def test_the_scene_learns_its_curve() -> None:
    engine = Engine(scene())
    engine.train(200)
    assert engine.metrics()["mean_energy"] < 0.01
