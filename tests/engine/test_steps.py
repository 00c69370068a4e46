"""Many optimiser steps in one call: the same numbers as one by one, however they are cut."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core.errors import NumericError
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model import engine as engine_module
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, Slots
from ebmviz.engine.optimizers.sgd import SGD
from ebmviz.engine.training import batches, history, problem, run, trainer
from ebmviz.engine.training import step as training
from ebmviz.engine.training.problem import BLOCK, Problem, TrainState
from ebmviz.engine.weights import Weights
from tests.arrays import same
from tests.scenes import CATALOGUE, built_in

OPTIMIZERS = [c.kind for c in registry.COMPONENTS if issubclass(c, Optimizer)]
BETAS = [0.0, 0.1, 2.0, math.inf]
FULL = 100_000


def scene(**changes: object) -> Scene:
    return built_in("ellipse", changes)


def assert_same(one: Engine, other: Engine) -> None:
    assert same(one.checkpoint().weights, other.checkpoint().weights)
    assert same(one.history.to_arrays(), other.history.to_arrays())
    assert one.metrics() == other.metrics()
    assert one.trainer.start.step == other.trainer.start.step
    assert all(
        torch.equal(w, other.trainer.start.weights[k]) for k, w in one.trainer.start.weights.items()
    )


# the same, however cut ----------------------------------------------------------------


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("batch", [1, 5, FULL])
def test_steps_are_the_same_in_one_call_and_in_many(
    kind: str, beta: float, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CAPACITY", 40)  # thinned within a block, several times
    chosen = scene(
        optimizer__kind=kind, optimizer__lr=0.03, optimizer__batch=batch, objective__beta=beta
    )
    whole, single, uneven = (Engine(chosen) for _ in range(3))
    assert whole.train(150) == 150
    for _ in range(150):
        single.train(1)
    for count in (1, 63, 64, 5, 17):
        uneven.train(count)
    assert_same(whole, single)
    assert_same(whole, uneven)
    assert whole.history.stride == 4


def test_without_records_in_between_the_steps_are_the_same() -> None:
    recorded, bare = Engine(scene()), Engine(scene())
    bare.history.stride = 1000
    recorded.train(150)
    bare.train(150)
    assert same(recorded.checkpoint().weights, bare.checkpoint().weights)
    assert bare.history.steps == [0]
    assert len(recorded.history.steps) == 151


@pytest.mark.usefixtures("by_torch")
def test_a_block_is_cut_where_its_states_would_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    straight, cut = Engine(scene(optimizer__kind="adam")), Engine(scene(optimizer__kind="adam"))
    assert len(training.advance(cut.task, cut.state, 500).records) == BLOCK
    monkeypatch.setattr(training, "_HELD", 20)  # a state of Adam has 3 × 2 numbers
    assert len(training.advance(cut.task, cut.state, 500).records) == 3
    monkeypatch.setattr(training, "_HELD", 1)
    assert len(training.advance(cut.task, cut.state, 500).records) == 1
    assert cut.train(20) == straight.train(20) == 20
    assert_same(straight, cut)


def test_where_one_record_is_dear_a_block_makes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    straight, cut = Engine(scene()), Engine(scene())
    straight.train(40)
    monkeypatch.setattr(problem, "_TOGETHER", 3 * 24 * 48)
    counts = blocks_of(cut, 9, monkeypatch)
    assert counts == [3, 3, 3]
    monkeypatch.setattr(problem, "_TOGETHER", 1)
    cut.train(31)
    assert same(straight.checkpoint().weights, cut.checkpoint().weights)
    assert cut.history.steps == straight.history.steps
    assert cut.history.losses == straight.history.losses
    assert cut.history.energies == pytest.approx(straight.history.energies, rel=1e-6)


@pytest.mark.usefixtures("by_torch")
def test_the_blocks_of_a_gpu_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(scene())
    assert blocks_of(engine, 200, monkeypatch) == [64, 64, 64, 8]
    engine.trainer.device = torch.device("cuda")  # only named: the numbers stay where they are
    assert blocks_of(engine, 200, monkeypatch) == [1, 2, 4, 8, 16, 32, 64, 64, 9]


def blocks_of(engine: Engine, steps: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of the blocks that `steps` steps are made in."""
    counts = []
    advance = training.advance

    def counted(*args: Any) -> training.Block:
        block = advance(*args)
        counts.append(block.steps)
        return block

    with monkeypatch.context() as patch:
        patch.setattr(training, "advance", counted)
        patch.setattr(trainer, "EVERY", math.inf)  # whatever else this machine does
        engine.train(steps)
    return counts


