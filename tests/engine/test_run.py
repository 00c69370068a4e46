"""Any step of a run is reached again, and is bit for bit what it was."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ebmviz.core import library
from ebmviz.core.errors import NumericError
from ebmviz.core.scene import replace
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import run, trainer
from ebmviz.engine.training import step as training
from ebmviz.engine.training.problem import TrainState
from tests.engine.ellipse import scene
from tests.scenes import CATALOGUE
from tests.slow import sparing

Changes = Mapping[str, object]
LAST = {"horn": 120, "jem": 24}  # steps; of the others:
_LAST = 60
WAYS: dict[str, tuple[Changes, ...]] = {
    "horn": (
        {"objective.beta": 3.0},
        {"optimizer.lr": 0.01},
        {"optimizer.kind": "adam"},
        {"optimizer.batch": 7},
        {"data.noise": 0.1},
        {"view.beta": 2.0},
        {"optimizer.kind": "momentum", "optimizer.lr": 0.02},
        {"objective.beta": float("inf")},
        {"regularizer.decay": 0.01},
        {"optimizer.batch": 3},
    ),
    "jem": ({"optimizer.lr": 0.003}, {"optimizer.batch": 20}, {"optimizer.kind": "sgd"}),
    "sparse-coding": ({"optimizer.lr": 0.02}, {"optimizer.kind": "adam"}),
    "hopfield": ({"optimizer.lr": 0.02},),
    "unconditional": (
        {"objective.loss": "pcd"},
        {"objective.loss": "cd"},
        {"objective.loss": "nll"},
    ),
}


def equal(one: TrainState, other: TrainState) -> bool:
    """In every tensor and counter."""
    counters = ("step", "epoch", "cursor", "updates")
    tensors = ({**one.weights, **one.slots}, {**other.weights, **other.slots})
    return (
        all(getattr(one, k) == getattr(other, k) for k in counters)
        and tensors[0].keys() == tensors[1].keys()
        and all(torch.equal(t, tensors[1][k]) for k, t in tensors[0].items())
    )


def gone(name: str, lumps: bool) -> tuple[Engine, dict[int, TrainState]]:
    """A run with its changes on the way, in lumps or step by step; the states after each step, and
    after the changes that were made there.
    """
    engine = Engine(replace(library.scene(name, CATALOGUE), {"device": "cpu"}, CATALOGUE))
    last = LAST.get(name, _LAST)
    at = np.linspace(0, last, len(WAYS[name]) + 2, dtype=int)[1:-1]
    states = {0: engine.state}
    for end, change in zip([*at, last], [*WAYS[name], {}], strict=True):
        while (rest := int(end) - engine.state.step) > 0:
            engine.train(min(rest, 13) if lumps else 1)
            states[engine.state.step] = engine.state
        engine.set_scene(replace(engine.scene, change, CATALOGUE))
        states[engine.state.step] = engine.state
    return engine, states


@pytest.mark.parametrize("name", sparing(WAYS, ("unconditional", "sparse-coding", "hopfield")))
def test_any_step_is_that_of_an_uninterrupted_run(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "EVERY", 0.004)
    engine, _ = gone(name, lumps=True)
    _, states = gone(name, lumps=False)
    last = engine.state.step
    assert len(states) == last + 1
    for step in np.random.default_rng(3).permutation(last + 1)[:50].tolist():
        engine.seek(step)
        assert engine.snapshot(()).step == step
        assert equal(engine.trainer.at(step), states[step]), step
    for step in (*range(8, 20), *range(19, 7, -1)):  # played, both ways
        assert equal(engine.trainer.at(step), states[step]), step
    assert equal(engine.state, states[last])


def test_keys_keep_within_their_memory_and_lead_to_every_step() -> None:
    engine, witness = Engine(scene()), Engine(scene())
    size = engine.state.size
    engine.limit(20 * size)
    engine.trainer.run._every = 0.0
    for _ in range(300):
        engine.train(1)
        assert engine.trainer.run.size <= 20 * size
    assert len(engine.trainer.run._keys) > 8
    engine.limit(0)  # a state that is too large for it: eight of them all the same
    engine.train(200)
    for step in (0, 1, 63, 64, 299, 300, 412, 499):
        while witness.state.step < step:
            witness.train(1)
        assert equal(engine.trainer.at(step), witness.state)


def test_data_that_change_while_it_trains_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = Engine(scene(data__kind="ellipse"))
    engine.train(3)
    monkeypatch.setattr(trainer, "LEGS", 10 * (engine.task.data.nbytes + (16 << 10)))
    firsts = set()
    for n in range(40):
        engine.set_scene(replace(engine.scene, {"data.noise": 0.01 * (n + 1)}, CATALOGUE))
        engine.train(1)
        firsts.add(engine.trainer.run.first)
        assert len(engine.trainer.run._turns) <= 11
        assert equal(engine.trainer.at(engine.state.step), engine.state)
    assert len(firsts) > 2
    assert firsts <= {0, *range(3, 44)}
    engine.seek(1)  # of before the run: as far as the record tells
    assert engine.snapshot(()).step == 1


def test_a_small_state_counts_for_what_its_tensors_take() -> None:
    state = Engine(scene()).state
    tensors = [*state.weights.values(), *state.slots.values()]
    assert state.size == sum(t.nbytes for t in tensors) + run.TENSOR * len(tensors)
    assert state.size > 40 * sum(t.nbytes for t in state.weights.values())


def test_what_is_changed_at_one_step_is_one_leg() -> None:
    engine = Engine(scene())
    data = engine.task.data
    for beta in range(1, 60):  # dragged before training, and in a pause
        engine.set_scene(replace(engine.scene, {"objective.beta": beta}, CATALOGUE))
    assert len(engine.trainer.run._turns) == 1
    engine.train(5)
    for beta in range(1, 60):
        engine.set_scene(replace(engine.scene, {"objective.beta": beta}, CATALOGUE))
    assert len(engine.trainer.run._turns) == 2
    assert engine.task.data is data, "a leg costs no memory for data that have not changed"
    engine.train(5)
    states = {step: engine.trainer.at(step) for step in range(11)}
    assert equal(states[10], engine.state)
    assert len({float(s.weights["w"][0]) for s in states.values()}) == 11


def test_another_run_from_a_past_step_leaves_the_first_as_it_was() -> None:
    engine = Engine(scene(optimizer__kind="adam"))
    engine.train(40)
    engine.set_scene(replace(engine.scene, {"objective.beta": 2.0}, CATALOGUE))
    engine.train(40)
    first = engine.trainer.run
    before = {step: first.at(step) for step in range(81)}
    other = first.until(60)
    state = other.at(60)
    assert equal(state, before[60])
    leg = other._turns[-1].leg
    for _ in range(30):
        state = leg.forward(state, state.step + 1)
        other.note(state, 0.0)
    assert equal(other.at(75), before[75]), "the same problem leads to the same states"
    other.cut(10)
    for step in (80, 3, 41, 40, 79):
        assert equal(first.at(step), before[step])


def test_after_a_divergence_every_step_is_still_there() -> None:
    engine = Engine(scene(optimizer__lr=0.05))
    engine.train(30)
    before = {step: engine.trainer.at(step) for step in range(31)}
    engine.set_scene(replace(engine.scene, {"optimizer.lr": 1e4}, CATALOGUE))
    with pytest.raises(NumericError):
        engine.train(100)
    back = engine.state.step
    assert 30 <= back < 60
    for step in range(30):
        assert equal(engine.trainer.at(step), before[step])
    engine.set_scene(replace(engine.scene, {"optimizer.lr": 0.05}, CATALOGUE))
    engine.train(10)
    seen = [engine.trainer.at(step) for step in range(back + 11)]
    assert equal(seen[-1], engine.state)
    assert [s.step for s in seen] == list(range(back + 11))


def test_steps_that_are_made_together_have_keys_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long a block is that nobody watches: the way to any step is as short."""
    engine = Engine(scene())
    clock = SimpleNamespace(perf_counter=ticking(run.EVERY / 2))
    for module in (run, trainer, training):
        monkeypatch.setattr(module, "time", clock)
    engine.train(50)
    kept = [key.state.step for key in engine.trainer.run._keys]
    assert kept[-1] >= 48, "two looks at the clock are as long as a key stands from the next"
    assert np.diff(kept).max() <= 3


def ticking(seconds: float) -> Callable[[], float]:
    """A clock that goes on by so much at every look."""
    now = itertools.count(0.0, seconds)
    return lambda: next(now)
