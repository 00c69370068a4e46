"""What undo leads back to where nothing but the weights says that there was something to lose: at
step 0, in the lab of another run, and where an engine is lost in between.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.hands import points
from ebmviz.core.scene import replace
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.pulse import Patience
from tests.scenes import built_in, small
from tests.ui.conftest import Student
from tests.ui.test_branches import look_at
from tests.ui.test_lab_kept import act, learn
from tests.ui.test_undo_training import same, train

Sit = Callable[..., Student]

HASTE = Patience(beat_ms=40, silent=10_000, start=10_000, answer=10_000)
TWO, THREE = "optimizer.lr=0.01,0.1", "optimizer.lr=0.02,0.05,0.2"


def open_again(student: Student, file: Path) -> None:
    document = student.window.document
    serial = document.serial
    document.open(file)
    student.until(lambda: document.serial > serial)
    student.settled()
    student.weights()


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [("hopfield-modern", "data.noise", 0.15), ("hopfield", "data.letters", "FLOW")],
)
def test_training_that_other_data_began_at_step_0_is_done_again(
    sit_down: Sit, name: str, path: str, value: object
) -> None:
    student = sit_down(scene=small(name))
    first = student.weights()
    student.window.edit({path: value})
    student.settled()
    trained = train(student, 4)
    act(student, "undo")
    assert same(student.weights(), first)
    act(student, "redo")
    assert student.step == 4
    assert same(student.weights(), trained)


@pytest.mark.slow
def test_a_reset_at_step_0_is_undone_where_it_leads_to_other_weights(sit_down: Sit) -> None:
    """Means begin at points: where one was painted, at others."""
    student = sit_down(scene=small("kmeans"))
    window, at = student.window, np.array([[0.4, -0.7]])
    edited = window.hands.edited
    cloud = edited.cloud()
    assert cloud is not None
    edited.put(lambda: points.added(cloud, at), "painted a point")
    student.settled()
    before = student.weights()
    act(student, "reset")
    anew = student.weights()
    assert not np.array_equal(anew.weights["w"], before.weights["w"])
    act(student, "reset")  # leads nowhere, and is no entry
    act(student, "undo")
    assert same(student.weights(), before)
    act(student, "redo")
    assert same(student.weights(), anew)
    assert len(window.store.history[0]) == 2


@pytest.mark.slow
def test_what_happened_to_a_run_is_known_in_a_file_that_is_opened_again(
    student: Student, tmp_path: Path
) -> None:
    window, file = student.window, tmp_path / "a.ebmviz"
    train(student, 6)
    window.edit({"optimizer.lr": 0.03})
    student.settled()
    marks = student.weights().marks
    assert [mark.step for mark in marks] == [6]
    window.document.save_to(file)
    student.until(lambda: not window.document.saving)
    for _ in range(2):
        open_again(student, file)
        assert window.stage.branching.marks.get(0) == marks


@pytest.mark.slow
def test_the_lab_is_of_a_run(student: Student) -> None:
    """Others do not train it, and their lanes do not take its place."""
    window, branching = student.window, student.window.stage.branching
    train(student, 5)
    window.edit({"view.lab": True, "view.lanes": TWO})
    student.settled()
    first = learn(student, 7)
    window.edit({"view.lab": False})
    student.settled()
    look_at(student, 2)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 3)
    window.edit({"view.lab": True})
    student.settled()
    assert learn(student, 4).progress == (3, 11), "it goes on from where that one was"
    window.edit({"view.lanes": THREE})
    student.settled()
    second = learn(student, 2)
    branching.take(0)
    student.settled()
    assert window.store.scene.view.lanes == TWO
    assert same(student.weights(), first)
    branching.take(1)
    student.settled()
    assert window.store.scene.view.lanes == THREE
    assert same(student.weights(), second)
    for _ in range(2):
        act(student, "undo")
    student.until(lambda: same(student.weights(), second))
    act(student, "undo")
    assert window.store.scene.view.lanes == TWO
    assert student.weights().progress == (3, 11)


@pytest.mark.slow
def test_another_document_on_the_same_scene_has_no_lab_yet(student: Student) -> None:
    window = student.window
    window.edit({"view.lab": True, "view.lanes": TWO})
    student.settled()
    trained = learn(student, 6)
    window.edit({"view.lab": False})
    scene = replace(window.store.scene, {"view.lanes": ""}, window.store.catalogue)
    window.document.begin(scene)
    student.settled()
    assert student.weights().progress == (0, 0)
    act(student, "undo")
    act(student, "undo")
    assert same(student.weights(), trained)


@pytest.mark.slow
def test_a_run_is_gone_to_though_nothing_but_the_camera_is_another(student: Student) -> None:
    window = student.window
    train(student, 6)
    look_at(student, 2)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 3)
    there = train(student, 5)
    window.stage.branching.take(0)
    student.settled()
    turned = replace(window.store.scene, {"view.azimuth": 33.0}, window.store.catalogue)
    window.stage.branching.take_for(1, turned, "to a stop", window.store.lesson)
    assert same(student.weights(), there)


def test_lanes_have_what_their_optimiser_had_gathered(student: Student) -> None:
    window = student.window
    window.edit({"optimizer.kind": "adam"})
    window.edit({"view.lab": True, "view.lanes": THREE})
    student.settled()
    before = learn(student, 9)
    window.edit({"optimizer.kind": "momentum"})
    student.settled()
    other = student.weights()
    assert not same(other, before)
    act(student, "undo")
    assert same(student.weights(), before)
    act(student, "redo")
    assert same(student.weights(), other)


@pytest.mark.slow
def test_a_model_that_has_no_lab_trains_though_the_lab_was_on(sit_down: Sit) -> None:
    student = sit_down(scene=built_in("ellipse", {"view.lab": True, "view.lanes": TWO}))
    window = student.window
    window.edit({"data.kind": "patterns", "energy.kind": "hopfield"})
    student.settled()
    assert window.store.scene.view.lab
    assert train(student, 3).progress == (3, 0)
    assert window.document.step == 3
    act(student, "undo")
    assert learn(student, 2).progress == (0, 2)


@pytest.mark.slow
def test_training_in_the_lab_begins_no_branch(student: Student) -> None:
    window = student.window
    train(student, 6)
    look_at(student, 2)
    window.edit({"view.lab": True, "view.lanes": TWO})
    student.settled()
    window.acts["step"].trigger()
    student.until(lambda: student.weights().progress == (6, 1))
    assert window.store.runs.numbers == {0}


# an engine that is lost in between -------------------------------------------------------


@pytest.mark.slow
def test_a_branch_of_which_nothing_has_come_begins_where_it_was_to(student: Student) -> None:
    window = student.window
    ahead = train(student, 12)
    look_at(student, 5)
    before = student.engine
    before.silence()
    window.acts["step"].trigger()
    before.die()
    student.another_engine(before)
    student.settled()
    kept = student.weights()
    assert (window.store.runs.current, kept.step) == (1, 5)
    place = ahead.history["step"].tolist().index(5)
    assert np.array_equal(kept.weights["w"], ahead.history["weights/w"][place])
    assert train(student, 2).step == 7
    act(student, "undo")
    assert same(student.weights(), ahead)


@pytest.mark.slow
def test_training_outlives_an_engine_that_is_lost_as_a_hand_takes_a_weight(
    student: Student,
) -> None:
    window = student.window
    trained = train(student, 8)
    before = student.engine
    before.silence()
    window.store.mark(name="moved a weight", by_hand=True)
    window.client.grip()
    window.client.move_weight(0, (0.3, 0.1))
    before.die()
    student.another_engine(before)
    student.settled()
    assert same(student.weights(), trained)


@pytest.mark.slow
def test_who_asks_while_a_busy_engine_is_replaced_is_told_by_the_next(sit_down: Sit) -> None:
    student = sit_down(scene=small("ellipse"), client=EngineClient(patience=HASTE))
    window, before = student.window, student.engine
    before.be_busy()
    window.document.begin(small("mixture"), "to mixture")
    got: list[Checkpoint] = []
    failed: list[str] = []
    window.client.fetch(got.append, failed.append)
    student.another_engine(before)
    student.until(lambda: got or failed)
    assert not failed
    assert got[0].weights.keys() == student.weights().weights.keys()
    assert window.store.scene.kind("energy") == "mixture"


def test_without_an_engine_undo_has_what_was_kept_last(student: Student) -> None:
    window = student.window
    trained = train(student, 9)
    before = student.engine
    before.die()
    student.another_engine(before)
    student.engine.die()  # a second loss is not answered without asking
    student.until(lambda: not window.client.alive)
    window.document.begin(small("mixture"), "to mixture")
    window.acts["undo"].trigger()
    student.until(lambda: not window.stage._between)
    assert window.client.kept is not None
    assert same(window.client.kept, trained)
