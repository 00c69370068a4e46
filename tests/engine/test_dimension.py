"""The experiment on dimension: its places, its models, its tables, and what it finds."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ebmviz.core.params import number
from ebmviz.core.scene import Scene
from ebmviz.engine.experiments.dimension import FIRST, LEAST, Dimension, DimensionParams
from ebmviz.engine.model.experimenting import Experimenting
from ebmviz.engine.theory import dimension as experiment
from ebmviz.engine.weights import Weights
from tests.scenes import built_in


def scene(**changes: object) -> Scene:
    """The built-in scene; `a__b` stands for the path a.b."""
    return built_in("dimension", changes)


def small(**params: float) -> dict[str, object]:
    """An experiment that is over within a second."""
    given = {"largest": 4, "most": 5, "runs": 2, "updates": 100, "wanted": 0.7, **params}
    return {f"experiment__{k}": v for k, v in given.items()}


def finished(engine: Experimenting) -> Weights:
    while int(engine.state.weights["at"][0]) <= number(engine.scene["experiment.largest"]):
        engine.train(64)
    return engine.state.weights


# places -------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_the_places_are_what_they_are_called(dim: int) -> None:
    places = experiment.scenery(3, 2, dim, 50, 6)
    for part in places:
        assert part.shape[0] == 2
        assert part.shape[2] == 6
        assert not part[:, :, dim:].any(), "nothing beyond the dimension"
    for circle in (places.data, places.fresh):
        torch.testing.assert_close(circle.norm(dim=2), torch.ones(circle.shape[:2]))
        for run in circle:
            assert torch.linalg.matrix_rank(run.double(), tol=1e-4) == 2
    assert places.wrong.abs().max() <= experiment.BOX
    assert not torch.equal(places.data[0], places.data[1]), "runs are independent"
    # The plane of the circle, and how far a place is from the nearest point of it.
    axes = torch.linalg.svd(places.data[0].double())[2][:2]
    tube = places.tube[0].double()
    within = (tube @ axes.t()).norm(dim=1)
    beyond = (tube - tube @ axes.t() @ axes).norm(dim=1)
    away = ((within - 1).square() + beyond.square()).sqrt()
    assert float((away - experiment.RADIUS).abs().max()) < 1e-5


def test_places_follow_from_the_seed() -> None:
    one = experiment.scenery(3, 2, 4, 16, 4)
    experiment.scenery.cache_clear()
    two, other = experiment.scenery(3, 2, 4, 16, 4), experiment.scenery(4, 2, 4, 16, 4)
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    assert not torch.equal(one.data, other.data)


# models -------------------------------------------------------------------------------


def test_the_network_is_numpys_and_does_not_see_other_columns() -> None:
    places = experiment.scenery(1, 2, 3, 8, 5)
    model = experiment.fresh_model(1, 3, 8, 7, places)
    found = experiment.network(model, places.tube).numpy()
    w = {k: v.double().numpy() for k, v in model.items()}
    for run in range(2):
        y = places.tube[run].double().numpy()
        for i in (1, 2, 3):
            y = y @ w[f"w{i}"][run].T + w[f"b{i}"][run]
            y = np.maximum(y, 0) if i < 3 else y
        np.testing.assert_allclose(found[run], y[:, 0], atol=1e-5)
    wider = {**model, "w1": torch.nn.functional.pad(model["w1"], (0, 2))}
    padded = torch.nn.functional.pad(places.tube, (0, 2))
    torch.testing.assert_close(experiment.network(wider, padded), torch.from_numpy(found))


def test_an_update_is_adam_s_and_one_of_k_means() -> None:
    places = experiment.scenery(1, 1, 3, 8, 3)
    model = experiment.fresh_model(1, 3, 8, 5, places)
    names = ("w1", "b1", "w2", "b2", "w3", "b3")
    leaves = {k: model[k].clone().requires_grad_() for k in names}
    adam = torch.optim.Adam(leaves.values(), lr=experiment.RATE)
    mine = model
    for count in (1, 2, 3):
        adam.zero_grad()
        right, wrong = (experiment.network(leaves, y) for y in places[:2])
        loss = right.relu().mean() + (1 - wrong).relu().mean()
        loss.backward()
        adam.step()
        mine, told = experiment.updated(mine, places, count)
        assert float(told) == pytest.approx(loss.item(), abs=1e-6)
    for name in names:
        torch.testing.assert_close(mine[name], leaves[name].detach(), rtol=1e-4, atol=1e-5)
    centres, data = model["centres"][0].clone(), places.data[0]
    assert len(centres.unique(dim=0)) == experiment.CENTRES, "they begin on different data"
    for _ in range(3):
        nearest = torch.cdist(data, centres).argmin(1)
        for k in nearest.unique():
            centres[k] += 0.1 * (data[nearest == k].mean(0) - centres[k])
    torch.testing.assert_close(mine["centres"][0], centres)


def test_held_up_is_more_than_half_the_margin_above_the_data() -> None:
    data = torch.arange(101.0)[None] / 100  # its 95th percentile is 0.95
    tube = torch.tensor([[1.44, 1.46, 2.0, -3.0]])
    assert experiment.held_up(data, tube) == pytest.approx(0.5)
    assert experiment.held_up(data, torch.full((1, 4), 9.0)) == 1.0


# the experiment -----------------------------------------------------------------------


def test_it_is_deterministic_and_goes_on_from_a_saved_state() -> None:
    one, two, loaded, other = (Experimenting(scene(**small(), seed=seed)) for seed in (5, 5, 5, 6))
    for engine, steps in ((one, 50), (two, 23), (other, 50)):
        engine.train(steps)
    loaded.restore(two.checkpoint())
    loaded.train(27)
    expected, found = one.checkpoint().weights, loaded.checkpoint().weights
    assert all(np.array_equal(expected[k], found[k]) for k in expected)
    assert not np.array_equal(expected["shares"], other.checkpoint().weights["shares"])


def shares(dim: int, wrong: int) -> tuple[float, float]:
    """What the network and K-means hold up after 200 updates."""
    places = experiment.scenery(7, 2, dim, wrong, dim)
    model = experiment.fresh_model(7, dim, wrong, 48, places)
    for count in range(1, 201):
        model, _ = experiment.updated(model, places, count)
    return experiment.judged(model, places)


def test_as_many_wrong_answers_hold_up_less_in_more_dimensions() -> None:
    few, more = shares(2, 64), shares(6, 64)
    assert few[0] > 0.9
    assert more[0] < few[0] - 0.3
    assert min(few[1], more[1]) > 0.99, "K-means holds up all, without any"


@pytest.mark.slow
def test_more_wrong_answers_are_needed_in_more_dimensions() -> None:
    engine = Experimenting(scene(**small()))
    needed, tables = (finished(engine)[k] for k in ("needed", "shares"))
    counts = needed[FIRST:].tolist()
    assert counts == sorted(counts)
    assert counts[-1] > counts[0] > 0
    for dim in range(FIRST, 5):
        tried = tables[dim][tables[dim] >= 0]
        assert bool((tried[:-1] < 0.7).all()), "no fewer would have been enough"
        assert tried[-1] >= 0.7
        assert int(needed[dim]) == LEAST << (len(tried) - 1)
    before = engine.checkpoint().weights
    engine.train(3)
    after = engine.checkpoint().weights
    assert all(np.array_equal(before[k], after[k]) for k in ("needed", "shares", "at", "w1"))


def test_the_measure_says_what_is_known() -> None:
    engine = Experimenting(scene(**small(largest=2)))
    engine.train(1)
    early = engine.snapshot(("dimension",))
    assert np.isnan(early.arrays["dimension_needed"]).all()
    assert early.metrics["dimension_now"] == 2
    assert early.metrics["dimension_wrong"] == LEAST
    assert 0 < early.metrics["dimension_done"] < 1
    state = finished(engine)
    late = engine.snapshot(("dimension",))
    assert late.metrics["dimension_over"] == 1
    assert late.arrays["dimension_d"].tolist() == [2]
    assert late.arrays["dimension_needed"].tolist() == [float(state["needed"][2])]
    known = np.isfinite(late.arrays["dimension_share"][0])
    assert late.arrays["dimension_share"][0][known][-1] >= 0.7


def test_what_is_never_enough_is_infinite() -> None:
    engine = Experimenting(scene(**small(largest=2, most=0, updates=2)))
    finished(engine)
    assert math.isinf(engine.snapshot(("dimension",)).arrays["dimension_needed"][0])


def test_a_step_looks_at_a_bounded_number_of_places() -> None:
    model = Dimension(DimensionParams(runs=1, most=0, updates=50))
    state = model.start(7)
    after = model.step(state, 0, 7)
    assert 1 <= int(after["at"][2]) <= 8
    assert torch.equal(state["at"], torch.tensor([2.0, 0.0, 0.0])), "the state before is kept"
