"""A device that fails in the midst of it: one sentence, and everything goes on in main memory."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.errors import UserError
from ebmviz.core.protocol import Failure, Fetch, Fetched, Frame, Grant, Notice, Play, SetScene
from ebmviz.engine.model import devices
from ebmviz.engine.model.branches import Branches
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.opening import go, opened
from ebmviz.engine.server import loop
from ebmviz.engine.training import lab_at_rest, run
from tests.engine.ellipse import scene
from tests.engine.fake_gpu import DEVICE, FULL, LOST, FakeGpu
from tests.scenes import built_in

pytestmark = pytest.mark.usefixtures("by_torch")


@pytest.fixture(autouse=True)
def _keys_at_every_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """However quick this machine is."""
    monkeypatch.setattr(run, "EVERY", 0.0)


def trained(engine: Engine, steps: int) -> int:
    return sum(engine.train(1) for _ in range(steps))


def test_training_goes_on_from_the_last_state_that_was_kept(
    gpu: FakeGpu, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine(scene(device="cuda", optimizer__kind="adam"))
    trained(engine, 12)
    gpu.fail(LOST, after=3)
    with caplog.at_level(logging.WARNING):
        assert engine.train(1) == 0
    assert engine.fallen == (
        "the device cuda:0 failed (CUDA error: device-side assert triggered): training goes on"
        " from step 12 on the CPU; restart the engine to use it again"
    )
    assert engine.fallen in caplog.text
    assert engine.device.type == "cpu"
    trained(engine, 8)
    straight = Engine(scene(optimizer__kind="adam"))
    straight.train(20)
    assert engine.history.steps == straight.history.steps
    assert torch.allclose(engine.weights["w"], straight.weights["w"], atol=1e-6)
    engine.seek(7)  # on record
    straight.seek(7)
    assert torch.allclose(engine.weights["w"], straight.weights["w"], atol=1e-6)
    assert engine.snapshot(("map", "curves")).step == 7
    # Every change from now on finds the device as it is.
    engine.set_scene(scene(device="cuda", optimizer__kind="adam", optimizer__lr=0.01))
    assert engine.device.type == "cpu"
    assert engine.train(1) == 1


def test_no_more_is_lost_than_lies_between_two_keys(
    gpu: FakeGpu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "EVERY", 1e9)
    engine = Engine(scene(device="cuda"))
    trained(engine, 3)
    gpu.fail(LOST, after=20)
    assert engine.train(5) < 0  # back at the start, the only key
    assert engine.history.steps == [0]
    go(engine, 9, False)
    straight = Engine(scene())
    straight.train(9)
    assert torch.allclose(engine.weights["w"], straight.weights["w"], atol=1e-6)


def test_a_full_device_is_left_until_the_scene_is_smaller(gpu: FakeGpu) -> None:
    engine = Engine(scene(device="cuda", optimizer__batch=24))
    trained(engine, 4)
    gpu.fail(FULL)
    assert engine.train(1) == 0
    assert engine.fallen.startswith(
        "the device cuda:0 has no memory left: training goes on from step 4 on"
    )
    assert engine.fallen.endswith(" to use it again")
    assert "lower" in engine.fallen
    assert (engine.device.type, engine.train(1)) == ("cpu", 1)
    engine.set_scene(scene(device="cuda", optimizer__batch=2))
    assert engine.device == DEVICE
    assert engine.train(1) == 1


def test_chains_begin_again_and_it_is_said(gpu: FakeGpu) -> None:
    engine = Engine(built_in("ellipse", device="cuda", sampler__chains=20))
    assert engine.sample(2) == 2
    gpu.fail(LOST)
    assert engine.sample(1) == 0
    assert "on the CPU, and the chains start again; restart" in engine.fallen
    assert engine.sample(3) == 3
    assert engine.sampling
    assert engine.sampling.steps == 3


def test_the_lab_goes_on_from_its_last_copy(gpu: FakeGpu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_at_rest, "EVERY_S", 0.0)
    changes = {"view.lab": True, "view.lanes": "optimizer.lr=0.01,0.1"}
    engine = Engine(built_in("ellipse", changes, device="cuda"))
    straight = Engine(built_in("ellipse", changes))
    engine.train(10)
    gpu.fail(LOST, after=5)
    assert engine.train(4) == 0
    assert "from step 10 on the CPU" in engine.fallen
    engine.train(10)
    straight.train(20)
    assert engine.lab
    assert straight.lab
    assert engine.lab.steps.tolist() == [20, 20]
    for lane in range(2):
        ours, theirs = (e.lab.lane(lane).weights["w"] for e in (engine, straight) if e.lab)
        assert torch.allclose(ours, theirs, atol=1e-6)


def test_an_experiment_goes_on(gpu: FakeGpu) -> None:
    model, straight = opened(built_in("dimension", device="cuda")), opened(built_in("dimension"))
    model.train(3)
    gpu.fail(LOST)
    assert model.train(1) <= 0
    assert "from step 3 on the CPU" in model.fallen
    model.train(2)
    straight.train(5)
    assert all(torch.allclose(w, straight.weights[k]) for k, w in model.weights.items())
    model.set_scene(built_in("dimension", device="cuda"))
    assert model.train(1) == 1


def test_other_branches_leave_it_too(gpu: FakeGpu) -> None:
    branches = Branches()
    engine = Engine(scene(device="cuda"))
    trained(engine, 4)
    new = branches.leave(engine, 1)
    gpu.fail(LOST)
    assert new.train(1) == 0
    branches.fall_back()
    left = branches.take(new, 0, lambda _: None)
    assert "from step 4 on the CPU" in left.fallen
    assert left.train(1) == 1


@pytest.mark.usefixtures("gpu")
def test_a_fault_of_what_was_to_be_computed_is_no_fault_of_the_device() -> None:
    engine = Engine(scene(device="cuda"))
    for error in (ValueError(LOST), RuntimeError("shapes do not match")):
        assert not engine.falls_back(error)
    assert engine.device == DEVICE
    assert not Engine(scene()).falls_back(RuntimeError(LOST))


def test_a_device_that_answers_no_more_is_not_picked(gpu: FakeGpu) -> None:
    assert devices.pick("cuda") == devices.pick("auto") == DEVICE
    gpu.fail(FULL)
    assert devices.pick("cuda") == DEVICE  # full, but there
    gpu.fail(LOST)
    assert devices.pick("auto").type == "cpu"
    with pytest.raises(UserError, match="cuda:0 answers no more; restart the engine, or use cpu"):
        devices.pick("cuda")


class Desk:
    """A window at the engine’s server: what it sends, and what it was sent."""

    closed = broken = False
    taken_up = 0

    def __init__(self, script: Iterator[list[Any]]) -> None:
        self.said: list[Any] = []
        self.arrays: list[dict[str, Any]] = []
        self._script = script

    def take(self, _timeout: float | None) -> list[Any]:
        """As the mailbox."""
        messages = next(self._script, None)
        self.closed = messages is None
        return [(message, {}) for message in messages or []]

    def put(self, message: Any, arrays: dict[str, Any] | None = None) -> None:
        """As the outbox."""
        self.said.append(message)
        self.arrays.append(arrays or {})

    def held(self, _now: float) -> float:
        """No link is between them."""
        return 0.0

    def of(self, kind: type) -> list[Any]:
        return [message for message in self.said if isinstance(message, kind)]


def until(desk: list[Desk], kind: type, count: int) -> Iterator[list[Any]]:
    """Grants, until so many messages of a kind have come."""
    for _ in range(20_000):
        if len(desk[0].of(kind)) >= count:
            return
        yield [Grant(frames=1)]
    raise AssertionError("the engine does not get there")


@pytest.mark.parametrize("work", ["_train", "_show", "_handle"])
def test_a_window_is_told_and_goes_on_training(work: str, gpu: FakeGpu) -> None:
    desk: list[Desk] = []

    def person() -> Iterator[list[Any]]:
        shown = scene(device="cuda", view__resolution=16, view__speed=1000.0)
        yield [SetScene(generation=1, scene=shown, needs=("map",)), Grant(frames=2)]
        yield from until(desk, Frame, 1)
        yield [Play(on=True)]
        yield from until(desk, Frame, 3)
        if work == "_show":
            yield [Play(on=False)]
        gpu.fail(LOST)
        if work == "_handle":
            yield [Fetch(token=5)]
        if work == "_show":
            yield [SetScene(generation=2, scene=shown, needs=("map", "section"))]
        yield from until(desk, Notice, 1)
        yield [Play(on=True)]
        yield from until(desk, Frame, len(desk[0].of(Frame)) + 5)

    desk.append(Desk(person()))
    loop.Server(desk[0], desk[0]).run()  # type: ignore[arg-type]
    assert not desk[0].of(Failure)
    (notice,) = desk[0].of(Notice)
    assert notice.happened
    assert "device-side assert" in notice.sentence
    frames = desk[0].of(Frame)
    assert {frame.device for frame in frames} == {"cuda:0", "cpu"}
    assert frames[-1].device == "cpu"
    assert frames[-1].playing
    assert frames[-1].step > 0
    assert np.isfinite(desk[0].arrays[desk[0].said.index(frames[-1])]["map"]).all()
    if work == "_handle":
        assert [answer.token for answer in desk[0].of(Fetched)] == [5]
