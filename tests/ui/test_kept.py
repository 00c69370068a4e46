"""What runs that died have left behind: listed, discarded, and offered once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from ebmviz.core import library
from ebmviz.files.recovery import Orphan, Recovery
from ebmviz.files.session import Session, pack
from ebmviz.ui.session import kept, left_behind
from ebmviz.ui.session.kept import KeptSessions
from tests.ui.conftest import Student

LEFT = Qt.MouseButton.LeftButton


def leave(folder: Path, number: int, data: bytes, document: str | None = None) -> Path:
    """An autosave of a process that is gone, older the larger its number."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"autosave-99999999{number}-{number:016x}.ebmviz"
    path.write_bytes(data)
    os.utime(path, (1.7e9 - number, 1.7e9 - number))
    if document:
        path.with_suffix(".json").write_text(json.dumps({"document": document}))
    return path


@pytest.fixture
def left(student: Student) -> list[Path]:
    """Two good sessions and a broken one, newest first."""
    scene = library.scene("ellipse", library.shipped_catalogue())
    weights = student.weights()
    good = pack(Session(scene, weights))
    folder = student.window.document.recovery.folder
    return [
        leave(folder, 1, good, "/home/ada/<b>talk.ebmviz"),
        leave(folder, 2, b"cut"),
        leave(folder, 3, good),
    ]


def opened(student: Student) -> KeptSessions:
    kept.show(student.window, student.window.document)
    found = student.window.findChildren(KeptSessions)[-1]
    student.until(lambda: found.said.text() != "Looking …")
    return found


def test_all_are_listed_and_one_is_discarded(student: Student, left: list[Path]) -> None:
    listed = opened(student)
    texts = [listed.list.item(i).text() for i in range(listed.list.count())]
    assert len(texts) == 3
    assert texts[0].startswith("<b>talk.ebmviz was kept"), "letter for letter"
    assert texts[1].endswith("it cannot be read.")
    assert texts[2].startswith("an untitled session")
    listed.list.setCurrentRow(1)
    assert not listed.recover.isEnabled()
    assert listed.discard.isEnabled()
    student.bot.mouseClick(listed.discard, LEFT)
    assert [path.exists() for path in left] == [True, False, True]
    assert listed.list.count() == 2
    listed.close()


def test_who_has_seen_them_is_not_asked_again(student: Student, left: list[Path]) -> None:
    recovery = student.window.document.recovery
    student.window.offer_recovery(recovery.orphans())
    assert student.window.banner.isVisible()
    assert "2 sessions were kept" in student.window.banner.text.text()
    student.window.banner.hide()
    opened(student).close()
    assert all(orphan.told for orphan in recovery.orphans())
    assert recovery.orphans()[0].document == "/home/ada/<b>talk.ebmviz"
    student.window.offer_recovery(recovery.orphans())
    assert not student.window.banner.isVisible()
    assert all(path.exists() for path in left), "nobody threw them away"


def test_nothing_kept_is_said(student: Student) -> None:
    listed = opened(student)
    assert "closed properly" in listed.said.text()
    assert not listed.recover.isEnabled()
    assert not listed.discard.isEnabled()
    listed.close()


def test_a_note_that_cannot_be_read_asks_again(tmp_path: Path) -> None:
    path = leave(tmp_path, 4, b"")
    path.with_suffix(".json").write_text('{"told": "yes"}')
    (orphan,) = Recovery(tmp_path).orphans()
    assert orphan == Orphan(path, None, orphan.time, False)
    assert "an untitled session" in left_behind.offer([orphan], 0.0)
