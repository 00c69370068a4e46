"""What stops lead away from and undo back to: the lab of a run, what its optimiser had gathered."""

from __future__ import annotations

from pathlib import Path

import pytest

from ebmviz.core.checkpoint import Checkpoint
from tests.slow import slow
from tests.ui.conftest import Student
from tests.ui.test_branches import look_at
from tests.ui.test_going_to_stops import go
from tests.ui.test_lab_kept import learn
from tests.ui.test_undo_corners import TWO, open_again
from tests.ui.test_undo_training import same, train


def begin_another_run(student: Student, step: int) -> None:
    """From a step of the one so far."""
    look_at(student, step)
    student.window.acts["step"].trigger()
    student.until(lambda: student.step == step + 1)


def after(student: Student, *names: str) -> Checkpoint:
    """Undo and redo, to wherever the past is looked at; the checkpoint then."""
    for name in names:
        student.window.acts[name].trigger()
        student.settled()
    return student.weights()


@pytest.mark.parametrize(
    ("path", "lanes"), [("view.lanes", TWO), slow("view.losses", "energy,nll,mce")]
)
def test_a_stop_outside_the_lab_leaves_its_lanes(
    student: Student, tmp_path: Path, path: str, lanes: str
) -> None:
    window = student.window
    train(student, 3)
    window.acts["add-stop"].trigger()
    window.edit({"view.lab": True, path: lanes})
    student.settled()
    before = learn(student, 6)
    go(student, 0)
    scene = window.store.scene
    assert (scene.view.lab, scene[path]) == (False, lanes)
    window.edit({"view.lab": True})
    student.settled()
    assert same(student.weights(), before)
    after(student, "undo")
    file = tmp_path / "a.ebmviz"
    window.document.save_to(file)
    student.until(lambda: not window.document.saving)
    open_again(student, file)
    assert student.weights().progress == (3, 6)
    assert same(after(student, "undo", "undo"), before)
    assert window.store.scene.in_lab


@pytest.mark.slow
def test_a_stop_of_another_run_leaves_the_lanes_of_that(student: Student) -> None:
    window = student.window
    train(student, 6)
    window.acts["add-stop"].trigger()
    window.edit({"view.lab": True, "view.lanes": TWO})
    student.settled()
    there = learn(student, 5)
    window.edit({"view.lab": False})
    begin_another_run(student, 2)
    window.edit({"view.lanes": ""})
    go(student, 0)
    assert (window.store.runs.current, window.store.scene.view.lanes) == (0, TWO)
    window.edit({"view.lab": True})
    student.settled()
    assert same(student.weights(), there)


@pytest.mark.parametrize(
    ("path", "first", "second"),
    [
        ("optimizer.kind", "sgd", "momentum"),
        slow("optimizer.kind", "adam", "sgd"),
        slow("objective.loss", "nll", "pcd"),
    ],
)
def test_what_a_stop_under_other_settings_takes_away_comes_back(
    student: Student, path: str, first: str, second: str
) -> None:
    window = student.window
    window.edit({path: first})
    train(student, 3)
    window.acts["add-stop"].trigger()
    window.edit({path: second})
    before = train(student, 4)
    go(student, 0)
    assert window.store.scene[path] == first
    other = student.weights()
    assert not same(other, before)
    assert same(after(student, "undo"), before)
    assert same(after(student, "redo"), other)


def test_what_a_stop_takes_away_from_another_run_comes_back_with_it(student: Student) -> None:
    window = student.window
    train(student, 4)
    window.acts["add-stop"].trigger()
    window.edit({"optimizer.kind": "momentum"})
    there = train(student, 3)
    begin_another_run(student, 5)
    go(student, 0)
    assert window.store.runs.current == 0
    assert not same(student.weights(), there)
    assert same(after(student, "undo", "undo"), there)
    assert (window.store.runs.current, window.store.scene["optimizer.kind"]) == (0, "momentum")
    after(student, "redo", "redo")
    assert window.store.scene["optimizer.kind"] != "momentum"
    assert same(after(student, "undo", "undo"), there)
