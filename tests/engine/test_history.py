"""The past: what is kept of it, and how it is revisited."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import history
from ebmviz.engine.training import step as training
from ebmviz.engine.training.history import History
from tests.arrays import same
from tests.engine.ellipse import scene


def test_a_full_history_keeps_every_second_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CAPACITY", 8)
    engine, witness = Engine(scene()), Engine(scene())
    past = {0: witness.state.weights["w"]}
    for step in range(1, 51):
        engine.train(1)
        witness.trainer.state, _ = training.step(witness.task, witness.state)
        past[step] = witness.state.weights["w"]
        h = engine.history
        assert len(h.steps) <= 8
        assert h.steps == list(range(0, step + 1, h.stride))
        assert len(h.steps) == len(h.losses) == len(h.energies) == len(h.weights)
    assert engine.history.stride == 8
    for step in engine.history.steps:
        assert torch.equal(engine.history.at(step, torch.device("cpu"))["w"], past[step])
    for step in range(60):
        found = engine.history.nearest(step)
        assert found == min(engine.history.steps, key=lambda s: (abs(s - step), s))


def test_an_empty_history_has_no_nearest_step() -> None:
    assert History().nearest(3) is None
    assert History().to_arrays() == {}


def test_seek_shows_exact_past_weights_and_training_goes_on_from_the_newest() -> None:
    engine, witness = Engine(scene()), Engine(scene())
    witness.train(7)
    engine.train(20)
    newest = engine.checkpoint().weights
    engine.seek(7)
    assert torch.equal(engine.weights["w"], witness.weights["w"])
    snapshot = engine.snapshot(("manifold",))
    assert snapshot.step == 7
    assert snapshot.metrics["last_step"] == 20
    assert np.array_equal(
        snapshot.arrays["manifold"], witness.snapshot(("manifold",)).arrays["manifold"]
    )
    assert same(engine.checkpoint().weights, newest)

    engine.train(5)
    straight = Engine(scene())
    straight.train(25)
    assert same(engine.checkpoint().weights, straight.checkpoint().weights)
    assert engine.snapshot(()).step == 25


@pytest.mark.parametrize(("wanted", "seen"), [(None, None), (20, None), (99, None), (-5, 0)])
def test_seek_beyond_the_ends(wanted: int | None, seen: int | None) -> None:
    engine = Engine(scene())
    engine.train(20)
    engine.seek(4)
    engine.seek(wanted)
    assert engine.seen == seen
