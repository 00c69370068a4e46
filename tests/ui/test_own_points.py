"""A person's own points: dropped on the window, or chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.ui.conftest import Student
from tests.ui.hands import child, drop


def test_own_points_by_drag_and_drop_and_a_bad_file_changes_nothing(
    student: Student, tmp_path: Path
) -> None:
    window = student.window
    good, bad = tmp_path / "points.csv", tmp_path / "bad.csv"
    good.write_text("a,b\n1,2\n3,4\n-1,0.5\n")
    bad.write_text("1,2\n3,oops\n")
    drop(student, good)
    assert window.store.scene["data.kind"] == "own"
    arrays = student.settled()
    assert arrays["data"].tolist() == [[1, 2], [3, 4], [-1, 0.5]]
    scene = window.store.scene
    drop(student, bad)
    assert window.store.scene == scene
    sentence = window.banner.text.text()
    assert "bad.csv" in sentence and "line 2" in sentence and "oops" in sentence
    window.acts["undo"].trigger()
    assert window.store.scene["data.kind"] == "lecture"


def test_choosing_own_points_asks_for_their_file(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = student.window, tmp_path / "mine.csv"
    path.write_text("0,0\n1,1\n")
    chosen = ["", str(path)]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (chosen.pop(0), ""))
    combo = child(student, "data.kind.combo")
    for wanted in ("lecture", "own"):
        combo.set_key("own")
        combo.activated.emit(combo.currentIndex())
        assert window.store.scene["data.kind"] == wanted
        assert combo.key() == wanted
    assert student.settled()["data"].tolist() == [[0, 0], [1, 1]]
