"""Push and pull is the difference that the next step makes, and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.batches import next_batch
from ebmviz.engine.training.taking_up import fresh_optimizer
from tests.scenes import built_in

NAMES = ("ellipse", "ellipse-warm", "unconditional", "implicit-regression")
NEEDS = ("map", "push", "negatives")


def scene(name: str, **changes: object) -> Scene:
    """A built-in scene; `a__b` stands for the path a.b."""
    return built_in(name, changes, view__resolution=24, view__picture="push")


def energy_map(engine: Engine) -> Array:
    """F on the map, in float64 and point by point."""
    subject = engine.subject()
    y1, y2 = (axis.double() for axis in subject.cells(24))
    at = torch.stack(torch.meshgrid(y1, y2, indexing="xy"), 2).reshape(-1, 2)
    weights = {k: w.double() for k, w in engine.weights.items()}
    view = engine.scene.view
    with torch.no_grad():
        return engine.task.energy.at(weights, view, at, view.beta).view(24, 24).numpy()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_the_next_step_changes(name: str) -> None:
    engine = Engine(scene(name))
    engine.train(7)
    found = engine.snapshot(NEEDS)
    a = found.arrays
    before = energy_map(engine)
    engine.train(1)
    change = energy_map(engine) - before
    if "push_relative" in found.metrics:  # up to a constant, which test_push_signs knows
        change += (a["push"] - change).mean()
    assert np.abs(change).max() > 1e-4
    assert np.abs(a["push"] - change).max() < 1e-5 * (1 + np.abs(before).max())
    assert np.abs(a["map"] - before).max() < 1e-4 * (1 + np.abs(before).max())


def test_measuring_it_does_not_train() -> None:
    engine = Engine(scene("implicit-regression"))
    engine.train(3)
    kept = {k: w.clone() for k, w in engine.weights.items()}
    engine.snapshot(NEEDS)
    assert engine.state.step == 3
    assert all(torch.equal(kept[k], w) for k, w in engine.weights.items())


@pytest.mark.parametrize("name", ["ellipse-warm", "implicit-regression"])
def test_one_datum_is_the_row_of_the_batch_nearest_to_the_probe(name: str) -> None:
    engine = Engine(scene(name))
    engine.train(5)
    rows, _ = next_batch(engine.task, engine.state)
    target = rows[min(3, len(rows) - 1)]
    engine.set_scene(
        scene(name, view__picture="push-one", view__probe=tuple((target + 1e-4).tolist()))
    )
    a = engine.snapshot(NEEDS).arrays
    before = energy_map(engine)
    with torch.no_grad():
        _, weights, _ = engine.task.stepped(target[None], engine.state)
    engine.state.weights.update(weights)
    assert np.abs(a["push"] - (energy_map(engine) - before)).max() < 1e-4
    if "positive" in a:
        assert a["positive"].tolist() == [pytest.approx(target.tolist())]
        assert a["negative"].shape == (1, 2)


def test_a_batch_of_one_is_the_whole_push() -> None:
    whole, one = (
        Engine(scene("ellipse", view__picture=picture)).snapshot(NEEDS).arrays["push"]
        for picture in ("push", "push-one")
    )
    assert np.array_equal(whole, one)


def test_at_a_past_step_it_is_that_step_s() -> None:
    engine = Engine(scene("ellipse-warm"))
    engine.train(4)
    early = Engine(scene("ellipse-warm"))
    early.train(2)
    early.trainer.state = fresh_optimizer(early.task, early.state)
    engine.seek(2)
    assert np.array_equal(
        engine.snapshot(NEEDS).arrays["push"], early.snapshot(NEEDS).arrays["push"]
    )


def test_made_in_parts_it_is_the_same() -> None:
    engine = Engine(scene("ellipse", view__beta=math.inf))
    whole = engine.snapshot(("push",)).arrays["push"]
    subject = engine.subject()
    subject.map = np.concatenate(list(subject.map_rows(7)))
    assert np.abs(engine.snapshot(("push",), subject=subject).arrays["push"] - whole).max() < 1e-5


def test_without_being_asked_for_there_is_none() -> None:
    assert "push" not in Engine(scene("ellipse", view__picture="energy")).snapshot(NEEDS).arrays


# wrong answers ------------------------------------------------------------------------


def test_the_most_offending_answer_is_the_lowest_outside_the_ball() -> None:
    changes = {"objective__negatives": "offending", "objective__epsilon": 0.4}
    engine = Engine(scene("implicit-regression", **changes))
    engine.train(20)
    a = engine.snapshot(NEEDS).arrays
    rows = next_batch(engine.task, engine.state)[0]
    assert np.array_equal(a["positive"], rows.numpy())
    assert np.array_equal(a["negative"][:, 0], a["positive"][:, 0])
    objective = engine.task.objective
    count = engine.scene["objective.answers"]
    assert isinstance(count, int)
    low, high = float(objective.space.low), float(objective.space.high)
    answers = low + (high - low) * (np.arange(count) + 0.5) / count
    for (x, y), wrong in zip(a["positive"], a["negative"][:, 1], strict=True):
        far = answers[np.abs(answers - y) > 0.4]
        at = torch.tensor(np.stack([np.full_like(far, x), far], 1), dtype=torch.float32)
        with torch.no_grad():
            energies = engine.task.energy.free(engine.weights, at, math.inf).numpy()
        chosen = energies[np.abs(far - wrong).argmin()]
        assert np.abs(far - wrong).min() < 1e-5
        assert chosen == pytest.approx(energies.min(), abs=1e-5)


def test_there_are_none_for_a_loss_without_and_when_switched_off() -> None:
    assert "negative" not in Engine(scene("ellipse")).snapshot(NEEDS).arrays
    off = Engine(scene("implicit-regression", view__negatives=False)).snapshot(NEEDS).arrays
    assert "negative" not in off