class Clock:
    """Every look at it is some seconds later."""

    def __init__(self, tick: float) -> None:
        self.now, self.tick = 0.0, tick

    def perf_counter(self) -> float:
        self.now += self.tick
        return self.now


@pytest.mark.usefixtures("by_torch")
def test_a_deadline_ends_a_block_after_a_whole_step(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, straight = Engine(scene()), Engine(scene())
    clock = Clock(run.EVERY / 8)  # of a block that ends for want of a key there is another test
    monkeypatch.setattr(training, "time", clock)
    monkeypatch.setattr(engine_module, "time", clock)
    monkeypatch.setattr(trainer, "time", clock)
    assert engine.train(1000, seconds=run.EVERY * 5 / 8) == 4
    assert engine.train(1000, seconds=0) == 1
    straight.train(5)
    assert_same(straight, engine)


# the order of the data ----------------------------------------------------------------


@pytest.mark.usefixtures("by_torch")
def test_every_epoch_trains_on_every_point_once(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(scene(optimizer__batch=7))
    seen: list[Tensor] = []
    gradient = Problem.gradient

    def spied(task: Problem, weights: Weights, y: Tensor, *rest: Any) -> tuple[Tensor, Weights]:
        seen.append(y)
        return gradient(task, weights, y, *rest)

    monkeypatch.setattr(Problem, "gradient", spied)
    engine.train(8)
    assert [len(y) for y in seen] == [7, 7, 7, 3] * 2
    first, second = (sorted(torch.cat(seen[i : i + 4]).tolist()) for i in (0, 4))
    assert first == second == sorted(engine.task.data.tolist())
    assert not torch.equal(seen[0], seen[4])

    # A batch of everything in mid-epoch is the rest of this epoch, in its order.
    engine.train(2)
    rest = batches.order(engine.task.seed, 2, 24)[14:]
    engine.set_scene(replace(engine.scene, {"optimizer.batch": FULL}, CATALOGUE))
    engine.train(2)
    assert torch.equal(seen[-2], engine.task.data[rest])
    assert torch.equal(seen[-1], engine.task.data)
    assert (engine.state.epoch, engine.state.cursor) == (4, 0)


# divergence ---------------------------------------------------------------------------


class Breaking(SGD):
    """Its eleventh step goes to infinity, and so do those after it."""

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        after, slots = super().update(weights, gradients, slots, step)
        return ({k: w * math.inf for k, w in after.items()} if step == 11 else after), slots


def test_a_block_ends_before_the_step_that_breaks() -> None:
    engine = Engine(scene())
    task = dataclasses.replace(engine.task, optimizer=Breaking(OptimizerParams()))
    block = training.advance(task, engine.state, 64)
    assert block.steps == len(block.records) == 10
    assert isinstance(block.fault, NumericError)
    assert "step 11" in str(block.fault)
    assert "nan" not in str(block.fault)  # the loss before that step was sound
    state: TrainState = engine.state
    for _ in range(10):
        state, _ = training.step(task, state)
    assert torch.equal(state.weights["w"], block.state.weights["w"])
    with pytest.raises(NumericError, match="step 11"):
        training.step(task, state)


@pytest.mark.parametrize("breaking", [False, True], ids=["loss", "weights"])
def test_divergence_within_a_block_ends_where_single_steps_do(breaking: bool) -> None:
    # The first grows until the loss is beyond the limit; the second is infinite at once.
    chosen = scene(optimizer__lr=0.2 if breaking else 4, optimizer__batch=FULL)
    whole, single = Engine(chosen), Engine(chosen)
    if breaking:
        for engine in (whole, single):
            engine.trainer.task = dataclasses.replace(
                engine.task, optimizer=Breaking(engine.task.optimizer.params)
            )
    with pytest.raises(NumericError) as said:
        whole.train(100)
    with pytest.raises(NumericError) as also_said:
        any(single.train(1) < 0 for _ in range(100))
    assert str(said.value) == str(also_said.value)
    assert_same(whole, single)
    assert whole.state.step == whole.history.steps[-1]
    assert (whole.state.step > 3) is breaking  # a loss that only grew leads back to the start
    assert bool(whole.state.weights["w"].isfinite().all())


def test_divergence_at_the_first_step_keeps_the_beginning() -> None:
    engine = Engine(scene())
    engine.trainer.task = dataclasses.replace(
        engine.task,
        optimizer=SGD(OptimizerParams(lr=3e38)),  # beyond what a form admits
    )
    fresh = engine.checkpoint().weights
    with pytest.raises(NumericError, match="step 1 "):
        engine.train(10)
    assert engine.metrics()["diverged"] == 1
    assert same(engine.checkpoint().weights, {**fresh, "train/diverged": np.array([1])})
    assert engine.history.steps == [0]
