"""No file is written over unasked, and what was saved is there when the window has gone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from ebmviz.files.recovery import Orphan, Recovery
from ebmviz.files.session import Session, load, pack, unpack
from ebmviz.ui.session import left_behind, written
from ebmviz.ui.session.leftovers import Leftovers
from tests.slow import slow
from tests.ui.conftest import Student
from tests.ui.hands import export_dialog

Sit = Callable[..., Student]
BUTTONS = QMessageBox.StandardButton


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions; the answer to each is its last word in `answers`."""
    heard: list[str] = []

    def answer(box: QMessageBox) -> QMessageBox.StandardButton:
        heard.append(box.text())
        return BUTTONS.Save if len(heard) > 1 else BUTTONS.Cancel

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return heard


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """What the person types into the file question."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))


def advanced(student: Student, steps: int) -> None:
    student.window.client.advance(steps)
    student.until(lambda: student.window.document.step == steps)


def saved(student: Student, path: Path) -> None:
    done: list[bool] = []
    student.window.document.save_to(path, lambda: done.append(True))
    student.until(lambda: done)


@pytest.mark.parametrize("typed", ["talk", slow("talk.ebmviz"), slow("talk.EBMVIZ")])
def test_save_as_asks_about_the_file_that_it_would_write(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], typed: str
) -> None:
    name = "talk.EBMVIZ" if typed.isupper() or typed.endswith("Z") else "talk.ebmviz"
    target = tmp_path / name
    target.write_bytes(b"an evening's work")
    choose(monkeypatch, tmp_path / typed)
    student.window.acts["save-as"].trigger()
    assert asked == [f"“{name}” already exists."]
    assert not student.window.document.saving
    assert target.read_bytes() == b"an evening's work"
    student.window.acts["save-as"].trigger()
    student.until(lambda: student.window.document.path == target)
    assert target.read_bytes().startswith(b"PK")


def test_half_a_file_of_a_killed_window_is_removed_at_the_next_start(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not written.folders()
    for i in range(9):
        (tmp_path / f"{i}").mkdir()
        choose(monkeypatch, tmp_path / f"{i}" / "talk")
        student.window.acts["save-as"].trigger()
        student.until(lambda: not student.window.document.saving)
    folders = written.folders()
    assert folders == [tmp_path / f"{i}" for i in range(8, 0, -1)]
    half = folders[3] / f".ebmviz-{'ab' * 8}.pdf"
    half.write_bytes(b"%PDF-1.4 half")
    os.utime(half, (0, 0))
    leftovers = Leftovers()
    with student.bot.waitSignal(leftovers.found, timeout=30_000):
        leftovers.look(list, folders)
    assert [p.name for p in folders[3].iterdir()] == ["talk.ebmviz"]


@pytest.mark.parametrize("format", [slow("pdf"), "png"])
def test_a_figure_asks_too(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], format: str
) -> None:
    target = tmp_path / f"shape.{format}"
    target.write_bytes(b"somebody's")
    student.window.acts["export"].trigger()
    dialog = export_dialog(student.window)
    assert dialog is not None
    dialog.form.format.set_key(format)
    choose(monkeypatch, tmp_path / "shape")
    dialog.save_button.click()
    assert asked == [f"“{target.name}” already exists."]
    assert dialog.save_button.isEnabled()
    assert target.read_bytes() == b"somebody's"
    dialog.reject()


def test_a_file_that_another_has_changed_is_asked_about(
    student: Student, sit_down: Sit, tmp_path: Path, asked: list[str]
) -> None:
    path = tmp_path / "shared.ebmviz"
    saved(student, path)
    session = load(path, student.window.store.catalogue)
    other = sit_down(scene=session.scene, session=session, path=path)
    advanced(other, 5)
    advanced(student, 3)
    other.window.document.save()
    other.until(lambda: not other.window.document.dirty)
    assert not asked, "its own file is saved unasked"
    student.window.document.save()
    assert len(asked) == 1
    assert "changed by another" in asked[0]
    assert load(path, student.window.store.catalogue).checkpoint.step == 5
    student.window.document.save()
    student.until(lambda: not student.window.document.dirty)
    assert load(path, student.window.store.catalogue).checkpoint.step == 3
    student.window.document.save()
    assert len(asked) == 2
    assert not student.window.document.dirty


def test_closing_waits_for_a_file_that_is_being_saved(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "late")
    student.window.acts["save-as"].trigger()
    student.window.close()
    student.until(lambda: not student.window.isVisible())
    assert load(tmp_path / "late.ebmviz", student.window.store.catalogue).checkpoint.step == 0


def test_a_save_that_fails_keeps_the_window_open(student: Student, tmp_path: Path) -> None:
    window = student.window
    window.document.save_to(tmp_path / "no" / "folder.ebmviz")
    window.close()
    student.until(lambda: not window.document.saving)
    assert window.isVisible()
    assert "folder.ebmviz" in window.banner.text.text()


def test_a_save_before_the_engine_has_sent_anything_is_not_dropped_in_silence(
    student: Student, tmp_path: Path
) -> None:
    """The next engine has what is saved; without one it is said."""
    window, file = student.window, tmp_path / "early.ebmviz"
    said: list[str] = []
    window.document.failed.connect(said.append)

    def save_and_die() -> None:
        window.client.forget()
        student.engine.silence()
        window.document.save_to(file)
        student.engine.die()
        student.until(lambda: not window.document.saving)

    save_and_die()
    assert load(file, window.store.catalogue).scene == window.store.scene
    assert not said
    student.until(lambda: window.client.ready)
    save_and_die()
    student.until(lambda: said)
    assert "no weights to save yet" in said[0]


@pytest.mark.slow
def test_what_was_left_behind_says_its_step_and_time(student: Student, tmp_path: Path) -> None:
    student.window.client.advance(14)
    student.until(lambda: student.window.document.step == 14)
    kept, catalogue = student.weights(), student.window.store.catalogue
    path = tmp_path / f"autosave-999999999-{'0' * 16}.ebmviz"
    scene = student.window.store.scene
    path.write_bytes(pack(Session(scene, kept)))
    (orphan,) = Recovery(tmp_path, lambda data: unpack(data, catalogue, "it")).orphans()
    assert orphan.step == 14
    (plain,) = Recovery(tmp_path).orphans()
    assert plain.readable
    assert plain.step is None
    noon = time.mktime((2026, 3, 9, 12, 5, 0, 0, 0, -1))
    told = Orphan(path, "/home/ada/talk.ebmviz", noon, True, 1240)
    assert left_behind.offer([told], noon + 60).endswith(
        "talk.ebmviz was kept at step 1\xa0240, 12:05."
    )
    assert left_behind.sentence(told, noon + 9e5).endswith("09 Mar 2026, 12:05.")
