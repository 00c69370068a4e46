"""Undo, redo, training and saving in a row: nothing that was learned goes without a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ebmviz.files.session import load
from tests.ui.conftest import Student
from tests.ui.test_undo_training import act, same, train

Sit = Callable[..., Student]


@pytest.mark.slow
def test_settings_that_keep_the_weights_keep_them_through_undo_and_redo(
    sit_down: Sit,
) -> None:
    student = sit_down("ellipse-warm")
    window, steps = student.window, 6
    train(student, steps)
    changes = {
        "optimizer.kind": "momentum",
        "objective.loss": "hinge",
        "data.noise": 0.4,
        "optimizer.batch": 3,
    }
    changes = {k: v for k, v in changes.items() if k in window.store.scene.values}
    assert len(changes) >= 3
    for path, value in changes.items():
        window.edit({path: value})
        student.settled()
        steps += 2
        assert train(student, 2).step == steps
    newest = student.weights()
    for name in ("undo", "redo"):
        for _ in changes:
            act(student, name)
            assert student.step == steps
            assert np.array_equal(student.radii(), newest.weights["w"])
    assert all(window.store.scene[path] == value for path, value in changes.items())


@pytest.mark.slow
def test_hidden_units_and_a_scene_of_other_layers_come_back(sit_down: Sit) -> None:
    student = sit_down("implicit-regression")
    window = student.window
    window.edit({"energy.hidden": 5})
    student.settled()
    before = train(student, 4)
    window.edit({"energy.hidden": 9})
    student.settled()
    after = train(student, 3)
    window.edit({"energy.layers": 2})
    student.settled()
    act(student, "undo")
    assert same(student.weights(), after)
    act(student, "undo")
    assert same(student.weights(), before)
    act(student, "redo")
    assert same(student.weights(), after)
    assert train(student, 1).step == 4


@pytest.mark.slow
def test_undo_while_training_stops_at_what_comes_back(student: Student) -> None:
    window = student.window
    before = train(student, 13)
    window.edit({"seed": 31})
    student.settled()
    window.acts["play"].trigger()
    student.until(lambda: student.step > 2)
    window.acts["undo"].trigger()
    student.settled()
    student.until(lambda: student.step == 13)
    assert same(student.weights(), before)
    assert not window.client.playing
    assert window.acts["play"].text() != "Pause"


@pytest.mark.slow
def test_redo_after_a_save_and_after_the_engine_was_lost(student: Student, tmp_path: Path) -> None:
    window, path = student.window, tmp_path / "a.ebmviz"
    before = train(student, 8)
    window.edit({"seed": 41})
    student.settled()
    after = train(student, 5)
    act(student, "undo")
    saved: list[bool] = []
    window.document.save_to(path, lambda: saved.append(True))
    student.until(lambda: saved)
    assert load(path, window.store.catalogue).checkpoint.step == 8
    engine = student.engine
    window.acts["restart"].trigger()
    student.another_engine(engine)
    student.settled()
    assert same(student.weights(), before)
    act(student, "redo")
    assert same(student.weights(), after)
    assert window.document.dirty
    act(student, "undo")
    assert same(student.weights(), before)
    assert not window.document.dirty


def test_a_document_that_nothing_leads_back_from_begins_another_list(student: Student) -> None:
    window = student.window
    train(student, 3)
    window.edit({"seed": 5})
    window.document.adopt(window.store.scene, None, None)
    student.settled()
    assert not window.store.can_undo
    assert not window.store.can_redo
