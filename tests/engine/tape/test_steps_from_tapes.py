"""Steps from tapes are the steps of torch: the same slopes, the same runs, and gone through again
bit for bit.
"""

from __future__ import annotations

import dataclasses
import gc
import logging
import weakref
from typing import cast

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model.build import problem
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.optimizers.base.optimizer import OptimizerParams, Slots
from ebmviz.engine.optimizers.sgd import SGD
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.training import means, step, taped
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.taking_up import TrainingLeg
from ebmviz.engine.weights import Weights
from tests.scenes import CATALOGUE, built_in

CPU = torch.device("cpu")
BY_TORCH = {"jem", "hopfield", "hopfield-modern"}
"""Scenes with chains, or with steps of their own."""
SCENES = [
    name
    for name in assets.scene_names()
    if "energy.kind" in built_in(name).values and name not in BY_TORCH
]
SLOPE = {"optimizer.kind": "sgd", "optimizer.lr": 1.0}
LOSSES = sorted(CATALOGUE.kinds("objective"))


def of(scene: Scene) -> Problem:
    return problem(scene, CPU)


def without(task: Problem) -> Problem:
    """The same, by torch."""
    other = dataclasses.replace(task)
    taped._tapes[other] = taped.Tapes(False)
    return other


def check_slopes(scene: Scene) -> None:
    """Of one step and of one after it, to 1e-5 of the steepest."""
    task = of(scene)
    plain, state = without(task), step.start(task)
    assert taped.plays(task, state)
    assert not taped.plays(plain, state)
    for _ in range(2):
        (ours, loss), (theirs, wanted) = step.step(task, state), step.step(plain, state)
        assert loss == pytest.approx(wanted, rel=1e-5, abs=1e-6)
        moved = torch.cat([(theirs.weights[k] - w).flatten() for k, w in state.weights.items()])
        apart = torch.cat([(theirs.weights[k] - w).flatten() for k, w in ours.weights.items()])
        # The weights of SGD of rate 1 are the last less the slope: they are rounded once more.
        size = max(float(w.abs().max()) for w in theirs.weights.values())
        assert float(apart.abs().max()) <= 1e-5 * float(moved.abs().max()) + 2e-7 * size
        state = TrainState(ours.weights, ours.slots, 1, 0, task.batch, 1)


@pytest.mark.parametrize("name", SCENES)
def test_the_slopes_of_a_scene(name: str) -> None:
    check_slopes(built_in(name, SLOPE))


@pytest.mark.parametrize("name", ["implicit-regression", "horn", "multiclass", "ellipse"])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_slopes_of_every_loss(loss: str, name: str) -> None:
    try:
        scene = built_in(name, {**SLOPE, "objective.loss": loss})
    except UserError:
        return  # it does not fit
    task = of(scene)
    if not taped.plays(task, step.start(task)):
        assert isinstance(why(task), Unrecordable)
        return
    check_slopes(scene)


def why(task: Problem) -> Unrecordable | None:
    try:
        taped.record(task, step.start(task), task.data[: task.batch])
    except Unrecordable as error:
        return error
    return None


@pytest.mark.slow
def test_only_chains_and_own_steps_go_by_torch() -> None:
    """Of all losses on all of four scenes: those whose ŷ are sampled while they train."""
    left = set()
    for name in ("implicit-regression", "multiclass", "unconditional", "vae"):
        for loss in LOSSES:
            try:
                task = of(built_in(name, {"objective.loss": loss}))
            except UserError:
                continue
            if not taped.plays(task, step.start(task)):
                left.add(loss)
    assert left == {"cd", "pcd", "short-run", "nll-samples"}
    for name in BY_TORCH:
        task = of(built_in(name))
        assert not taped.plays(task, step.start(task)), name


@pytest.mark.parametrize("name", SCENES)
def test_a_run_is_gone_through_again_bit_for_bit(name: str) -> None:
    task = of(built_in(name))
    first = state = step.start(task)
    for count in (1, 7, 2, 13):
        state = step.advance(task, state, count).state
    assert state.step == 23
    assert step.forward(task, first, 23).equals(state)
    alone = of(built_in(name))
    assert step.advance(alone, step.start(alone), 23).state.equals(state), "another problem alike"


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("batch", [7, 24])
def test_optimizers_over_epochs_of_which_the_last_batch_is_small(
    optimizer: str, batch: int
) -> None:
    changes = {"optimizer.kind": optimizer, "optimizer.batch": batch, "optimizer.lr": 0.02}
    task = of(built_in("ellipse", changes))
    plain = without(task)
    ours = step.advance(task, step.start(task), 40).state
    theirs = step.forward(plain, step.start(plain), 40)
    counters = (ours.step, ours.epoch, ours.cursor, ours.updates)
    assert counters == (theirs.step, theirs.epoch, theirs.cursor, theirs.updates)
    for mine, other in ((ours.weights, theirs.weights), (ours.slots, theirs.slots)):
        for key, value in other.items():
            torch.testing.assert_close(mine[key], value, rtol=1e-4, atol=1e-6)


def test_records_are_of_the_steps_that_were_asked_for() -> None:
    task = of(built_in("ellipse"))
    block = step.advance(task, step.start(task), 30, every=4)
    assert [record.step for record in block.records] == [4, 8, 12, 16, 20, 24, 28]
    for record in block.records:
        again = step.forward(task, step.start(task), record.step)
        assert all(torch.equal(w, again.weights[k]) for k, w in record.weights.unpacked().items())


