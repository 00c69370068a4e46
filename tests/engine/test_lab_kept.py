"""The loss lab is in every checkpoint, and comes back as it was, or that it does not is said."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ebmviz.core.checkpoint import Checkpoint, progress
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.model import lab_lanes
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import lab_checkpoint
from ebmviz.files.session import Session, pack, unpack
from tests.arrays import same
from tests.scenes import CATALOGUE, built_in, small

FEW = {"optimizer.lr": 0.03, "optimizer.batch": 7, "view.losses": "energy,nll,hinge"}


def scene(**changes: object) -> Scene:
    return built_in("ellipse", {**FEW, "view.lab": True, **changes})


def shown(engine: Engine, **changes: object) -> None:
    engine.set_scene(replace(engine.scene, changes, CATALOGUE))


def through_a_file(engine: Engine) -> Session:
    session = Session(engine.scene, engine.checkpoint())
    return unpack(pack(session), CATALOGUE, "the test")


@pytest.mark.parametrize("kind", ["sgd", "momentum", "adam"])
def test_the_lab_is_resumed_bit_for_bit(kind: str) -> None:
    # Batches of 7 among 24 points: within an epoch, and not at one of the looks.
    straight = Engine(scene(**{"optimizer.kind": kind}))
    straight.train(21)
    saved = through_a_file(straight)
    assert saved.checkpoint.progress == (0, 21) == progress(saved.checkpoint.weights)
    resumed = Engine(saved.scene)
    assert resumed.restore(saved.checkpoint) == ""
    for engine in (straight, resumed):
        engine.train(30)
    assert same(straight.checkpoint().weights, resumed.checkpoint().weights)
    shots = [e.snapshot(("lab",)).arrays for e in (straight, resumed)]
    assert same(shots[0], shots[1])
    for engine in (straight, resumed):
        engine.adopt("nll")
    assert same(straight.checkpoint().weights, resumed.checkpoint().weights)


@pytest.mark.parametrize("name", ["jem", "ellipse"])
def test_counters_of_another_optimiser_are_kept_as_they_are(name: str) -> None:
    straight = Engine(small(name))
    shown(straight, **{"view.lab": True, "view.lanes": "optimizer.lr=0.02,0.05"})
    shown(straight, **{"optimizer.kind": "momentum"})
    straight.train(5)
    shown(straight, **{"optimizer.kind": "adam"})
    kept = straight.checkpoint()
    assert kept.weights["lab/clock"].tolist()[::3] == [5, 0]
    resumed = Engine(straight.scene)
    resumed.restore(kept)
    assert same(resumed.checkpoint().weights, kept.weights)


def test_lanes_that_have_diverged_stay_where_they_went_back_to() -> None:
    straight = Engine(scene(**{"view.losses": "energy,nll,square-exponential,perceptron"}))
    shown(straight, **{"optimizer.kind": "momentum", "optimizer.lr": 60.0})
    straight.train(40)
    assert straight.lab
    alive = straight.lab.alive.tolist()
    assert not all(alive)
    assert any(alive)
    resumed = Engine(straight.scene)
    resumed.restore(Checkpoint(straight.checkpoint().weights))
    resumed.train(20)
    straight.train(20)
    assert resumed.lab
    assert resumed.lab.alive.tolist() == straight.lab.alive.tolist()
    for lane in range(4):
        found, wanted = resumed.lab.lane(lane), straight.lab.lane(lane)
        assert found.step == wanted.step
        assert np.array_equal(found.weights["w"], wanted.weights["w"])


def test_who_leaves_the_lab_finds_it_as_it_was() -> None:
    engine = Engine(scene())
    engine.train(9)
    shown(engine, **{"view.lab": False})
    assert engine.lab is None
    assert engine.progress == (0, 9)
    engine.train(4)
    saved = through_a_file(engine)
    assert saved.checkpoint.progress == (4, 9)
    again = Engine(saved.scene)
    again.restore(saved.checkpoint)
    for each in (engine, again):
        shown(each, **{"view.lab": True})
        assert each.lab
        assert each.lab.step == 9
        assert each.state.step == 4
        each.reset()
        assert each.progress == (4, 0)


def test_other_weights_begin_another_lab() -> None:
    engine = Engine(scene())
    engine.train(9)
    shown(engine, **{"view.lab": False})
    shown(engine, seed=11)
    shown(engine, **{"view.lab": True})
    assert engine.progress == (0, 0)
    engine.train(2)
    engine.restore(
        Checkpoint(Engine(scene(seed=11)).checkpoint().weights | {"train/step": np.array([5])})
    )
    assert engine.progress == (5, 0), "a checkpoint without a trained lab leaves none"


def test_lanes_that_were_kept_are_found_among_fewer_losses_and_missed_among_more() -> None:
    engine = Engine(scene())
    engine.train(6)
    kept = engine.checkpoint().weights
    fewer = Engine(scene(**{"view.losses": "hinge,energy"}))
    assert fewer.restore(Checkpoint(kept)) == ""
    assert fewer.progress.lab == 6
    assert fewer.lab
    assert engine.lab
    assert np.array_equal(fewer.lab.lane(0).weights["w"], engine.lab.lane(2).weights["w"])
    more = Engine(scene(**{"view.losses": "hinge,energy,mce"}))
    assert more.restore(Checkpoint(kept)) == lab_lanes.UNLIKE
    assert more.progress.lab == 0


def test_a_lab_too_large_to_keep_is_said_to_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_checkpoint, "_MOST", 5)
    engine = Engine(scene())
    untouched = engine.checkpoint().weights
    assert Engine(scene()).restore(Checkpoint(untouched)) == "", "there was nothing to lose"
    engine.train(3)
    kept = engine.checkpoint().weights
    assert "lab/weights" not in kept
    assert "starts over" in Engine(scene()).restore(Checkpoint(kept))


def spoilt(name: str, value: Array | None) -> Callable[[dict[str, Array]], dict[str, Array]]:
    def spoil(kept: dict[str, Array]) -> dict[str, Array]:
        rest = {k: a for k, a in kept.items() if k != name}
        return rest if value is None else {**rest, name: value}

    return spoil


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lab/kinds", None),
        ("lab/kinds", np.frombuffer(b"energy,energy,hinge", np.uint8)),
        ("lab/kinds", np.frombuffer(b"energy", np.uint8)),
        ("lab/kinds", np.zeros((2, 2), np.uint8)),
        ("lab/weights", np.full((3, 2), np.nan, np.float32)),
        ("lab/weights", np.ones((3, 5), np.float32)),
        ("lab/start", None),
        ("lab/start", np.array([np.inf, 1.0], np.float32)),
        ("lab/clock", np.array([-1, 0, 0, 0])),
        ("lab/clock", np.array([2**62, 0, 0, 0])),
        ("lab/clock", np.array([1.0, 0, 0, 0])),
        ("lab/steps", np.array([1, 2])),
        ("lab/alive", np.array([1, 1, 1])),
        ("lab/losses", None),
        ("lab/slots/velocity/all", np.full((3, 2), np.inf, np.float32)),
    ],
)
def test_a_lab_that_does_not_hold_together_changes_nothing(name: str, value: Array | None) -> None:
    engine = Engine(scene(**{"optimizer.kind": "momentum"}))
    engine.train(5)
    before = engine.checkpoint().weights
    with pytest.raises(UserError, match="the lab: "):
        engine.restore(Checkpoint(spoilt(name, value)(before)))
    assert same(engine.checkpoint().weights, before)
    engine.train(1)
