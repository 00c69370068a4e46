"""Models at stops: at the very step, however they came there."""

from __future__ import annotations

import msgspec
import numpy as np

from ebmviz.core.lesson.states import scene_of
from ebmviz.core.lesson.stop import Reveal, Stop
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened
from ebmviz.files.session import Session
from ebmviz.handout.models import Models
from tests.handout.lesson import CATALOGUE


def weights(model: Model) -> dict[str, np.ndarray]:
    return {name: tensor.numpy().copy() for name, tensor in model.weights.items()}


def alone(stop: Stop, step: int) -> dict[str, np.ndarray]:
    model = opened(scene_of(stop, CATALOGUE))
    model.train(step)
    return weights(model)


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)


def test_each_stop_has_its_step_whatever_came_before() -> None:
    models = Models(CATALOGUE)
    for step, beta in ((5, 10.0), (24, 1.0), (3, 1.0), (0, 2.0), (30, 2.0)):
        stop = Stop("s", "ellipse", {"view.beta": beta}, step)
        scene, model = models.at(stop, False)
        assert scene.view.beta == beta
        assert same(weights(model), alone(stop, step)), step


def test_another_training_begins_anew() -> None:
    models = Models(CATALOGUE)
    models.at(Stop("s", "ellipse", {}, 9), False)
    other = Stop("s", "ellipse", {"optimizer.lr": 0.3}, 4, reveal=Reveal({}, 11))
    assert same(weights(models.at(other, False)[1]), alone(other, 4))
    assert same(weights(models.at(other, True)[1]), alone(other, 11))


def test_a_stop_of_a_session_has_the_weights_of_its_run() -> None:
    stop = Stop("s", "ellipse", {}, 6, run=0)
    scene = scene_of(stop, CATALOGUE)
    model = opened(scene)
    model.train(4)
    model.set_scene(scene_of(Stop("", "ellipse", {"optimizer.lr": 0.5}), CATALOGUE))
    model.train(4)  # no training of the stop's own would come here
    models = Models(CATALOGUE, Session(model.scene, model.checkpoint()))
    there = weights(models.at(stop, False)[1])
    model.seek(6)
    assert same(there, weights(model))
    assert not same(there, alone(stop, 6))
    gone = msgspec.structs.replace(stop, run=7)
    assert same(weights(models.at(gone, False)[1]), alone(stop, 6))


def test_chains_walk_where_a_stop_has_them_and_nowhere_else() -> None:
    models = Models(CATALOGUE)
    stop = Stop("s", "unconditional", {"sampler.kind": "ula"}, 2, chains=True)
    walked = models.at(stop, False)[1]
    assert walked.sampling is not None
    assert models.at(msgspec.structs.replace(stop, chains=False), False)[1].sampling is None
