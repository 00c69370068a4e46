"""What the loss lab has learned is lost neither by a reset, nor with the engine, nor in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.files.recovery import Recovery
from ebmviz.files.session import load, unpack
from ebmviz.ui.session.left_behind import sentence
from tests.slow import slow
from tests.ui.conftest import Student
from tests.ui.test_undo_training import same

Sit = Callable[..., Student]


def act(student: Student, name: str) -> None:
    """Trigger an action; when it returns, its step is on the screen."""
    student.window.acts[name].trigger()
    now = student.weights().progress.shown(student.window.store.scene.in_lab)
    student.settled()
    student.until(lambda: student.step == now)


def lab_step(student: Student) -> int:
    return student.weights().progress.lab


def learn(student: Student, steps: int) -> Checkpoint:
    """So many more steps of all lanes; the checkpoint then."""
    wanted = lab_step(student) + steps
    student.window.client.advance(steps)
    student.until(lambda: student.window.document.step == wanted)
    student.settled()
    return student.weights()


@pytest.fixture
def lab(student: Student) -> Student:
    """In the lab of three losses, the model three steps old."""
    student.window.client.advance(3)
    student.until(lambda: student.step == 3)
    student.window.edit({"view.losses": "energy,nll,mce"})
    student.window.edit({"view.lab": True})
    student.settled()
    return student


@pytest.mark.slow
def test_reset_in_the_lab_can_be_undone(lab: Student) -> None:
    before = learn(lab, 8)
    act(lab, "reset")
    assert lab.step == 0
    assert lab_step(lab) == 0
    act(lab, "undo")
    assert lab.step == 8
    assert same(lab.weights(), before)
    act(lab, "redo")
    assert lab.step == 0
    act(lab, "undo")
    assert learn(lab, 2).progress == (3, 10)


@pytest.mark.parametrize(
    ("path", "value"),
    [slow("view.losses", "energy,hinge"), slow("seed", 12), ("energy.kind", "horn")],
)
def test_undo_of_what_begins_the_lab_anew_brings_it_back(
    lab: Student, path: str, value: object
) -> None:
    before = learn(lab, 5)
    lab.window.edit({path: value})
    lab.settled()
    assert lab.step == 0
    act(lab, "undo")
    assert lab.step == 5
    assert same(lab.weights(), before)


@pytest.mark.slow
def test_the_lab_is_there_again_after_it_was_left_and_after_a_lane_was_adopted(
    lab: Student,
) -> None:
    before = learn(lab, 5)
    act(lab, "lab")
    assert lab.step == 3
    act(lab, "lab")
    assert lab.step == 5
    assert same(lab.weights(), before)
    lab.until(lambda: lab.window.stage.lab.shown)
    lab.window.stage.lab.adopted.emit("mce")
    lab.settled()
    assert lab.weights().progress == (5, 5)
    act(lab, "undo")
    assert lab.window.store.scene.view.lab
    assert lab.step == 5
    assert same(lab.weights(), before)


@pytest.mark.slow
def test_the_lab_outlives_its_engine(lab: Student) -> None:
    before = learn(lab, 6)
    engine = lab.engine
    engine.die()
    lab.another_engine(engine)
    assert "restarted at step 6" in lab.window.banner.text.text()
    lab.settled()
    lab.until(lambda: lab.step == 6)
    assert same(lab.weights(), before)


@pytest.mark.slow
def test_the_lab_is_in_the_file_and_once_there_it_is_clean(
    lab: Student, sit_down: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, path = lab.window.document, tmp_path / "lab.ebmviz"
    before = learn(lab, 7)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    lab.window.acts["save-as"].trigger()
    lab.until(lambda: not document.saving)
    again = lab.weights()  # and the frames on their way have come
    lab.settled()
    assert not lab.window.banner.isVisible(), lab.window.banner.text.text()
    assert not document.dirty
    assert same(again, before)
    session = load(path, lab.window.store.catalogue)
    seen = QImage.fromData(session.preview)
    assert max(seen.width(), seen.height()) == 480 > min(seen.width(), seen.height()) > 200
    other = sit_down(scene=session.scene, session=session, path=path)
    other.until(lambda: other.step == 7)
    assert same(other.weights(), before)
    assert not other.window.document.dirty
    learn(lab, 1)
    assert document.dirty
    act(lab, "lab")
    assert document.dirty, "out of sight, but not in the file"


@pytest.mark.slow
def test_the_lab_of_a_window_that_was_killed_is_recovered(lab: Student, tmp_path: Path) -> None:
    before = learn(lab, 4)
    document = lab.window.document
    document.autosave()
    lab.until(lambda: list(document.recovery.folder.glob("*.ebmviz")))
    document.settle()
    (file,) = document.recovery.folder.glob("*.ebmviz")
    orphaned = tmp_path / f"autosave-999999999-{'3' * 16}.ebmviz"
    orphaned.write_bytes(file.read_bytes())
    catalogue = library.shipped_catalogue()
    (orphan,) = Recovery(tmp_path, lambda data: unpack(data, catalogue, "it")).orphans()
    assert orphan.step == 4
    assert "at step 4," in sentence(orphan, orphan.time)
    kept = load(orphan.path, catalogue).checkpoint.weights
    assert all(np.array_equal(kept[k], a) for k, a in before.weights.items() if "losses" not in k)


@pytest.mark.slow
def test_saving_at_once_after_undo_saves_what_was_undone_to(
    student: Student, tmp_path: Path
) -> None:
    window, path = student.window, tmp_path / "undone.ebmviz"
    window.client.advance(31)
    student.until(lambda: student.step == 31)
    before = student.weights()
    window.edit({"seed": 21})
    student.settled()
    student.engine.silence()  # so that nothing is answered before all was asked
    window.edit({"energy.init": "random"})
    window.acts["undo"].trigger()
    window.acts["undo"].trigger()
    window.document.save_to(path)
    student.engine.wake()
    student.until(lambda: not window.document.saving)
    session = load(path, window.store.catalogue)
    assert session.checkpoint.step == 31
    assert session.scene == window.store.scene
    assert np.array_equal(session.checkpoint.weights["w"], before.weights["w"])


def test_a_change_after_undo_is_not_given_the_weights_of_the_scene_before(
    student: Student,
) -> None:
    window = student.window
    window.client.advance(9)
    student.until(lambda: student.step == 9)
    student.engine.silence()
    window.edit({"energy.init": "random"})
    window.acts["undo"].trigger()
    window.edit({"seed": 77})
    student.engine.wake()
    student.settled()
    assert student.weights().step == 0
