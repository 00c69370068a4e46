"""Places that take no file: one sentence, the old file as it was, the document still unsaved."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from ebmviz.files.session import load
from ebmviz.ui.session.document import Document
from tests.ui.conftest import Student
from tests.ui.hands import export_dialog

Place = Callable[[Path, pytest.MonkeyPatch], Path]


def full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    return folder / "old.ebmviz"


def read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def refuse(*_words: object, **_more: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)
    return folder / "old.ebmviz"


def protected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "access", lambda *a: False)
    return folder / "old.ebmviz"


def gone(folder: Path, _: pytest.MonkeyPatch) -> Path:
    (folder / "term").mkdir()
    (folder / "term").rename(folder / "last term")
    return folder / "term" / "a.ebmviz"


def a_folder(folder: Path, _: pytest.MonkeyPatch) -> Path:
    (folder / "b.ebmviz").mkdir()
    return folder / "b.ebmviz"


def a_pipe(folder: Path, _: pytest.MonkeyPatch) -> Path:
    os.mkfifo(folder / "c.ebmviz")
    return folder / "c.ebmviz"


def long(folder: Path, _: pytest.MonkeyPatch) -> Path:
    return folder / f"{'ž' * 200}.ebmviz"  # 400 bytes


def below_a_file(folder: Path, _: pytest.MonkeyPatch) -> Path:
    return folder / "old.ebmviz" / "d.ebmviz"


PLACES: dict[str, tuple[Place, str]] = {
    "full": (full, "the disk is full"),
    "read-only": (read_only, "the disk is read-only"),
    "protected": (protected, "the file is write-protected"),
    "gone": (gone, "there is no such file or folder"),
    "folder": (a_folder, "it is a folder"),
    "pipe": (a_pipe, "it is a pipe or a device"),
    "long": (long, "the name is too long"),
    "below a file": (below_a_file, "a part of the path is not a folder"),
}


@pytest.mark.slow
def test_a_save_that_cannot_be_done_loses_nothing(student: Student, tmp_path: Path) -> None:
    window, document, old = student.window, student.window.document, tmp_path / "old.ebmviz"
    done: list[bool] = []
    document.save_to(old, lambda: done.append(True))
    student.until(lambda: done)
    whole = old.read_bytes()
    window.client.advance(7)
    student.until(lambda: document.step == 7)
    said: list[str] = []
    document.failed.connect(said.append)
    for name, (place, words) in PLACES.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "old.ebmviz").write_bytes(whole)
        with pytest.MonkeyPatch.context() as patch:
            path = place(folder, patch)
            before = sorted(folder.rglob("*"))
            document.save_to(path, lambda: done.append(False))
            student.until(lambda: not document.saving)
            assert words in said[-1], name
            assert said[-1].count("\n") == 0, name
            # The autosave is elsewhere, and fails or not by itself; the window goes on.
            assert document.dirty, name
            assert document.path == old, name
        assert (folder / "old.ebmviz").read_bytes() == whole, name
        assert sorted(folder.rglob("*")) == before, f"{name}: something half done is left"
    assert len(said) == len(PLACES)
    assert done == [True]
    assert old.read_bytes() == whole
    document.save_to(old, lambda: done.append(True))
    student.until(lambda: len(done) == 2)
    assert load(old, window.store.catalogue).checkpoint.step == 7
    assert not document.dirty


def step_of(autosave: Path, document: Document) -> int:
    """Once nobody writes: for a moment the one before is a backup, and the new one not yet here."""
    document.settle()
    return load(autosave, document.store.catalogue).checkpoint.step


def test_an_autosave_on_a_full_disk_keeps_the_one_before(student: Student) -> None:
    window, document = student.window, student.window.document
    window.client.advance(3)
    student.until(lambda: document.step == 3)
    document.autosave()
    student.until(lambda: list(document.recovery.folder.glob("*.ebmviz")))
    document.settle()
    (kept,) = document.recovery.folder.glob("*.ebmviz")
    whole = kept.read_bytes()
    window.client.advance(2)
    student.until(lambda: document.step == 5)
    said: list[str] = []
    document.failed.connect(said.append)
    with pytest.MonkeyPatch.context() as patch:
        full(document.recovery.folder, patch)
        document.autosave()
        student.until(lambda: said)
        document.settle()
    assert said[0].startswith("no autosave: ")
    assert "the disk is full" in said[0]
    assert kept.read_bytes() == whole
    assert document.dirty
    document.autosave()  # there is room again
    student.until(lambda: step_of(kept, document) == 5)


def test_an_export_that_cannot_be_written_is_a_sentence(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: ("", ""))
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.form.format.set_key("svg")
    target = tmp_path / "lost" / "figure.svg"
    dialog.save_to(target)
    student.until(lambda: not dialog.progress.isVisible())
    assert "there is no such file or folder" in dialog.note.text()
    assert dialog.save_button.isEnabled()
    assert not target.parent.exists()
    dialog.close()
