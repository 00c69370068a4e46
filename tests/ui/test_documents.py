"""Documents: saved, reopened, recovered, refused, and never lost without a question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from ebmviz.core import library
from ebmviz.files.session import Session, load, pack
from ebmviz.ui.session.kept import KeptSessions
from tests.ui.conftest import Student
from tests.ui.hands import LEFT, child


def test_save_and_reopen_gives_everything_back(
    student: Student, sit_down: Callable[..., Student], tmp_path: Path
) -> None:
    window, path = student.window, tmp_path / "a.ebmviz"
    window.edit({"view.beta": 2.5, "optimizer.kind": "momentum", "view.probe": (1.0, -0.5)})
    window.client.advance(7)
    student.until(lambda: student.step == 7)
    assert window.document.dirty
    saved: list[bool] = []
    window.document.save_to(path, lambda: saved.append(True))
    student.until(lambda: saved)
    assert not window.document.dirty
    kept = student.weights()

    catalogue = library.shipped_catalogue()
    session = load(path, catalogue)
    again = sit_down(scene=session.scene, session=session, path=path)
    again.until(lambda: again.step == 7)
    assert again.window.store.scene == window.store.scene
    assert not again.window.document.dirty
    reopened = again.weights()
    assert reopened.weights.keys() == kept.weights.keys()
    for name, array in kept.weights.items():
        assert np.array_equal(reopened.weights[name], array), name
    # Both go on from there, bit for bit.
    for seat in (student, again):
        seat.window.client.advance(20)
        seat.until(lambda seat=seat: seat.step == 27)
    assert np.array_equal(student.radii(), again.radii())


@pytest.mark.slow
def test_saving_to_a_bad_place_says_so_and_keeps_the_document(
    student: Student, tmp_path: Path
) -> None:
    window = student.window
    window.client.advance(1)
    student.until(lambda: student.step == 1)
    window.document.save_to(tmp_path / "no" / "such" / "a.ebmviz")
    student.until(lambda: window.banner.isVisible())
    assert "a.ebmviz" in window.banner.text.text()
    assert window.document.dirty
    assert window.document.path is None


@pytest.mark.slow
def test_a_hostile_file_is_refused_and_nothing_is_lost(student: Student, tmp_path: Path) -> None:
    window, scene = student.window, student.window.store.scene
    for name, content in (("a.ebmviz", b"PK\x03\x04 not a zip"), ("b.png", b"\x89PNG\r\n\x1a\n")):
        path = tmp_path / name
        path.write_bytes(content)
        window.banner.hide()
        window.document.open(path)
        assert window.banner.isVisible()
        assert name in window.banner.text.text()
        assert window.store.scene == scene


def test_unsaved_changes_are_asked_about(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = student.window, tmp_path / "kept.ebmviz"
    buttons = QMessageBox.StandardButton
    answers = [buttons.Cancel, buttons.Save]
    monkeypatch.setattr(QMessageBox, "exec", lambda self: answers.pop(0))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    window.client.advance(2)
    student.until(lambda: window.document.step == 2)
    window.close()
    assert window.isVisible()
    assert len(answers) == 1
    window.close()
    student.until(lambda: not window.isVisible())
    assert load(path, library.shipped_catalogue()).checkpoint.weights["train/step"] == 2
    assert not window.client.alive


def test_work_of_a_crashed_run_is_offered_and_recovered(
    student: Student, sit_down: Callable[..., Student]
) -> None:
    window = student.window
    window.edit({"view.beta": 7.0})
    window.client.advance(4)
    student.until(lambda: window.document.step == 4)
    kept = student.weights()
    # What a run that was killed leaves behind: the file, and no process that holds it.
    from ebmviz.files.recovery import default_folder

    folder = default_folder()
    folder.mkdir(parents=True)
    orphan = folder / f"autosave-999999999-{'0' * 16}.ebmviz"
    orphan.write_bytes(pack(Session(window.store.scene, kept)))
    found = [o for o in window.document.recovery.orphans() if o.readable]
    assert [o.path for o in found] == [orphan]
    other = sit_down("ellipse-warm")
    other.window.offer_recovery(found)
    other.bot.mouseClick(other.window.banner.button, LEFT)
    listed = other.window.findChild(KeptSessions)
    assert listed is not None
    other.until(lambda: listed.list.count() == 1)
    other.bot.mouseClick(listed.recover, LEFT)
    other.until(lambda: other.step == 4)
    assert other.window.store.scene.view.beta == 7.0
    assert np.array_equal(other.radii(), kept.weights["w"])
    assert other.window.document.dirty
    assert not orphan.exists()


@pytest.mark.slow
def test_autosave_keeps_what_changed(student: Student) -> None:
    window = student.window
    window.document.autosave()
    assert not list(window.document.recovery.folder.glob("*.ebmviz"))
    window.client.advance(1)
    student.until(lambda: window.document.step == 1)
    window.document.autosave()
    student.until(lambda: list(window.document.recovery.folder.glob("*.ebmviz")))
    window.document.close()
    assert not list(window.document.recovery.folder.glob("*.ebmviz"))


def test_autosave_waits_for_the_weights_of_an_engine_that_is_starting(student: Student) -> None:
    window = student.window
    refused: list[str] = []
    window.document.failed.connect(refused.append)
    window.edit({"optimizer.lr": 0.02})
    student.settled()
    window.client.forget()
    window.client.restart()
    assert window.client.alive
    assert not window.client.ready
    window.document.autosave()
    assert not list(window.document.recovery.folder.glob("*.ebmviz"))
    student.until(lambda: window.client.ready)
    window.document.autosave()
    student.until(lambda: list(window.document.recovery.folder.glob("*.ebmviz")))
    assert refused == []


@pytest.mark.slow
def test_changing_the_scene_starts_another_document(student: Student) -> None:
    combo = child(student, "scene")
    combo.set_key("ellipse-warm")
    combo.activated.emit(combo.currentIndex())
    assert student.window.store.scene.name == "ellipse-warm"
    student.settled()
    assert student.step == 0
    assert student.window.document.path is None
