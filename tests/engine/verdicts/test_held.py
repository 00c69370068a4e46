"""A model that a regulariser holds back is told so; what it is told to do helps."""

from __future__ import annotations

import pytest

from ebmviz.core.diagnosis import HELD
from ebmviz.core.remedies import HOLDS
from ebmviz.core.scene import replace
from ebmviz.engine.measures.base.held import held, settled
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import step
from tests.engine.verdicts.models import verdict
from tests.scenes import CATALOGUE, built_in

STRONG = [
    ("regression", "regularizer.decay", 0.05, 0.0, 600),
    ("regression", "regularizer.spectral", 0.3, float("inf"), 600),
    ("multiclass", "regularizer.decay", 0.6, 0.0, 200),
    ("multiclass", "regularizer.clip", 0.02, float("inf"), 200),
    ("vae", "objective.springs", 3, 0.0, 400),
    ("sparse-coding", "energy.sparsity", 7, 0.3, 100),
]


@pytest.mark.parametrize(("name", "at", "value", "released", "steps"), STRONG)
def test_what_the_doctor_says_to_turn_lets_the_model_fit(
    name: str, at: str, value: float, released: float, steps: int
) -> None:
    one = Engine(built_in(name, {at: value}))
    one.train(300)
    said = verdict(one)
    assert said.state in ("undecided", "collapsed")
    assert said.controls == (at,)
    assert HOLDS[at][1] in said.text
    one.set_scene(replace(one.scene, {at: released}, CATALOGUE))
    one.train(steps)
    assert verdict(one).state == "separates"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("regression", {"regularizer.decay": 1e-4}),
        ("autoencoder", {"regularizer.decay": 1e-3}),
        ("implicit-regression", {"regularizer.clip": 3.0}),
        ("unconditional", {}),  # with its α of 0.01
        ("horn-latent", {"data.count": 60}),  # flat, and a lower price would make it flatter
    ],
)
def test_a_weak_one_is_not_blamed(name: str, changes: dict[str, object]) -> None:
    one = Engine(built_in(name, changes))
    one.train(6)
    assert not set(verdict(one).controls) & set(HOLDS)


def test_what_pays_nothing_and_bounds_nothing_holds_nothing() -> None:
    task = Engine(built_in("regression")).task
    fresh = step.start(task).weights
    assert held(task, fresh, fresh) == {}


def test_a_price_is_in_units_of_the_loss_it_is_added_to() -> None:
    one = Engine(built_in("regression", {"regularizer.decay": 0.01}))
    fresh = step.start(one.task).weights
    (found,) = held(one.task, fresh, fresh).values()
    size = sum(float(w.square().sum()) for w in fresh.values())
    rest = Engine(built_in("regression")).report()["meter_loss"]
    assert found == pytest.approx(0.01 * size / rest, rel=1e-5)


def test_a_bound_that_halves_all_weights_holds_by_one() -> None:
    one = Engine(built_in("regression", {"regularizer.clip": 0.5}))
    ones = {k: w.sign() + (w == 0) for k, w in step.start(one.task).weights.items()}
    (found,) = held(one.task, ones, ones).values()
    assert found == pytest.approx(1.0)


def test_at_rest_a_penalty_takes_all_of_the_slope_back() -> None:
    one = Engine(built_in("multiclass", {"regularizer.magnitude": 30, "optimizer.batch": 300}))
    one.train(400)
    assert (
        held(one.task, one.state.weights, one.state.weights)["meter_held/regularizer.magnitude"]
        > 0.9
    )
    assert HELD < 0.9


@pytest.mark.slow
def test_a_loss_has_settled_once_it_has_stopped_to_fall() -> None:
    one = Engine(built_in("autoencoder", {"regularizer.spectral": 0.2}))
    strong = {"meter_held/regularizer.spectral": 9.0}
    past = one.history.past
    assert settled(one.task, one.state.weights, one.state.step, past, strong) == {}
    one.train(400)
    assert one.report()["settled"] == 1
    assert settled(one.task, one.state.weights, one.state.step, past, {}) == {}
    one.set_scene(replace(one.scene, {"regularizer.spectral": float("inf")}, CATALOGUE))
    one.train(700)
    assert "settled" not in one.report()
