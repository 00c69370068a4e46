"""The collapse meter against numbers known beforehand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core.diagnosis import diagnose
from ebmviz.core.scene import Scene
from ebmviz.engine.measures.base.boxes import box
from ebmviz.engine.measures.base.collapse import meter
from ebmviz.engine.model import build
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import step
from ebmviz.engine.training.problem import Problem
from tests.scenes import assembled, built_in


def scene(**given: object) -> Scene:
    return assembled(given, seed=3, data__count=60)


REGRESSION = scene(
    data__kind="parabola",
    energy__kind="regression",
    energy__distance="l1",
    energy__hidden=4,
    energy__layers=1,
)


def problem(of: Scene) -> Problem:
    return build.problem(of, torch.device("cpu"))


def test_a_valley_of_known_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """E = |y − x²|: the data lie on its floor."""
    task = problem(REGRESSION)
    weights = step.start(task).weights

    def floor(_weights: object, rows: Tensor) -> Tensor:
        return rows[:, :1].square()

    monkeypatch.setattr(type(task.energy), "best", staticmethod(floor))
    found = meter(task, weights)
    low, high = (float(end) for end in box(task))
    y = task.data[:, 1].double().numpy()
    assert low == pytest.approx(y.min() - 0.5 * np.ptp(y), abs=1e-6)
    assert high == pytest.approx(y.max() + 0.5 * np.ptp(y), abs=1e-6)
    answers = low + (np.arange(64) + 0.5) / 64 * (high - low)
    table = np.abs(y[:, None] - answers)
    assert found["meter_gap"] == pytest.approx(table.mean(), rel=1e-5)
    assert found["meter_relief"] == pytest.approx(table.std(1).mean(), rel=1e-5)
    assert found["meter_flatness"] == pytest.approx(0.5), "fresh weights make the same valley"
    assert found["meter_rank"] < 1 / 64
    assert found["meter_share"] < 1 / 64
    assert found["meter_steepness"] == pytest.approx(1, rel=1e-4)


def test_a_flat_energy() -> None:
    of = scene(data__kind="parabola", energy__kind="implicit", energy__hidden=4, energy__layers=1)
    task = problem(of)
    weights = {k: torch.zeros_like(w) for k, w in step.start(task).weights.items()}
    found = meter(task, weights)
    assert found["meter_flatness"] == 1
    assert found["meter_share"] == found["meter_rank"] == 1
    assert found["meter_gap"] == found["meter_steepness"] == 0


def test_scale_changes_only_what_is_in_units_of_energy() -> None:
    task = problem(scene(data__kind="rings", energy__kind="unconditional", energy__hidden=6))
    weights = step.start(task).weights
    last = {k: w * 10 for k, w in weights.items() if k in ("f.w3", "f.b3")}
    assert len(last) == 2
    one, ten = meter(task, weights), meter(task, {**weights, **last})
    for name in ("meter_gap", "meter_relief", "meter_level", "meter_steepness"):
        assert ten[name] == pytest.approx(10 * one[name], rel=1e-3), name
    for name in ("meter_share", "meter_rank"):
        assert ten[name] == pytest.approx(one[name], rel=1e-2), name
    assert one["meter_flatness"] == pytest.approx(1 / 2)
    assert ten["meter_flatness"] == pytest.approx(1 / 11, rel=1e-4)


def test_an_ellipse_on_its_data_has_a_narrow_valley() -> None:
    task = problem(scene(data__kind="ellipse", data__noise=0.0, energy__latents=1024))
    assert task.loss.params.beta == math.inf
    found = meter(task, {"w": torch.tensor([2.0, 1.5])})
    assert found["meter_rank"] < 0.01
    assert found["meter_share"] < 0.01
    assert found["meter_gap"] > 0.5


def test_the_window_does_not_matter() -> None:
    near = scene(data__kind="ellipse")
    far = scene(data__kind="ellipse", view__window=[-90, 90, -90, 90], view__beta=0.1)
    assert Engine(near).report() == Engine(far).report()


def test_classes_have_an_accuracy() -> None:
    of = scene(data__kind="blobs", energy__kind="multiclass", energy__hidden=8, energy__layers=1)
    task = problem(of)
    weights = step.start(task).weights
    found = meter(task, weights)
    assert "meter_share" not in found
    table = np.stack(
        [
            task.energy.free(
                weights, torch.cat([task.data[:, :2], torch.full((60, 1), float(k))], 1), 1.0
            ).numpy()
            for k in range(task.energy.classes(weights))
        ],
        1,
    ).astype(float)
    own = task.data[:, 2].long().numpy()
    assert found["meter_accuracy"] == pytest.approx((table.argmin(1) == own).mean())
    mask = own[:, None] == np.arange(table.shape[1])
    wanted = table[~mask].mean() - table[mask].mean()
    assert found["meter_gap"] == pytest.approx(wanted, rel=1e-4)


def test_a_checkpoint_carries_it_and_a_frame_does_not() -> None:
    engine = Engine(scene(data__kind="ellipse"))
    assert "meter_gap" not in engine.metrics()
    assert "meter_gap" not in engine.snapshot(("data",)).metrics
    report = engine.report()
    assert report["meter_flatness"] == pytest.approx(0.5)
    assert engine.metrics().items() <= report.items()
    shot = engine.snapshot(("meter",))
    assert shot.metrics["meter_gap"] == report["meter_gap"]


def test_the_heaps_hold_all_right_answers() -> None:
    shot = Engine(scene(data__kind="ellipse")).snapshot(("meter",)).arrays
    edges = shot["meter_edges"]
    assert (np.diff(edges) > 0).all()
    assert shot["meter_right"].sum() == pytest.approx(1)
    assert 0.9 < shot["meter_wrong"].sum() <= 1 + 1e-12
    assert len(edges) == len(shot["meter_wrong"]) + 1


@pytest.mark.parametrize(
    ("loss", "state"), [("energy", "collapsed"), ("square-square", "separates")]
)
def test_the_toy_of_the_tutorial(loss: str, state: str) -> None:
    """Two branches, 60 points: the energy loss flattens them, square-square does not."""
    of = scene(
        data__kind="parabola",
        energy__kind="implicit",
        energy__hidden=10,
        energy__layers=1,
        energy__activation="sigmoid",
        energy__distance="l1",
        objective__loss=loss,
        optimizer__kind="adam",
        optimizer__lr=0.03,
        optimizer__batch=20,
    )
    task = problem(of)
    now = step.start(task)
    for _ in range(5):
        now = step.advance(task, now, 64).state
    assert diagnose(meter(task, now.weights), of.facts).state == state


@pytest.mark.parametrize("name", ["ellipse-warm", "implicit-regression", "jem"])
def test_the_meter_says_the_same_of_weights_however_often_it_was_asked(name: str) -> None:
    """Of each state, what a model says that was never asked before."""

    def met(engine: Engine) -> dict[str, float]:
        return {k: v for k, v in engine.report().items() if k.startswith("meter_")}

    asked = Engine(built_in(name))
    for _ in range(3):
        asked.train(7)
        once, again = met(asked), met(asked)
        other = Engine(built_in(name))
        other.restore(asked.checkpoint())
        assert once == again
        assert met(other) == once
    asked.reset()
    assert met(asked) == met(Engine(built_in(name)))
