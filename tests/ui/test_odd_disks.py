"""A drive that goes away and comes back, two windows on one file, a clock that runs backwards."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from ebmviz.core import library
from ebmviz.files.recovery import Recovery
from ebmviz.files.session import load
from tests.ui.conftest import Student

CATALOGUE = library.shipped_catalogue()
Sit = Callable[..., Student]


def answering(monkeypatch: pytest.MonkeyPatch, *answers: QMessageBox.StandardButton) -> list[str]:
    """The questions that come, each answered so; more of them are an error."""
    asked: list[str] = []
    left = list(answers)

    def answer(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return left.pop(0)

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return asked


def saved(student: Student, path: Path) -> None:
    document, done = student.window.document, []
    document.save_to(path, lambda: done.append(True))
    student.until(lambda: bool(done))


def opened(sit_down: Sit, path: Path) -> Student:
    session = load(path, CATALOGUE)
    seat = sit_down(scene=session.scene, session=session, path=path)
    seat.settled()
    return seat


def test_a_drive_that_goes_away_loses_nothing(student: Student, tmp_path: Path) -> None:
    window, drive, elsewhere = student.window, tmp_path / "drive", tmp_path / "elsewhere"
    drive.mkdir()
    path = drive / "a.ebmviz"
    saved(student, path)
    window.edit({"view.beta": 3.0, "optimizer.lr": 0.25})
    drive.rename(elsewhere)
    window.banner.hide()
    window.document.save()
    student.until(lambda: window.banner.isVisible())
    assert "a.ebmviz" in window.banner.text.text()
    assert window.document.dirty
    window.document.autosave()
    folder = window.document.recovery.folder
    student.until(lambda: any(folder.glob("autosave-*.ebmviz")))
    elsewhere.rename(drive)
    assert load(path, CATALOGUE).scene["optimizer.lr"] != 0.25
    window.document.save()
    student.until(lambda: not window.document.dirty)
    assert load(path, CATALOGUE).scene["optimizer.lr"] == 0.25


def test_of_two_windows_on_one_file_the_second_asks_before_it_replaces(
    sit_down: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, buttons = tmp_path / "a.ebmviz", QMessageBox.StandardButton
    one = sit_down()
    saved(one, path)
    two = opened(sit_down, path)
    before = path.stat()
    one.window.edit({"optimizer.lr": 0.25})
    saved(one, path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # its clock runs behind
    two.window.edit({"optimizer.lr": 0.5})
    asked = answering(monkeypatch, buttons.Cancel, buttons.Save)
    two.window.document.save()
    assert len(asked) == 1
    assert two.window.document.dirty
    assert load(path, CATALOGUE).scene["optimizer.lr"] == 0.25
    two.window.document.save()
    two.until(lambda: not two.window.document.dirty)
    assert len(asked) == 2
    assert load(path, CATALOGUE).scene["optimizer.lr"] == 0.5


@pytest.mark.parametrize("since", [True, False], ids=["saved since", "as it was"])
def test_what_another_saved_since_a_crash_is_asked_about_whatever_the_clock_says(
    sit_down: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, since: bool
) -> None:
    path, buttons = tmp_path / "a.ebmviz", QMessageBox.StandardButton
    one = sit_down()
    saved(one, path)
    one.window.edit({"optimizer.lr": 0.25})
    one.window.document.autosave()
    folder = one.window.document.recovery.folder
    one.until(lambda: any(folder.glob("autosave-*.json")))
    one.window.document.settle()  # the note comes before the copy
    left = tmp_path / "left"
    shutil.copytree(folder, left)  # as a crash of this window would leave it
    if since:
        other = sit_down()
        other.window.edit({"optimizer.lr": 0.5})
        saved(other, path)
    os.utime(path, (1e9, 1e9))  # long before the crash
    two = sit_down()
    (orphan,) = Recovery(left).orphans()
    two.window.document.recover(orphan)
    two.until(lambda: two.window.store.scene["optimizer.lr"] == 0.25)
    two.settled()
    asked = answering(monkeypatch, *([buttons.Save] if since else []))
    two.window.document.save()
    two.until(lambda: not two.window.document.dirty)
    assert len(asked) == since
    assert load(path, CATALOGUE).scene["optimizer.lr"] == 0.25
