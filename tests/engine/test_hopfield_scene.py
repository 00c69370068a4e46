"""Hopfield networks as energies: their steps recall, and the modern one's map is the energy
of Ramsauer et al. 2020."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene, replace
from ebmviz.core.view import View
from ebmviz.engine.datasets.patterns import _GLYPHS, Patterns, PatternsParams, glyph
from ebmviz.engine.energies.hopfield import Hopfield, HopfieldParams
from ebmviz.engine.energies.hopfield_modern import HopfieldModern, ModernParams
from ebmviz.engine.experiments.hopfield_capacity import CapacityParams, HopfieldCapacity
from ebmviz.engine.measures.attention import MEASURE
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.theory import hopfield
from tests.engine import memories
from tests.scenes import CATALOGUE, built_in

POINTS = torch.from_numpy(np.random.default_rng(4).normal(size=(7, 2)))


def scene(name: str, **changes: Any) -> Scene:
    return built_in(name, changes)


def table(values: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(values.astype("<f8").tobytes()).decode()


# patterns -----------------------------------------------------------------------------


def test_all_letters_differ_and_have_both_signs() -> None:
    for side in (8, 12, 32):
        every = {letter: glyph(letter, side) for letter in _GLYPHS}
        assert len(every) == 26
        assert len({g.tobytes() for g in every.values()}) == 26
        for g in every.values():
            assert g.shape == (side, side)
            assert set(g.ravel()) == {-1.0, 1.0}


def test_a_letter_is_upright() -> None:
    f = glyph("L", 8)
    assert (f[-2:] == 1).all(), "the last row is the foot"
    assert (f[:, :2] == 1).all(), "the stem stands on the left"
    assert (f[:-2, 2:] == -1).all()


def test_random_patterns_are_as_many_as_asked_for_and_extend() -> None:
    few, many = (
        Patterns(PatternsParams(source="random", patterns=n, side=6)).points(3) for n in (4, 9)
    )
    assert many.shape == (9, 36)
    assert np.array_equal(many[:4], few)


def test_painted_patterns_are_the_signs_of_their_table() -> None:
    values = np.random.default_rng(0).normal(size=(3, 16))
    params = PatternsParams(source="painted", side=4, cells=table(values))
    assert np.array_equal(Patterns(params).points(0), np.sign(values))
    empty = Patterns(PatternsParams(source="painted", letters="AB")).points(0)
    assert np.array_equal(empty, Patterns(PatternsParams(letters="ab a")).points(0))


@pytest.mark.parametrize(
    ("params", "match"),
    [
        (PatternsParams(letters="A1"), "A1"),
        (PatternsParams(letters=""), "A–Z"),
        (PatternsParams(source="painted", side=5, cells=table(np.ones(16))), "5 × 5"),
    ],
)
def test_what_is_no_pattern_is_refused(params: PatternsParams, match: str) -> None:
    with pytest.raises(UserError, match=match):
        Patterns(params).points(0)


# recall -------------------------------------------------------------------------------


def test_training_the_scene_recalls_its_letter() -> None:
    engine = Engine(scene("hopfield"))
    start = engine.snapshot(("recall",))
    assert start.arrays["recall_overlap"][0] == pytest.approx(0.5), "a quarter is flipped"
    engine.train(4 * 144)
    shot = engine.snapshot(("recall", "curves"))
    assert shot.labels["recall_named"] == ("pattern 1",)
    assert shot.metrics["recall_unstable"] == 0
    energies = engine.history.energies
    assert energies[-1] < energies[0] - 10
    assert max(np.diff(energies)) <= 1e-4, "one unit at a time never raises the energy"
    assert shot.metrics["recall_energy"] == pytest.approx(energies[-1], rel=1e-6)


def test_steps_of_any_size_go_through_the_same_sweep() -> None:
    ends = []
    for units, steps in (("unit", 144), ("tenth", 10), ("sweep", 1)):
        engine = Engine(scene("hopfield", energy__units=units))
        engine.train(steps)
        ends.append(engine.weights["state"])
    assert torch.equal(ends[0], ends[1])
    assert torch.equal(ends[0], ends[2])
    assert not torch.equal(ends[0], Engine(scene("hopfield")).weights["state"])


def test_all_at_once_is_one_synchronous_step() -> None:
    engine = Engine(scene("hopfield", energy__update="synchronous"))
    before = engine.weights
    engine.train(1)
    wanted = hopfield.synchronous("classical", before["patterns"], before["state"])
    assert torch.equal(engine.weights["state"], wanted)


def test_a_hot_bath_forgets_and_a_cold_one_keeps() -> None:
    def overlap(beta: float) -> float:
        engine = Engine(
            scene(
                "hopfield",
                energy__update="bath",
                energy__bath=beta,
                energy__units="sweep",
                energy__flips=0,
            )
        )
        engine.train(12)
        return float(engine.snapshot(("recall",)).arrays["recall_overlap"][0])

    assert overlap(20.0) > 0.95
    assert abs(overlap(0.0)) < 0.35


def test_the_past_is_revisited() -> None:
    engine = Engine(scene("hopfield"))
    engine.train(100)
    late = engine.weights["state"]
    engine.seek(0)
    assert engine.snapshot(("recall",)).arrays["recall_overlap"][0] == pytest.approx(0.5)
    engine.seek(None)
    assert torch.equal(engine.weights["state"], late)


def test_other_patterns_begin_anew() -> None:
    engine = Engine(scene("hopfield"))
    engine.train(30)
    engine.set_scene(scene("hopfield", data__letters="AB"))
    assert engine.state.step == 0
    assert engine.weights["patterns"].shape == (2, 144)


def test_a_painted_state_is_where_recall_begins() -> None:
    painted = np.where(np.random.default_rng(2).random(144) < 0.5, 1.0, -1.0)
    chosen = scene("hopfield", energy__start="painted", energy__state=table(painted))
    assert np.array_equal(Engine(chosen).weights["state"][0].numpy(), painted)
    with pytest.raises(UserError, match="not of 100 units"):
        Engine(replace(chosen, {"data.side": 10}, CATALOGUE))


@pytest.mark.parametrize("memory", ["classical", "dense", "exponential"])
def test_the_energy_of_the_scene_is_that_of_its_state(memory: Any) -> None:
    energy = Hopfield(HopfieldParams(memory=memory))
    rows = torch.from_numpy(Patterns(PatternsParams()).points(0))
    weights = energy.initial(torch.Generator().manual_seed(0), rows)
    found = energy.free(weights, rows, 3.0)
    assert torch.equal(found, found[:1].expand(len(rows)))
    wanted = hopfield.energy_of(memory, weights["patterns"], weights["state"])
    torch.testing.assert_close(found[:1], wanted)


# the modern network -------------------------------------------------------------------


def modern(**params: Any) -> tuple[HopfieldModern, dict[str, torch.Tensor]]:
    energy = HopfieldModern(ModernParams(stored=len(POINTS), **params))
    x = energy.initial(torch.Generator(), POINTS)["x"].double()
    return energy, {"x": x}


@pytest.mark.parametrize("normalise", [True, False])
@pytest.mark.parametrize("beta", [0.2, 1.0, 7.0, 60.0])
def test_the_map_is_the_energy_of_ramsauer(normalise: bool, beta: float) -> None:
    energy, weights = modern(normalise=normalise)
    y1, y2 = torch.linspace(-3, 3, 9).double(), torch.linspace(-2, 2, 5).double()
    places = torch.stack([y1.repeat(5), y2.repeat_interleave(9)], 1)
    wanted = memories.modern_energy(weights["x"], places, beta)
    torch.testing.assert_close(energy.free(weights, places, beta), wanted, rtol=1e-9, atol=1e-9)
    found = energy.landscape(weights, View(), y1, y2, beta, gradient=True)
    torch.testing.assert_close(found.free_energy.flatten(), wanted, rtol=2e-6, atol=2e-6)
    # ∇E = ξ − X softargmax(βX'ξ)
    slope = places - memories.retrieve(weights["x"], places, beta)
    assert found.gradient is not None
    torch.testing.assert_close(found.gradient.flatten(1).t(), slope, rtol=2e-5, atol=2e-5)


def test_of_one_length_it_is_the_plain_free_energy_of_half_the_square() -> None:
    energy, weights = modern(normalise=True, length=1.5)
    assert torch.allclose(weights["x"].norm(dim=1), torch.tensor(1.5).double())
    places = torch.randn(6, 2, generator=torch.Generator().manual_seed(1)).double()
    half = 0.5 * (places[:, None] - weights["x"]).square().sum(2)
    for beta in (0.5, 20.0):
        wanted = -(torch.logsumexp(-beta * half, 1) - math.log(len(POINTS))) / beta
        torch.testing.assert_close(energy.free(weights, places, beta), wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("normalise", [True, False])
def test_the_update_is_attention(normalise: bool) -> None:
    energy, weights = modern(normalise=normalise)
    places = torch.randn(6, 2, generator=torch.Generator().manual_seed(1)).double()
    for beta in (0.3, 5.0):
        wanted = memories.retrieve(weights["x"], places, beta)
        torch.testing.assert_close(
            energy.update(weights, places, beta), wanted, rtol=1e-9, atol=1e-9
        )
    largest = weights["x"][(places @ weights["x"].t()).argmax(1)]
    torch.testing.assert_close(energy.update(weights, places, math.inf), largest)
    mean = weights["x"].mean(0).expand(6, 2)
    torch.testing.assert_close(energy.update(weights, places, 0.0), mean)


def test_the_paths_are_updates_down_the_energy() -> None:
    engine = Engine(scene("hopfield-modern", energy__starts=5, energy__updates=6))
    subject = engine.subject()
    a = MEASURE.arrays(subject)
    paths, probe = a["attention_path"], a["attention_probe"]
    assert paths.shape == (25, 7, 2)
    assert probe[0].tolist() == pytest.approx(list(engine.scene.view.probe))
    assert float(a["attention_weight"].sum()) == pytest.approx(1, abs=1e-5)
    x, beta = engine.weights["x"].double(), engine.scene.view.beta
    for k in range(6):
        here = torch.from_numpy(paths[:, k]).double()
        after = torch.from_numpy(paths[:, k + 1]).double()
        torch.testing.assert_close(after, memories.retrieve(x, here, beta), rtol=1e-4, atol=1e-4)
        rise = memories.modern_energy(x, after, beta) - memories.modern_energy(x, here, beta)
        assert float(rise.max()) < 1e-6


# capacity -----------------------------------------------------------------------------


def test_settling_finds_what_sweeps_find() -> None:
    """Both end where no unit wants to flip, and never raise the energy on the way."""
    rng = np.random.default_rng(0)
    xi = rng.integers(0, 2, (12, 60)) * 2.0 - 1
    start = rng.integers(0, 2, (8, 60)) * 2.0 - 1
    end = torch.from_numpy(hopfield.settle(xi, start, rng)).double()
    patterns = torch.from_numpy(xi)
    assert torch.equal(hopfield.synchronous("classical", patterns, end), end)
    before = hopfield.energy_of("classical", patterns, torch.from_numpy(start))
    assert bool((hopfield.energy_of("classical", patterns, end) < before).all())
    alone = hopfield.settle(xi[:1], xi[:1] * np.where(np.arange(60) < 15, -1, 1), rng)
    assert np.array_equal(alone, xi[:1]), "a quarter of wrong units is put right"


def test_recall_is_near_perfect_below_capacity_and_lost_above() -> None:
    rng = np.random.default_rng(1)
    low, high = (
        np.mean([hopfield.capacity_trial(200, a, rng, flips=0.1) for _ in range(4)])
        for a in (0.05, 0.3)
    )
    assert low > 0.99
    assert high < 0.7


def test_the_bend_lies_between_its_two_loads() -> None:
    assert hopfield.bend([0.1, 0.2], [1.0, 0.934]) == pytest.approx(0.15)
    assert hopfield.bend([0.1, 0.2], [1.0, 0.99]) is None


def test_each_step_measures_the_next_load_and_rounds_are_averaged() -> None:
    experiment = HopfieldCapacity(CapacityParams(units=30))
    loads = experiment.loads()
    weights = experiment.start(3)
    count = len(loads)
    for step in (*range(count), count + 5):
        weights = experiment.step(weights, step, 3)
    assert weights["runs"].tolist() == [2.0 if k == 5 else 1.0 for k in range(count)]

    def trial(step: int) -> float:
        rng = np.random.default_rng([3, 62, step])
        return hopfield.capacity_trial(30, float(loads[step % count]), rng)

    errors = weights["error"]
    assert float(errors[4]) == pytest.approx(1 - trial(4), abs=1e-6)
    assert float(errors[5]) == pytest.approx(1 - (trial(5) + trial(count + 5)) / 2, abs=1e-6)


def test_thousands_of_stored_points_need_no_square_of_them() -> None:
    """z names a stored point by its number; what is large goes in blocks, to the same numbers."""
    many = HopfieldModern(ModernParams(stored=3000, normalise=False))
    rows = torch.randn(2000, 2, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    weights = {"x": rows[:, :].repeat(2, 1)[:3000]}
    assert many.latents().shape == (3000, 1)
    assert torch.equal(many.decode(weights, many.latents()), weights["x"])
    for beta in (0.0, 0.7, 20.0, math.inf):
        large = many.free(weights, rows, beta)
        few = torch.cat([many.free(weights, some, beta) for some in rows.split(250)])
        torch.testing.assert_close(large, few, rtol=1e-9, atol=1e-9)
