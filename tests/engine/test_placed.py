"""Weights with a place on the map: moved by hand, and the run that remembers it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.scene import replace
from ebmviz.engine.energies.base.capabilities import Placed
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine

CATALOGUE = registry.catalogue()


def engine(name: str, **changes: object) -> Engine:
    scene = library.scene(name, CATALOGUE)
    return Engine(replace(scene, {k.replace("__", "."): v for k, v in changes.items()}, CATALOGUE))


@pytest.mark.parametrize("name", ["ellipse", "kmeans", "mixture"])
def test_a_weight_goes_where_it_is_brought_and_the_others_stay(name: str) -> None:
    model = engine(name)
    assert isinstance(model.task.energy, Placed)
    before = model.snapshot(("placed",)).arrays["placed"]
    to = (0.75, 0.0) if name == "ellipse" else (0.75, -1.25)
    model.move(0, to)
    after = model.snapshot(("placed",)).arrays["placed"]
    assert after[0] == pytest.approx(to)
    assert np.array_equal(after[1:], before[1:])
    with pytest.raises(UserError, match="no weight"):
        model.move(len(after), to)


def test_an_end_of_an_axis_stays_on_its_axis() -> None:
    model = engine("ellipse")
    model.move(1, (0.5, -1.5))
    assert model.weights["w"].tolist() == pytest.approx([-1.45263, -1.5])
    places = model.snapshot(("placed",)).arrays["placed"]
    # The decoder's own points at z = 0 and z = π/2.
    points = model.snapshot(("manifold",)).arrays["manifold"]
    assert places == pytest.approx(points[[0, 12]], abs=1e-6)


def test_the_map_changes_before_training_and_no_step_is_made() -> None:
    model = engine("kmeans", energy__centres=3)
    before = model.snapshot(("map",)).arrays["map"]
    model.move(2, (2.0, 2.0))
    assert not np.array_equal(model.snapshot(("map",)).arrays["map"], before)
    assert model.progress.model == 0


def test_places_are_those_of_the_window_whatever_the_frame_is() -> None:
    model = engine("kmeans")
    points = np.array([[1e5, 0.0], [1e5 + 1, 1.0], [1e5 + 2, 0.5]])
    from ebmviz.files.opening import with_points

    model.set_scene(with_points(model.scene, points, "far", CATALOGUE))
    assert not model.frame.plain
    model.move(0, (1e5 + 1.5, 0.25))
    found = model.snapshot(("placed",)).arrays["placed"]
    assert found[0] == pytest.approx([1e5 + 1.5, 0.25], abs=1e-6)


@pytest.mark.parametrize("name", ["ellipse", "mixture"])
def test_every_step_of_a_run_with_moved_weights_is_reached_exactly(name: str) -> None:
    model, states = engine(name), {}

    def go(steps: int) -> None:
        for _ in range(steps):
            model.train(1)
            states[model.state.step] = model.state.weights["w"].clone()

    model.move(0, (0.4, 0.1))
    states[0] = model.state.weights["w"].clone()
    go(30)
    model.move(1, (0.2, 1.4))
    model.move(1, (0.2, 1.6))
    states[30] = model.state.weights["w"].clone()
    go(30)
    for step in (0, 29, 30, 31, 59, 7):
        model.seek(step)
        assert torch.equal(model.weights["w"], states[step]), step
    model.seek(None)
    assert [mark.words for mark in model.journal.marks].count("weights moved by hand") == 2
    kept = model.checkpoint()
    other = engine(name)
    other.restore(kept)
    assert torch.equal(other.state.weights["w"], model.state.weights["w"])


def test_a_model_without_places_says_so() -> None:
    with pytest.raises(UserError, match="no weight of this model has a place"):
        engine("unconditional").move(0, (0.0, 0.0))
