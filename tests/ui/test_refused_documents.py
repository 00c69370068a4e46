"""A file that is no good changes nothing: not the document, its title, its path or its weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox

from ebmviz.core import library
from ebmviz.files.session import Session, load, pack, save
from tests.engine.test_trial import own, points
from tests.ui.conftest import Student


def broken(sound: Session, **weights: Any) -> Session:
    kept = sound.checkpoint
    changed = msgspec.structs.replace(kept, weights=kept.weights | weights)
    return msgspec.structs.replace(sound, checkpoint=changed)


@pytest.fixture
def sound(student: Student, tmp_path: Path) -> Session:
    """The document of the window, saved under a name after five steps."""
    window, path = student.window, tmp_path / "mine.ebmviz"
    window.client.advance(5)
    student.until(lambda: student.step == 5)
    saved: list[bool] = []
    window.document.save_to(path, lambda: saved.append(True))
    student.until(lambda: saved)
    return load(path, window.store.catalogue)


def test_a_bad_file_changes_nothing(student: Student, sound: Session, tmp_path: Path) -> None:
    window, document = student.window, student.window.document
    before = window.store.scene, document.path, window.windowTitle(), document.step
    real = (tmp_path / "mine.ebmviz").read_bytes()
    faults: dict[str, Session] = {
        "nan": broken(sound, w=np.full(2, np.nan, np.float32)),
        "long": broken(sound, w=np.ones(7, np.float32)),
        "yes": broken(sound, w=np.array([True, False])),
        "whole": broken(sound, w=np.array([1, 2])),
        "empty": broken(sound, w=np.zeros((2, 0), np.float32)),
        "cut": msgspec.structs.replace(sound, scene=own(points(np.zeros(5)))),
        "none": msgspec.structs.replace(sound, scene=own("")),
    }
    opened: list[object] = []
    document.opened.connect(opened.append)
    for name, session in faults.items():
        path = tmp_path / f"{name}.ebmviz"
        path.write_bytes(pack(session))
        window.banner.hide()
        document.open(path)
        student.until(window.banner.isVisible)
        assert path.name in window.banner.text.text()
        assert (window.store.scene, document.path, window.windowTitle(), document.step) == before
        assert str(path) not in document.recent
    assert not opened
    assert not document.dirty
    assert np.array_equal(student.radii(), sound.checkpoint.weights["w"])
    saved: list[bool] = []
    document.save(lambda: saved.append(True))
    student.until(lambda: saved)
    assert load(tmp_path / "mine.ebmviz", window.store.catalogue).checkpoint.step == 5
    assert len(real) > 0


def test_the_newest_file_asked_for_is_the_one_that_opens(
    student: Student, sound: Session, tmp_path: Path
) -> None:
    catalogue, document = student.window.store.catalogue, student.window.document
    for i in range(3):
        scene = msgspec.structs.replace(sound.scene, title=f"Number {i}")
        save(msgspec.structs.replace(sound, scene=scene), tmp_path / f"{i}.ebmviz", catalogue)
    opened: list[object] = []
    document.opened.connect(opened.append)
    for i in range(3):
        document.open(tmp_path / f"{i}.ebmviz")
    student.until(lambda: document.path == tmp_path / "2.ebmviz")
    student.settled()
    assert len(opened) == 1
    assert student.window.store.scene.title == "Number 2"


@pytest.mark.usefixtures("sound")
def test_an_engine_that_dies_over_a_file_leaves_the_document(
    student: Student, tmp_path: Path
) -> None:
    window, path = student.window, student.window.document.path
    student.engine.silence()  # so that the order is waiting when it dies
    window.document.open(tmp_path / "mine.ebmviz")
    student.engine.die()
    student.until(lambda: window.client.alive and window.client.ready)
    assert window.document.path == path
    assert student.step == 5


@pytest.mark.usefixtures("student")
def test_a_bad_first_file_is_not_written_over(
    sound: Session, sit_down: Callable[..., Student], tmp_path: Path
) -> None:
    path = tmp_path / "bad.ebmviz"
    path.write_bytes(pack(broken(sound, w=np.full(2, np.nan, np.float32))))
    session = load(path, library.shipped_catalogue())
    other = sit_down(scene=session.scene, session=session, path=path)
    other.until(lambda: path.name in other.window.banner.text.text())
    assert other.window.document.path is None
    assert other.window.store.scene.name == "ellipse"


@pytest.mark.slow
def test_a_bad_recovered_copy_stays(
    student: Student, sound: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = student.window.document
    folder = document.recovery.folder
    folder.mkdir(parents=True, exist_ok=True)
    orphan = folder / f"autosave-999999999-{'7' * 16}.ebmviz"
    orphan.write_bytes(pack(broken(sound, w=np.ones(9, np.float32))))
    found = next(o for o in document.recovery.orphans() if o.path == orphan)
    monkeypatch.setattr(QMessageBox, "exec", lambda self: pytest.fail("asked about nothing"))
    document.recover(found)
    student.until(student.window.banner.isVisible)
    assert "w is of shape" in student.window.banner.text.text()
    assert orphan.exists()
    assert document.path is not None
