"""After a divergence: the last weights that were no worse than the start, and on from there."""

from __future__ import annotations

import pytest
import torch

from ebmviz.core.errors import NumericError
from ebmviz.core.scene import replace
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import step as training
from ebmviz.engine.training.retreat import data_loss
from tests.engine.verdicts.models import verdict
from tests.scenes import CATALOGUE, built_in

WILD = [
    ("ellipse", 2.5, "sgd"),
    ("ellipse-warm", 12, "momentum"),
    ("autoencoder", 8, "sgd"),
    ("pca", 20, "sgd"),
    ("unconditional", 2, "momentum"),
    ("joint-embedding", 6, "adam"),
    ("vae", 4, "momentum"),
]


def diverged(name: str, rate: float, kind: str, **more: object) -> Engine:
    one = Engine(built_in(name, {"optimizer.lr": rate, "optimizer.kind": kind, **more}))
    with pytest.raises(NumericError, match="lower the rate η and train on, or reset; the weights"):
        one.train(400)
    return one


@pytest.mark.parametrize(("name", "rate", "kind"), WILD)
def test_the_weights_that_come_back_are_no_worse_than_the_start(
    name: str, rate: float, kind: str
) -> None:
    one = diverged(name, rate, kind)
    start = training.start(one.task)
    most = data_loss(one.task, start.weights)
    assert data_loss(one.task, one.state.weights) <= most
    h = one.history
    assert h.steps[-1] == one.state.step
    assert verdict(one).state == "diverged"
    assert verdict(one).remedy == "Lower the rate η and train on, or reset"
    # Nothing later on the way was as good: the same run again, step by step.
    again, later = training.start(one.task), []
    while True:
        block = training.advance(one.task, again, 1)
        if block.fault:
            break
        again = block.state
        if again.step > one.state.step:
            later.append(data_loss(one.task, again.weights))
    assert all(loss > most for loss in later)


@pytest.mark.parametrize(("name", "rate", "kind"), WILD)
def test_training_goes_on_from_them(name: str, rate: float, kind: str) -> None:
    one = diverged(name, rate, kind)
    step, before = one.state.step, data_loss(one.task, one.state.weights)
    one.set_scene(replace(one.scene, {"optimizer.lr": 1e-3}, CATALOGUE))
    assert one.train(60) == 60
    assert one.state.step == step + 60
    assert data_loss(one.task, one.state.weights) < before
    assert "diverged" not in one.metrics()


def test_the_start_is_where_the_rate_was_changed() -> None:
    """What was learned before a rate that is too high is not lost."""
    one = Engine(built_in("autoencoder", {"optimizer.kind": "sgd", "optimizer.lr": 0.02}))
    one.train(400)
    good = data_loss(one.task, one.state.weights)
    one.set_scene(replace(one.scene, {"optimizer.lr": 60}, CATALOGUE))
    with pytest.raises(NumericError):
        one.train(100)
    assert one.state.step >= 400
    assert data_loss(one.task, one.state.weights) <= good


def test_a_reset_forgets_the_divergence() -> None:
    one = diverged("ellipse", 30, "sgd")
    assert one.metrics()["diverged"] == 1
    one.reset()
    assert "diverged" not in one.metrics()
    assert verdict(one).state == "untrained"


def test_a_file_remembers_it() -> None:
    one = diverged("pca", 30, "sgd")
    other = Engine(one.scene)
    other.restore(one.checkpoint())
    assert verdict(other) == verdict(one)
    assert all(torch.equal(w, other.state.weights[k]) for k, w in one.state.weights.items())
