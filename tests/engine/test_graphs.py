"""Steps replayed from a recording: those of torch, whatever they draw; where none can be made,
torch makes them.
"""

from __future__ import annotations

import gc
import logging
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from ebmviz.core import assets
from ebmviz.core.errors import NumericError
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.energies.base.capabilities import OwnSteps
from ebmviz.engine.model import build, registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import step
from ebmviz.engine.training.graphs import capture
from ebmviz.engine.training.graphs import step as graphs
from ebmviz.engine.training.problem import Problem, TrainState
from tests.engine import fake_gpu
from tests.engine.fake_gpu import FakeGpu
from tests.scenes import CATALOGUE, built_in, small
from tests.slow import sparing

pytestmark = pytest.mark.usefixtures("by_torch")

SCENES = [
    name
    for name in assets.scene_names()
    if not small(name).kind("experiment") and not isinstance(registry.energy(small(name)), OwnSteps)
]
OFTEN = ("ellipse", "horn", "jem", "regression", "vae")
CHAINS = ("ula", "mala", "hmc", "sgld", "tempering")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "SOON", 2)


def stepped(of: Scene, device: torch.device, count: int) -> tuple[Problem, TrainState, list[float]]:
    task = build.problem(of, device)
    state, losses = step.start(task), []
    for _ in range(count):
        state, loss = step.step(task, state)
        losses.append(loss)
    return task, state, losses


def agree(of: Scene, count: int = 7) -> dict[int, Any]:
    """That steps on the device are those on the CPU; the replays that were made."""
    _, here, expected = stepped(of, torch.device("cpu"), count)
    task, there, found = stepped(of, fake_gpu.DEVICE, count)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)
    for name, tensor in (here.weights | here.slots).items():
        own = (there.weights | there.slots)[name]
        assert torch.allclose(own.cpu(), tensor, rtol=1e-5, atol=1e-6), name
    return graphs._graphs[task]._steps


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("name", sparing(SCENES, OFTEN))
def test_replays_are_the_steps_of_torch(name: str) -> None:
    of = replace(small(name), {"device": "cpu"}, CATALOGUE)
    assert agree(of)


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("chain", sparing(CHAINS, ("ula",)))
def test_chains_draw_anew_in_every_replay(chain: str) -> None:
    of = small("unconditional")
    for loss in ("pcd", "cd"):
        changes = {"objective.loss": loss, "objective.chain": chain, "device": "cpu"}
        assert agree(replace(of, changes, CATALOGUE))


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("kind", ["sgd", "momentum", "adam"])
def test_batches_of_another_size_have_a_replay_of_their_own(kind: str) -> None:
    of = built_in("horn", data__count=24, optimizer__batch=10, optimizer__kind=kind)
    assert agree(of, 9).keys() == {10, 4}


def test_a_replay_waits_for_nothing(gpu: FakeGpu) -> None:
    task, state, _ = stepped(built_in("horn", data__count=30), fake_gpu.DEVICE, 4)
    before = gpu.looks
    with torch.no_grad():
        for _ in range(5):
            state, _ = step._next(task, state)
    assert gpu.looks == before


@pytest.mark.usefixtures("gpu")
def test_a_state_of_before_stays_what_it_was() -> None:
    task, state, _ = stepped(built_in("ellipse"), fake_gpu.DEVICE, 5)
    kept = {k: w.clone() for k, w in state.weights.items()}
    once = step.step(task, state)
    step.step(task, once[0])
    assert all(torch.equal(w, kept[k]) for k, w in state.weights.items())
    again = step.step(task, state)  # from where another step has gone on
    assert again[1] == once[1]
    assert torch.equal(again[0].weights["w"], once[0].weights["w"])


@pytest.mark.usefixtures("gpu")
def test_a_past_step_is_the_same_again() -> None:
    engine = Engine(built_in("ellipse", device="cuda"))
    engine.train(40)
    straight = Engine(built_in("ellipse"))
    straight.train(40)
    for past in (5, 33):
        engine.seek(past)
        straight.seek(past)
        ours, theirs = engine.weights["w"], straight.weights["w"]
        assert torch.allclose(ours.cpu(), theirs, atol=1e-6)


@pytest.mark.usefixtures("gpu")
def test_a_divergence_is_found_at_its_step() -> None:
    wild = {"optimizer.lr": 3.0, "energy.init": "random"}
    said = []
    for device in ("cpu", "cuda"):
        engine = Engine(built_in("ellipse", wild, device=device))
        with pytest.raises(NumericError) as caught:
            engine.train(300)
        said.append(str(caught.value))
    assert said[0] == said[1]


def fails(message: str) -> Callable[..., Callable[[], None]]:
    def captured(*_: object) -> Callable[[], None]:
        raise RuntimeError(message)

    return captured


def one_by_one(caplog: pytest.LogCaptureFixture, why: str) -> None:
    """That torch makes the steps, and the log says so once."""
    with caplog.at_level(logging.WARNING):
        assert not agree(built_in("ellipse"))
    (record,) = caplog.records
    assert record.message.startswith("Steps on the GPU go one by one: ")
    assert why in record.message


@pytest.mark.usefixtures("gpu")
def test_where_none_can_be_recorded_torch_makes_the_steps(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(capture, "captured", fails("operation not permitted"))
    one_by_one(caplog, "operation not permitted")


@pytest.mark.usefixtures("gpu")
def test_a_replay_that_is_another_step_is_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(capture, "captured", lambda work, device: work() or (lambda: None))
    one_by_one(caplog, "than torch")


@pytest.mark.usefixtures("gpu")
def test_a_step_that_looks_at_a_number_is_not_recorded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = Problem.stepped

    def looks(self: Problem, rows: Tensor, state: TrainState) -> Any:
        assert math.isfinite(float(rows.sum()))
        return whole(self, rows, state)

    monkeypatch.setattr(Problem, "stepped", looks)
    one_by_one(caplog, "not permitted when stream is capturing")


@pytest.mark.usefixtures("gpu")
def test_a_slider_records_nothing_at_each_turn() -> None:
    """A problem that is soon another's makes its few steps by torch."""
    engine = Engine(built_in("ellipse", device="cuda"))
    for lr in (0.01, 0.02, 0.03):
        engine.set_scene(built_in("ellipse", device="cuda", optimizer__lr=lr))
        engine.train(2)
        assert not graphs._graphs[engine.task]._steps
    engine.train(1)
    assert graphs._graphs[engine.task]._steps


@pytest.mark.usefixtures("gpu")
def test_replays_go_with_their_problem() -> None:
    engine = Engine(built_in("ellipse", device="cuda"))
    engine.train(5)
    task = engine.task
    assert task in graphs._graphs
    engine.set_scene(built_in("ellipse", device="cuda", optimizer__lr=0.02))
    assert task not in graphs._graphs  # a run may still go through it again
    del engine, task
    gc.collect()
    assert not graphs._graphs
