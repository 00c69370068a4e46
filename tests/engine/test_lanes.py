"""Lanes over anything but the loss: each is the training of its scene alone, however they step."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core.errors import UserError
from ebmviz.core.lanes.of_lab import lab_lanes
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.lanes import stack_steps
from ebmviz.engine.training.lanes.alike import AlikeLanes
from ebmviz.engine.training.lanes.alone import AloneLane
from ebmviz.engine.training.lanes.by_loss import LossLanes
from ebmviz.files.session import Session, pack, unpack
from tests.arrays import same
from tests.scenes import CATALOGUE, built_in

ON = {"view.lab": True}
WARM = {"objective.beta": 2.0}
SGD = {"optimizer.kind": "sgd", "optimizer.lr": 0.05}
HINGE = {**SGD, "objective.loss": "hinge", "energy.hidden": 6, "objective.answers": 8}


def engine(name: str, lanes: str, **changes: object) -> Engine:
    return Engine(built_in(name, {**ON, "view.lanes": lanes, **changes}))


def alone(scene: Scene, steps: int) -> Engine:
    one = Engine(replace(scene, {"view.lab": False}, CATALOGUE))
    one.train(steps)
    return one


@pytest.mark.parametrize(
    ("name", "lanes", "changes", "kinds"),
    [
        ("ellipse", "seed=1..3", {"energy.init": "random", "optimizer.batch": 7}, [AlikeLanes]),
        ("ellipse", "data.noise=0,0.1", {"data.kind": "ellipse", **WARM}, [AlikeLanes]),
        ("horn-learned", "seed=1,2", SGD, [AlikeLanes]),
        ("implicit-regression", "seed=1,2", HINGE, [AlikeLanes]),
        ("implicit-regression", "optimizer.lr=0.05,0.02", HINGE, [AlikeLanes]),
        ("implicit-regression", "objective.margin=0.5,2", HINGE, [LossLanes]),
        (
            "implicit-regression",
            "optimizer.lr=0.1,0.02;objective.loss=nll,hinge",
            HINGE,
            [LossLanes],
        ),
        ("ellipse", "optimizer.lr=0.1,0.2;seed=1,2", {"optimizer.kind": "momentum"}, [AlikeLanes]),
        ("vae", "seed=1,2", {**SGD, "optimizer.lr": 1e-3}, [AlikeLanes]),
        ("multiclass", "seed=1,2", SGD, [AlikeLanes]),
        ("joint-embedding", "seed=1,2", SGD, [AlikeLanes]),
        ("multiclass", "objective.loss=nll,energy,hinge", SGD, [LossLanes]),
        ("implicit-regression", "seed=1..3", {**HINGE, "objective.reach": 0.7}, [AlikeLanes]),
    ],
)
@pytest.mark.parametrize("how", ["from tapes", "by torch"])
def test_stacked_lanes_are_single_trainings(
    name: str,
    lanes: str,
    changes: dict[str, object],
    kinds: list[type],
    how: str,
    request: pytest.FixtureRequest,
) -> None:
    if how == "by torch":
        request.getfixturevalue("by_torch")
    one = engine(name, lanes, **changes)
    one.train(12)
    assert one.lab
    assert [type(group) for group in one.lab._groups] == kinds
    for i, lane in enumerate(lab_lanes(one.scene, CATALOGUE)):
        wanted, found = alone(lane.scene, 12).state, one.lab.lane(i)
        assert (found.step, found.epoch, found.cursor) == (wanted.step, wanted.epoch, wanted.cursor)
        for key, tensor in wanted.weights.items():
            torch.testing.assert_close(found.weights[key], tensor, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize(
    ("name", "lanes", "count"),
    [
        ("ellipse", "energy.latents=8,48", 2),
        ("ellipse", "objective.beta=1,inf", 2),
        ("implicit-regression", "energy.hidden=4,8", 2),
        ("implicit-regression", "optimizer.kind=sgd,adam", 2),
        ("ellipse", "energy.kind=ellipse,kmeans", 2),
        ("implicit-regression", "regularizer.decay=0,0.1", 2),
    ],
)
def test_lanes_of_other_shapes_step_alone_bit_for_bit(name: str, lanes: str, count: int) -> None:
    one = engine(name, lanes)
    one.train(5)
    one.train(4)
    assert one.lab
    assert [type(group) for group in one.lab._groups] == [AloneLane] * count
    for i, lane in enumerate(lab_lanes(one.scene, CATALOGUE)):
        wanted, found = alone(lane.scene, 9).state, one.lab.lane(i)
        assert found.step == wanted.step == 9
        assert all(torch.equal(w, found.weights[k]) for k, w in wanted.weights.items())


@pytest.mark.parametrize("most", [0, 4 << 20])
def test_lanes_too_large_to_stack_step_from_tapes_of_their_own(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_steps, "_CACHE", most)
    one = engine("kmeans", "seed=1..3")
    assert one.lab
    kinds = [type(group) for group in one.lab._groups]
    assert kinds == ([AlikeLanes] if most else [AloneLane] * 3)
    lab = one.lab
    one.train(5)
    one.set_scene(replace(one.scene, {"objective.beta": 2.0}, CATALOGUE))
    assert one.lab is lab, "it goes on under another β"
    one.train(5)
    assert one.lab.steps.tolist() == [10] * 3


def test_lanes_whose_tapes_take_long_to_make_stay_together() -> None:
    one = engine("sparse-coding", "objective.loss=nll,hinge,log")
    one.train(1)
    assert one.lab
    assert [type(group) for group in one.lab._groups] == [LossLanes]


@pytest.mark.parametrize("how", ["from tapes", "by torch"])
@pytest.mark.parametrize("lanes", ["energy.latents=8,48", "optimizer.lr=0.1,5000"])
def test_a_lane_that_diverges_goes_back_and_stays(
    lanes: str, how: str, request: pytest.FixtureRequest
) -> None:
    if how == "by torch":
        request.getfixturevalue("by_torch")
    changes = {"optimizer.batch": 24} | ({} if "lr" in lanes else {"energy.latents": 9})
    one = engine("ellipse", lanes, **changes)
    if "lr" not in lanes:  # no value of it diverges by itself
        one = engine("ellipse", "energy.latents=8,48;optimizer.lr=0.1,5000", **changes)
    one.train(40)
    one.train(40)
    assert one.lab
    for lane, (alive, step) in enumerate(zip(one.lab.alive, one.lab.steps, strict=True)):
        good = "lr=5000" not in one.lab.keys[lane]
        assert (bool(alive), int(step) == 80) == (good, good), one.lab.keys[lane]
        assert all(bool(w.isfinite().all()) for w in one.lab.lane(lane).weights.values())
    assert one.lab.step == 80


@pytest.mark.parametrize(
    "lanes",
    [
        "seed=1,2",
        "optimizer.lr=0.1,0.2",
        "energy.latents=8,16",
        "objective.loss=energy,pcd;seed=1,2",
        "optimizer.batch=3,24",
    ],
)
def test_a_lab_is_resumed_bit_for_bit(lanes: str) -> None:
    more = {"objective.beta": 3.0, "optimizer.kind": "momentum", "optimizer.batch": 7}
    straight = engine("ellipse", lanes, **more)
    straight.train(21)
    saved = pack(Session(straight.scene, straight.checkpoint()))
    session = unpack(saved, CATALOGUE, "the test")
    resumed = Engine(session.scene)
    assert resumed.restore(session.checkpoint) == ""
    for each in (straight, resumed):
        each.train(30)
    assert same(straight.checkpoint().weights, resumed.checkpoint().weights)


def test_lanes_that_are_left_out_leave_the_others_where_they_are() -> None:
    one = engine("ellipse", "seed=1..3;optimizer.lr=0.1,0.2")
    one.train(7)
    assert one.lab
    before = {key: one.lab.lane(i).weights["w"] for i, key in enumerate(one.lab.keys)}
    one.set_scene(replace(one.scene, {"view.lanes": "seed=1,3;optimizer.lr=0.2"}, CATALOGUE))
    assert one.lab.step == 7
    assert one.lab.keys == ("seed=1&optimizer.lr=0.2", "seed=3&optimizer.lr=0.2")
    assert all(
        torch.equal(one.lab.lane(i).weights["w"], before[k]) for i, k in enumerate(one.lab.keys)
    )
    one.set_scene(replace(one.scene, {"view.lanes": "seed=1,4"}, CATALOGUE))
    assert one.lab.step == 0


@pytest.mark.parametrize(
    ("lanes", "path", "value"),
    [("seed=1..3", "seed", 3), ("energy.latents=8,16", "energy.latents", 16)],
)
def test_a_lane_is_adopted_with_its_scene(lanes: str, path: str, value: object) -> None:
    one = engine("ellipse", lanes, **{"energy.init": "random", "optimizer.lr": 0.1})
    one.train(9)
    one.adopt(f"{path}={value}")
    assert one.scene[path] == value
    one.set_scene(replace(one.scene, {"view.lab": False}, CATALOGUE))
    one.train(6)
    wanted = alone(built_in("ellipse", {**one.scene.values}), 15)
    torch.testing.assert_close(one.state.weights["w"], wanted.state.weights["w"])
    assert one.state.step == 15
    one.set_scene(replace(one.scene, {"view.lab": True}, CATALOGUE))
    assert one.lab
    assert one.lab.step == 9, "the lab is as it was left"
    with pytest.raises(UserError, match="nothing under “seed=9”"):
        one.adopt("seed=9")


@pytest.mark.parametrize(
    ("lanes", "said"),
    [
        ("view.beta=1,2", "view.beta changes only the picture"),
        ("energy.kind=ellipse,implicit", "another plane|is not offered"),
        ("seed=1..13", "13 runs, at most 12"),
    ],
)
def test_lanes_that_make_no_lab_are_refused(lanes: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        engine("ellipse", lanes)


def test_every_lane_shows_its_own_data_and_numbers() -> None:
    one = engine("ellipse", "seed=1,2", **{"data.kind": "ellipse"})
    one.train(3)
    found = one.snapshot(("lab", "data"))
    assert found.labels["lab_titles"] == ("seed 1", "seed 2")
    whose = found.arrays["lab_data_lane"]
    rows = [found.arrays["lab_data"][whose == i] for i in range(2)]
    for i, lane in enumerate(lab_lanes(one.scene, CATALOGUE)):
        own = alone(lane.scene, 3)
        assert np.array_equal(rows[i], own.snapshot(("data",)).arrays["data"])
        assert found.arrays["lab_energy"][i] == pytest.approx(own.report()["mean_energy"], rel=1e-5)
    rates = engine("ellipse", "optimizer.lr=0.1,0.2").snapshot(("lab", "data")).arrays
    assert "lab_data" not in rates, "all have those of the scene"
    seen = engine("ellipse", "seed=1,2", **{"view.lane": "seed=2"}).snapshot(("lab", "data"))
    assert seen.arrays["lab_fine"].shape == (256, 256)
