"""What must not go wrong when several things happen at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.files.recovery import default_folder
from ebmviz.files.session import Session, load, pack
from ebmviz.ui.publish.exporter import Beside
from tests.ui.conftest import Student
from tests.ui.hands import export_dialog

LEFT = Qt.MouseButton.LeftButton


def trained(student: Student, steps: int) -> None:
    wanted = student.window.document.step + steps
    student.window.client.advance(steps)
    student.until(lambda: student.window.document.step == wanted)


@pytest.mark.slow
def test_cancelling_an_export_and_closing_its_dialog_ends_the_drawing(
    student: Student, tmp_path: Path
) -> None:
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.save_to(tmp_path / "f.pdf")
    student.until(lambda: dialog._order.findChildren(Beside))
    dialog.reject()  # cancel
    assert dialog.save_button.isEnabled()
    student.until(lambda: not dialog._order.findChildren(Beside))
    dialog.reject()  # close
    assert not (tmp_path / "f.pdf").exists()


@pytest.mark.slow
def test_an_export_cancelled_before_the_weights_came_is_not_drawn(
    student: Student, tmp_path: Path
) -> None:
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.save_to(tmp_path / "f.pdf")
    dialog.reject()
    student.weights()  # the answer has come, to nobody
    student.settled()
    assert not dialog._order.findChildren(Beside)
    assert not (tmp_path / "f.pdf").exists()
    dialog.reject()


@pytest.mark.parametrize("drawing", [False, True])
def test_a_dialog_closed_at_once_leaves_nothing_of_its_export(
    student: Student, tmp_path: Path, drawing: bool
) -> None:
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.save_to(tmp_path / "f.pdf")
    if drawing:
        student.until(lambda: dialog._order.findChildren(Beside))
    dialog.done(QDialog.DialogCode.Accepted)  # past every question
    student.weights()  # the answer comes, to nobody
    student.until(lambda: not isValid(dialog))
    assert not (tmp_path / "f.pdf").exists()


def test_a_save_under_way_keeps_its_own_document(student: Student, tmp_path: Path) -> None:
    window, path = student.window, tmp_path / "a.ebmviz"
    trained(student, 5)
    window.document.save_to(path)
    window.document.adopt(library.scene("ellipse-warm", window.store.catalogue), None, None)
    student.until(path.exists)
    session = load(path, window.store.catalogue)
    assert session.scene.name == "ellipse"
    assert session.checkpoint.step == 5
    student.settled()
    assert window.document.path is None
    assert window.store.scene.name == "ellipse-warm"


@pytest.mark.slow
def test_a_save_under_way_keeps_scene_and_weights_together(
    student: Student, tmp_path: Path
) -> None:
    window, path = student.window, tmp_path / "a.ebmviz"
    trained(student, 5)
    window.document.save_to(path)
    window.edit({"seed": 99})
    student.until(path.exists)
    session = load(path, window.store.catalogue)
    assert (session.scene["seed"], session.checkpoint.step) == (7, 5)
    assert window.document.dirty


def test_a_save_survives_the_death_of_the_engine(student: Student, tmp_path: Path) -> None:
    window, path = student.window, tmp_path / "a.ebmviz"
    trained(student, 3)
    student.weights()
    student.engine.silence()
    window.document.save_to(path)
    student.engine.die()
    student.until(path.exists)
    assert load(path, window.store.catalogue).checkpoint.step == 3


def test_weights_of_the_old_document_are_not_kept_for_the_new(student: Student) -> None:
    window = student.window
    trained(student, 6)
    window.client.fetch()
    window.document.adopt(library.scene("ellipse-warm", window.store.catalogue), None, None)
    student.settled()
    student.until(lambda: window.client.kept is None or window.client.kept.step == 0)
    student.engine.die()
    student.until(lambda: not window.client.ready)
    student.until(lambda: window.client.ready)
    student.settled()
    assert student.step == 0


@pytest.mark.slow
def test_training_starts_a_lost_engine_again(student: Student) -> None:
    window = student.window
    for _ in range(2):
        engine = window.client._process
        student.engine.die()
        student.until(lambda engine=engine: window.client._process is not engine)  # type: ignore[misc]
    assert not window.client.alive
    window.banner.close_button.click()
    assert not window.banner.isVisible()
    window.acts["play"].trigger()
    student.until(lambda: student.step >= 2)
    assert window.acts["play"].text() == "Pause"


def test_a_message_does_not_take_away_what_is_to_be_done(student: Student) -> None:
    banner = student.window.banner
    done: list[bool] = []
    banner.tell("Something is to be done.", "bad", "Do it", lambda: done.append(True))
    banner.tell("By the way.")
    banner.close_button.click()
    assert banner.isVisible()
    assert banner.button.isVisible()
    student.bot.mouseClick(banner.button, LEFT)
    assert done
    assert not banner.isVisible()


def test_what_is_refused_takes_nothing_with_it_that_was_not_seen_yet(
    sit_down: Callable[..., Student], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change whose picture has not come when the next one is refused stays, and its training."""
    student = sit_down("hopfield-modern")
    window = student.window
    student.settled()
    window.edit({"data.noise": 0.25})
    window.client.advance(5)
    student.until(lambda: student.step == 5)
    monkeypatch.setattr(window.client, "grant", lambda: None)
    for beta in range(2, 10):  # more changes than frames that were granted
        window.edit({"view.beta": float(beta)})
        student.weights()
    assert window.stage.accepted
    assert window.stage.accepted.view.beta < 9.0
    heard: list[str] = []
    window.client.failed.connect(lambda problem, _: heard.append(problem.message))
    window.edit({"view.lab": True, "view.lanes": "optimizer.lr=0.01,0.1"})
    student.until(lambda: heard)
    assert "does nothing in this scene" in heard[0]
    assert window.store.scene.view.beta == 9.0
    assert not window.store.scene.values["view.lab"]
    assert student.weights().step == 5


