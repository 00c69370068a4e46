"""A checkpoint is resumed bit for bit, and one that does not fit changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
import torch

from ebmviz.core.checkpoint import CHAINS, Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import history
from ebmviz.engine.training.history import History
from ebmviz.files.session import Session, pack, unpack
from tests.arrays import same
from tests.engine.ellipse import scene
from tests.scenes import CATALOGUE


def through_a_file(engine: Engine) -> Session:
    session = Session(engine.scene, engine.checkpoint())
    return unpack(pack(session), CATALOGUE, "the test")


@pytest.mark.parametrize("kind", CATALOGUE.kinds("optimizer"))
@pytest.mark.parametrize("lr", [0.05, 0.02], ids=["same rate", "changed rate"])
def test_resuming_is_bit_for_bit(kind: str, lr: float) -> None:
    # 24 points in batches of 5: the checkpoint falls inside an epoch, the rest spans three.
    chosen = scene(
        optimizer__kind=kind, optimizer__lr=0.05, optimizer__batch=5, objective__beta=3, seed=3
    )
    straight = Engine(chosen)
    straight.train(13)
    saved = through_a_file(straight)
    later = replace(chosen, {"optimizer.lr": lr}, CATALOGUE)

    resumed = Engine(saved.scene)
    resumed.restore(saved.checkpoint)
    for engine in (straight, resumed):
        engine.set_scene(later)
        engine.train(17)
    assert same(straight.checkpoint().weights, resumed.checkpoint().weights)
    assert same(straight.history.to_arrays(), resumed.history.to_arrays())
    assert straight.metrics() == resumed.metrics()
    assert int(straight.checkpoint().weights["train/epoch"][0]) == 6


def test_resuming_at_the_end_of_an_epoch_is_bit_for_bit() -> None:
    straight, resumed = Engine(scene(optimizer__batch=6)), Engine(scene(optimizer__batch=6))
    straight.train(4)
    resumed.restore(straight.checkpoint())
    straight.train(6)
    resumed.train(6)
    assert same(straight.checkpoint().weights, resumed.checkpoint().weights)


def test_a_thinned_history_is_resumed_bit_for_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CAPACITY", 8)
    straight = Engine(scene())
    straight.train(41)
    saved = through_a_file(straight)
    resumed = Engine(saved.scene)
    resumed.restore(saved.checkpoint)
    for engine in (straight, resumed):
        engine.train(60)
    assert same(straight.history.to_arrays(), resumed.history.to_arrays())
    assert straight.history.stride == resumed.history.stride == 16


def test_without_a_history_the_record_starts_at_the_checkpoint() -> None:
    engine, other = Engine(scene()), Engine(scene())
    engine.train(9)
    other.restore(Checkpoint(engine.checkpoint().weights))
    assert other.history.steps == [9]
    assert "loss" not in other.metrics()
    # Of the first record it is found by torch, of later ones from a tape.
    mean = engine.metrics()["mean_energy"]
    assert other.metrics()["mean_energy"] == pytest.approx(mean, rel=1e-6)


def spoiled(name: str, value: Array | None) -> Callable[[dict[str, Array]], dict[str, Array]]:
    def spoil(arrays: dict[str, Array]) -> dict[str, Array]:
        rest = {k: a for k, a in arrays.items() if k != name}
        return rest if value is None else {**rest, name: value}

    return spoil


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("w", None),
        ("w", np.zeros(3, np.float32)),
        ("w", np.array([1, np.nan], np.float32)),
        ("w", np.array([1e300, 1])),  # finite only until it becomes float32
        ("w", np.array([True, False])),
        ("w", np.array([1, 2])),
        ("w", np.array([1, 2j])),
        ("w", np.zeros((0, 2), np.float32)),
        ("w", np.zeros((2, 0), np.float32)),
        ("optimizer/velocity/w", np.array([np.inf, 0], np.float32)),
        ("optimizer/velocity/w", np.array([True, True])),
        ("train/step", np.array([True])),
        ("train/step", np.array([3 + 0j])),
        ("train/step", None),
        ("train/step", np.array([-1])),
        ("train/step", np.array([2**63 - 1])),
        ("train/step", np.array([1.5])),
        ("train/step", np.zeros(0, np.int64)),
        ("train/cursor", np.array([1, 2])),
    ],
)
def test_a_checkpoint_that_does_not_fit_changes_nothing(name: str, value: Array | None) -> None:
    engine = Engine(scene(optimizer__kind="momentum", optimizer__lr=0.05))
    engine.train(3)
    before, past = engine.checkpoint().weights, engine.history.to_arrays()
    with pytest.raises(UserError, match=name):
        engine.restore(Checkpoint(spoiled(name, value)(before), past))
    assert same(engine.checkpoint().weights, before)
    engine.train(1)


@pytest.mark.parametrize("order", ["<", ">"])
def test_either_order_of_bytes_holds_the_same_checkpoint(order: Literal["<", ">"]) -> None:
    engine = Engine(scene(optimizer__kind="momentum", optimizer__lr=0.05))
    engine.train(3)
    before, past = engine.checkpoint().weights, engine.history.to_arrays()
    weights, steps = [
        {k: a.astype(a.dtype.newbyteorder(order)) for k, a in arrays.items()}
        for arrays in (before, past)
    ]
    other = Engine(scene(optimizer__kind="momentum", optimizer__lr=0.05))
    other.restore(Checkpoint(weights, steps))
    assert same(other.checkpoint().weights, before)
    assert same(other.history.to_arrays(), past)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step", None),
        ("step", np.array(3)),
        ("step", np.zeros((4, 1), np.int64)),
        ("step", np.array([0, 2, 2, 3])),
        ("step", np.array([-1, 1, 2, 3])),
        ("step", np.array([0, 1, 2, 9])),  # beyond the checkpoint
        ("step", np.array([0.0, 1.0, 2.0, 3.0])),
        ("step", np.arange(3)),
        ("step", np.array([False, True, True, True])),
        ("loss", np.array([True, True, True, True])),
        ("loss", np.zeros(4, complex)),
        ("energy", np.zeros((4, 0))),
        ("weights/w", np.ones((4, 2), bool)),
        ("weights/w", np.ones((4, 2), complex)),
        ("weights/w", np.zeros((0, 2), np.float32)),
        ("loss", np.zeros((4, 2))),
        ("energy", None),
        ("energy", np.zeros(3)),
        ("weights/w", None),
        ("weights/w", np.zeros((4, 3), np.float32)),
        ("weights/w", np.full((4, 2), np.nan, np.float32)),
        ("weights/other", np.zeros((4, 2), np.float32)),
    ],
)
def test_a_history_that_does_not_fit_changes_nothing(name: str, value: Array | None) -> None:
    engine = Engine(scene())
    engine.train(3)
    before, past = engine.checkpoint().weights, engine.history.to_arrays()
    with pytest.raises(UserError, match="history"):
        engine.restore(Checkpoint(before, spoiled(name, value)(past)))
    assert same(engine.history.to_arrays(), past)


def test_a_checkpoint_of_another_optimiser_gives_its_weights() -> None:
    engine, other = (Engine(scene(optimizer__kind=k)) for k in ("momentum", "adam"))
    engine.train(9)
    other.restore(engine.checkpoint())
    engine.set_scene(other.scene)
    assert same(other.checkpoint().weights, engine.checkpoint().weights)
    assert other.state.step == 9
    other.train(1)


def test_a_history_longer_than_is_ever_kept_is_refused() -> None:
    count = history.CAPACITY + 1
    arrays: dict[str, Array] = {
        "step": np.arange(count),
        "loss": np.zeros(count),
        "energy": np.zeros(count),
        "weights/w": np.zeros((count, 2), np.float32),
    }
    with pytest.raises(UserError, match="too many"):
        History.from_arrays(arrays, {"w": torch.zeros(2)})


def test_chains_and_optimiser_of_a_loss_that_comes_back_go_on_where_they_stood() -> None:
    chosen = {"energy.kind": "unconditional", "energy.hidden": 4, "optimizer.kind": "adam"}
    before = replace(scene(), {**chosen, "objective.loss": "pcd"}, CATALOGUE)
    other = replace(before, {"objective.loss": "nll", "optimizer.kind": "momentum"}, CATALOGUE)
    straight, engine = Engine(before), Engine(before)
    for each in (straight, engine):
        each.train(5)
    kept = engine.checkpoint()
    assert any(name.startswith(CHAINS) for name in kept.weights)
    engine.set_scene(other)
    engine.set_scene(before)
    assert not same(engine.checkpoint().weights, kept.weights)
    engine.resume(kept)
    assert same(engine.checkpoint().weights, kept.weights)
    for each in (straight, engine):
        each.train(4)
    assert same(engine.checkpoint().weights, straight.checkpoint().weights)
    there, wanted = engine.trainer.at(7).weights, straight.trainer.at(7).weights
    assert all(torch.equal(w, wanted[k]) for k, w in there.items()), "it is gone through again"
    now = engine.checkpoint()
    engine.resume(kept)
    assert same(engine.checkpoint().weights, now.weights), "other weights are left alone"
