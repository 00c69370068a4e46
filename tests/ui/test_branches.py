"""Train from a past step: what lay ahead is the first branch, and every one can be gone back to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.lanes.of_lab import lab_lanes
from ebmviz.files.session import load
from tests.ui.conftest import Student
from tests.ui.test_undo_training import act, same, train

Sit = Callable[..., Student]


def look_at(student: Student, step: int) -> None:
    student.window.stage.branching.seek(step)
    student.until(lambda: student.step == step)


def weights(kept: Checkpoint) -> dict[str, np.ndarray]:
    return {k: a for k, a in kept.weights.items() if "/" not in k}


def alike(one: Checkpoint, other: Checkpoint) -> bool:
    return all(np.array_equal(a, weights(other)[k]) for k, a in weights(one).items())


def test_training_from_a_past_step_is_a_branch(student: Student) -> None:
    window, branching = student.window, student.window.stage.branching
    ahead = train(student, 30)
    look_at(student, 12)
    window.edit({"objective.beta": 1.0})
    window.acts["step"].trigger()
    student.until(lambda: student.step == 13)
    runs = window.store.runs
    assert (runs.current, runs[1].parent, runs[1].step) == (1, 0, 12)
    assert [m.words for m in branching.marks[1]] == ["training β ∞ → 1"]
    assert branching.name(1) == "branch 2"
    assert window.store.scene["objective.beta"] == 1.0
    there = student.weights()
    branching.take(0)
    student.settled()
    student.until(lambda: student.step == 30)
    assert window.past.words(1) == "branch 2: training β 1 instead of ∞ from step 12"
    assert window.store.scene["objective.beta"] == float("inf"), "as it was when 12 was sought"
    assert same(student.weights(), ahead)
    branching.take(1)
    student.settled()
    student.until(lambda: student.step == 13)
    assert alike(student.weights(), there)
    assert window.store.scene["objective.beta"] == 1.0
    # What lay ahead is still every step of it.
    branching.take(0)
    student.settled()
    look_at(student, 21)


@pytest.mark.slow
def test_bookmarks_are_of_the_steps_of_a_branch(student: Student) -> None:
    window, branching = student.window, student.window.stage.branching
    train(student, 20)
    window.edit({"view.bookmarks": "3 early; 15 late"})
    look_at(student, 8)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 9)
    assert window.store.scene.view.bookmarks == "3 early"
    window.edit({"view.bookmarks": "3 early; 9 own", "view.beta": 4.0})
    branching.take(0)
    student.settled()
    assert window.store.scene.view.bookmarks == "3 early; 15 late"
    assert window.store.scene.view.beta == 4.0, "how it is seen stays"
    branching.take(1)
    student.settled()
    assert window.store.scene.view.bookmarks == "3 early; 9 own"


@pytest.mark.slow
def test_a_branch_is_undone_and_done_again(student: Student) -> None:
    window = student.window
    ahead = train(student, 25)
    look_at(student, 10)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 11)
    there = student.weights()
    act(student, "undo")
    assert window.store.runs.numbers == {0}
    assert student.step == 25
    assert same(student.weights(), ahead)
    act(student, "redo")
    assert (window.store.runs.current, student.step) == (1, 11)
    assert alike(student.weights(), there)
    assert window.store.history == (("trained on from step 10",), ())


def test_one_deleted_comes_back_with_its_training_and_its_name(student: Student) -> None:
    window, branching = student.window, student.window.stage.branching
    train(student, 9)
    look_at(student, 4)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 5)
    branching.rename(0, "first")
    branching.delete(0)
    student.settled()
    assert window.store.runs.numbers == {1}
    assert window.store.runs[1].root
    act(student, "undo")
    assert branching.name(0) == "first"
    branching.take(0)
    student.settled()
    student.until(lambda: student.step == 9)


def test_there_are_four_at_most_and_a_fifth_is_refused(student: Student) -> None:
    window, branching = student.window, student.window.stage.branching
    train(student, 8)
    for step in (1, 2, 3):
        look_at(student, step)
        window.acts["step"].trigger()
        student.until(lambda: student.step == branching.runs[branching.runs.current].step + 1)
    told: list[str] = []
    branching.refused.connect(told.append)
    look_at(student, 1)
    window.acts["step"].trigger()
    assert told[0].startswith("there are 4 branches")
    assert branching.looked == 1, "nothing is lost"
    window.acts["present-step"].trigger()
    train(student, 2)


@pytest.mark.slow
def test_another_engine_knows_the_other_branches(student: Student) -> None:
    window, branching = student.window, student.window.stage.branching
    ahead = train(student, 14)
    look_at(student, 6)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 7)
    student.weights()
    before = student.engine
    window.client.restart()
    student.another_engine(before)
    student.until(lambda: student.step == 7)
    branching.take(0)
    student.settled()
    student.until(lambda: student.step == 14)
    assert same(student.weights(), ahead)


def test_an_engine_that_is_lost_at_the_beginning_of_a_branch_goes_on_with_it(
    student: Student,
) -> None:
    window = student.window
    train(student, 14)
    look_at(student, 6)
    steps: list[int] = []
    window.stage.drawn.connect(lambda shot, _: steps.append(shot.snapshot.step))
    window.acts["play"].trigger()
    student.until(lambda: steps and steps[-1] > 6)
    before = student.engine
    before.die()
    student.another_engine(before)
    student.until(lambda: window.client.ready and student.step > 6)
    window.acts["play"].trigger()
    student.settled()
    assert min(steps) >= 6, "it never began anew"
    assert window.store.runs[window.store.runs.current].step == 6


def test_a_branch_that_was_just_left_is_there_when_the_engine_is_lost(student: Student) -> None:
    window, branching = student.window, student.window.stage.branching
    ahead = train(student, 14)
    look_at(student, 6)
    before = student.engine
    before.silence()  # so that the left one cannot be asked for
    window.acts["step"].trigger()
    before.die()
    student.another_engine(before)
    student.settled()
    branching.take(0)
    student.settled()
    student.until(lambda: student.step == 14)
    assert same(student.weights(), ahead)


@pytest.mark.slow
def test_what_was_trained_on_another_branch_is_asked_about(
    student: Student, tmp_path: Path
) -> None:
    window, branching = student.window, student.window.stage.branching
    train(student, 8)
    look_at(student, 4)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 5)
    branching.take(0)
    student.settled()
    student.weights()
    window.document.save_to(file := tmp_path / "a.ebmviz")
    student.until(lambda: file.exists() and not window.document.dirty)
    for steps, dirty in ((0, False), (3, True)):
        branching.take(1)
        student.settled()
        train(student, steps) if steps else None
        branching.take(0)
        student.settled()
        student.weights()
        student.until(lambda: student.step == 8)
        assert window.document.dirty == dirty


def test_branches_are_in_the_file(student: Student, sit_down: Sit, tmp_path: Path) -> None:
    window, branching = student.window, student.window.stage.branching
    train(student, 12)
    look_at(student, 5)
    window.edit({"optimizer.lr": 0.05})
    window.acts["step"].trigger()
    student.until(lambda: student.step == 6)
    branching.rename(1, "slow")
    branching.take(0)  # it is trained on, and left: each is saved as it stands
    student.settled()
    ahead = train(student, 2)
    branching.take(1)
    student.settled()
    file = tmp_path / "a.ebmviz"
    window.document.save_to(file)
    student.until(lambda: file.exists() and not window.document.dirty)
    found = load(file, window.store.catalogue)
    again = sit_down(scene=found.scene, session=found, path=file)
    again.until(lambda: again.step == 6)
    other = again.window.stage.branching
    assert again.window.store.runs.current == 1
    assert [other.name(n) for n in (0, 1)] == ["branch 1", "slow"]
    assert [m.words for m in other.marks[1]] == ["rate η 0.2 → 0.05"]
    assert not again.window.document.dirty
    other.take(0)
    again.settled()
    again.until(lambda: again.step == 14)
    assert same(again.weights(), ahead)
    assert again.window.store.scene["optimizer.lr"] == 0.2
    # Another document has none of them.
    again.window.document.adopt(found.scene, None, None)
    again.settled()
    assert again.window.store.runs.numbers == {0}
    assert len(again.window.bottom.time.words) == 0


@pytest.mark.slow
def test_a_past_step_is_left_by_what_begins_anew(student: Student) -> None:
    window, branching = student.window, student.window.stage.branching
    train(student, 8)
    look_at(student, 3)
    window.acts["reset"].trigger()
    student.until(lambda: student.step == 0)
    assert branching.looked is None
    train(student, 2)
    assert window.store.runs.numbers == {0}


@pytest.mark.slow
def test_an_adopted_lane_is_a_branch_and_the_run_stays(student: Student) -> None:
    window, branching = student.window, student.window.stage.branching
    ahead = train(student, 6)
    window.edit({"view.lab": True})
    student.settled()
    window.client.advance(5)
    student.until(lambda: student.metrics.get("last_step") == 5.0)
    scene = window.store.scene
    key, title = next(
        (k, t) for k, t in lanes(student) if k != window.store.scene.kind("objective")
    )
    window._adopt_lane(key)
    student.settled()
    assert branching.name(1) == title
    assert window.store.runs[1].root
    assert not window.store.scene.view.lab
    adopted = student.weights()
    assert adopted.step == 5
    branching.take(0)
    student.settled()
    assert same_model(student.weights(), ahead)
    for _ in range(2):
        window.acts["undo"].trigger()
        student.settled()
    assert window.store.scene == scene
    assert window.store.runs.numbers == {0}
    act(student, "redo")
    assert alike(student.weights(), adopted)


def lanes(student: Student) -> list[tuple[str, str]]:
    window = student.window
    found = lab_lanes(window.store.scene, window.store.catalogue)
    return [(lane.key, lane.title) for lane in found]


def same_model(one: Checkpoint, other: Checkpoint) -> bool:
    return one.step == other.step and alike(one, other)