@pytest.mark.parametrize("name", ["ellipse", "autoencoder", "multiclass", "horn-latent", "vae"])
def test_mean_energies_are_those_of_torch(name: str) -> None:
    task = of(built_in(name))
    state = step.advance(task, step.start(task), 5).state
    ours, theirs = (means.mean_energy(t, state.weights) for t in (task, without(task)))
    assert ours == pytest.approx(theirs, rel=1e-5)


def test_where_it_diverges_torch_does() -> None:
    task = of(built_in("ellipse", {"optimizer.lr": 3.0, "optimizer.batch": 24}))
    plain = without(task)
    ours = step.advance(task, step.start(task), 64)
    theirs = step.advance(plain, step.start(plain), 64)
    assert ours.fault is not None
    assert str(ours.fault).split("(")[0] == str(theirs.fault).split("(")[0]
    assert ours.steps == theirs.steps == ours.state.step


def test_weights_of_any_strides_go_in() -> None:
    task = of(built_in("autoencoder"))
    first = step.start(task)
    turned = {k: w.t().contiguous().t() if w.dim() == 2 else w for k, w in first.weights.items()}
    assert not all(w.is_contiguous() for w in turned.values())
    ours, _ = step.step(task, dataclasses.replace(first, weights=turned))
    theirs, _ = step.step(without(task), first)
    for key, value in theirs.weights.items():
        torch.testing.assert_close(ours.weights[key], value, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("room", "most"), [(0, 64), (1 << 30, 7), (1 << 30, 64)])
def test_problems_of_before_let_go_of_their_tapes_and_are_gone_through_again(
    monkeypatch: pytest.MonkeyPatch, room: int, most: int
) -> None:
    """A hand that drags β while training makes a problem at every turn: four are kept, and more as
    long as they take little.
    """
    monkeypatch.setattr(taped, "_ROOM", room)
    monkeypatch.setattr(taped, "_MOST", most)
    taped._past.clear()
    engine = Engine(built_in("ellipse-warm"))
    for turn in range(12):
        changes = {"objective.beta": 1.0 + 0.1 * turn}
        engine.set_scene(replace(engine.scene, changes, CATALOGUE))
        engine.train(3)
    seen = [engine.trainer.at(number) for number in range(37)]
    assert seen[-1].equals(engine.state)
    holding = [t for t in taped._past if any(t._tapes.values())]
    wanted = min(11, most if room else taped._PAST)
    assert len(holding) == len(taped._past) == wanted
    legs = [cast(TrainingLeg, turn.leg).task for turn in engine.trainer.run._turns]
    assert len(legs) == 12
    full = [task for task in legs if any(taped._tapes[task]._tapes.values())]
    assert len(full) <= wanted + 1
    for number in (5, 30, 0, 17):
        assert engine.trainer.at(number).equals(seen[number])


class Bought(SGD):
    """From elsewhere: its rate falls with the number of the step."""

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        lr = self.params.lr / (1 + step)
        return {k: w - lr * gradients[k] for k, w in weights.items()}, slots


class Looking(SGD):
    """It takes what it saw out of torch, where no tape can follow."""

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        rate = self.params.lr / (1 + float(abs(weights["w"].numpy()).sum()))
        return {k: w - rate * gradients[k] for k, w in weights.items()}, slots


class Seeding(SGD):
    """Its noise is numpy's, of a seed that numpy refuses while a tape is recorded."""

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        noise = 1e-3 * float(np.random.default_rng([7, step]).random())
        return {k: w - self.params.lr * (gradients[k] + noise) for k, w in weights.items()}, slots


class Plain(SGD):
    """Nothing that a tape could not follow."""

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        return {k: w - gradients[k].sign() * self.params.lr for k, w in weights.items()}, slots


@pytest.mark.parametrize(
    ("kind", "played"), [(Bought, False), (Looking, False), (Seeding, False), (Plain, True)]
)
def test_a_plug_in_goes_from_a_tape_where_the_tape_can_follow(
    kind: type[SGD], played: bool
) -> None:
    optimizer = kind(OptimizerParams(lr=0.01, batch=7))
    task = dataclasses.replace(of(built_in("ellipse")), optimizer=optimizer)
    assert taped.plays(task, step.start(task)) is played
    ours = step.forward(task, step.start(task), 12)
    theirs = step.forward(without(task), step.start(task), 12)
    for key, value in theirs.weights.items():
        torch.testing.assert_close(ours.weights[key], value, rtol=1e-5, atol=1e-6)


def test_a_problem_and_its_tapes_go_together() -> None:
    task = of(built_in("regression"))
    step.advance(task, step.start(task), 3)
    gone, kept = weakref.ref(task), len(taped._tapes)
    assert task in taped._tapes
    del task
    gc.collect()
    assert gone() is None
    assert len(taped._tapes) < kept


def test_a_large_step_is_left_to_torch(caplog: pytest.LogCaptureFixture) -> None:
    task = of(built_in("autoencoder", {"data.count": 60_000, "optimizer.batch": 60_000}))
    with caplog.at_level(logging.DEBUG):
        assert not taped.plays(task, step.start(task))
    assert "too large" in caplog.text


def test_tensors_of_a_state_are_its_own() -> None:
    task = of(built_in("ellipse"))
    one = step.advance(task, step.start(task), 5).state
    before: dict[str, Tensor] = {k: w.clone() for k, w in one.weights.items()}
    step.advance(task, one, 20)
    assert all(torch.equal(w, before[k]) for k, w in one.weights.items())