def test_a_device_that_is_not_there_is_refused_and_the_scene_stays(
    student: Student, sit_down: Callable[..., Student]
) -> None:
    import torch

    missing = "cuda" if not torch.cuda.is_available() else "mps"
    window = student.window
    window.edit({"device": missing})
    student.until(lambda: window.banner.isVisible())
    assert missing in window.banner.text.text()
    assert window.store.scene["device"] == "auto"
    assert not window.store.can_undo
    window.edit({"view.beta": 2.0})
    student.settled()
    # A session from a machine that has one opens here all the same.
    scene = replace(window.store.scene, {"device": missing}, window.store.catalogue)
    other = sit_down(scene=scene)
    assert other.window.store.scene["device"] == "auto"


def test_keys_work_in_presenter_mode_and_the_text_size_returns(student: Student) -> None:
    from ebmviz.ui.look import theme

    window = student.window
    window.acts["bigger"].trigger()
    size = theme.scale()
    window.acts["present"].trigger()
    window.edit({"view.window": (0.0, 1.0, 0.0, 1.0)})
    window.landscape.setFocus()
    student.bot.keyClick(window, Qt.Key.Key_H)
    assert window.store.scene.view.window == (-2.6, 2.6, -2.1, 2.1)
    window.acts["present"].trigger()
    assert theme.scale() == size


@pytest.mark.slow
def test_recovering_asks_nothing_and_undo_goes_back(student: Student) -> None:
    window = student.window
    trained(student, 2)
    kept = student.weights()
    folder = default_folder()
    folder.mkdir(parents=True, exist_ok=True)
    orphan = folder / f"autosave-999999999-{'0' * 16}.ebmviz"
    orphan.write_bytes(pack(Session(window.store.scene, kept)))
    found = next(o for o in window.document.recovery.orphans() if o.path == orphan)
    trained(student, 2)
    window.document.recover(found)
    student.until(lambda: student.step == 2)
    assert not orphan.exists()
    # Until it is saved, the copy lives on as this window's own autosave.
    assert list(folder.glob("*.ebmviz"))
    window.acts["undo"].trigger()
    student.until(lambda: student.step == 4)


def test_own_points_far_from_the_origin_are_in_view_and_home_returns_to_them(
    student: Student, tmp_path: Path
) -> None:
    window, path = student.window, tmp_path / "people.csv"
    rng = np.random.default_rng(0)
    np.savetxt(path, rng.normal((170, 70), (10, 12), (50, 2)), delimiter=",")
    window.document.open(path)
    framing = window.store.scene.view
    values = student.settled()["map"]
    shot = window.stage.shot
    assert shot is not None
    assert values.max() > values.min()
    window.edit({"view.window": (-2.0, 2.0, -2.0, 2.0)})
    window.acts["home"].trigger()
    assert window.store.scene.view == framing


@pytest.mark.slow
def test_a_name_with_a_dot_is_still_a_session(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QFileDialog

    chosen = str(tmp_path / "lecture.v1")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (chosen, ""))
    student.window.document.save_as()
    student.until((tmp_path / "lecture.v1.ebmviz").exists)


@pytest.mark.slow
def test_a_closed_window_does_not_wait_for_its_engine(student: Student) -> None:
    stage = student.window.stage
    said: list[bool] = []
    stage.slow.connect(lambda: said.append(True))
    student.engine.silence()
    stage.send()
    student.until(lambda: said)  # a silent engine is said to be computing ...
    stage.send()
    student.window.client.stop()
    said.clear()
    student.until(lambda: not stage._patience.isActive())
    assert not said  # ... but not once the window is closed
