"""A person's own points: dropped on the window, or chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QTableWidget

from ebmviz.ui.tables.columns_dialog import ColumnsDialog
from tests.ui.conftest import Student
from tests.ui.hands import child, child_of, drop


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
    assert "bad.csv" in sentence
    assert "line 2" in sentence
    assert "oops" in sentence
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


def heads(grid: QTableWidget) -> list[str]:
    return [grid.model().headerData(n, Qt.Orientation.Horizontal) for n in range(4)]


def test_a_table_of_more_columns_shows_its_rows_and_asks(student: Student, tmp_path: Path) -> None:
    window, path = student.window, tmp_path / "wide.csv"
    path.write_text("time [s],u_1,<b>v</b>,kind\n0.5,1,2,a\n1.5,3,4,b\n")
    seen: dict[str, object] = {}

    def choose(first: str, accept: bool) -> None:
        dialog = window.findChild(ColumnsDialog)
        assert dialog is not None
        grid = dialog.findChild(QTableWidget)
        assert grid is not None
        seen["head"] = heads(grid)
        seen["row"] = [str(grid.model().index(1, n).data()) for n in range(4)]
        y1 = dialog.boxes["y1"]
        seen["began"] = (y1.key(), dialog.boxes["y2"].key())
        seen["choice"] = y1.itemText(1)
        words = y1.model().index(3, 0)
        assert not words.flags() & Qt.ItemFlag.ItemIsEnabled
        y1.set_key(first)
        y1.activated.emit(y1.currentIndex())
        button = QDialogButtonBox.StandardButton.Open if accept else None
        which = button or QDialogButtonBox.StandardButton.Cancel
        dialog.buttons.button(which).click()

    before = window.store.scene
    QTimer.singleShot(0, lambda: choose("3", accept=False))
    drop(student, path)
    assert window.store.scene == before
    assert seen["head"] == ["y₁\ntime [s]", "y₂\nu_1", "\n<b>v</b>", "\nkind"]
    assert seen["row"] == ["1.5", "3", "4", "b"]
    assert seen["choice"] == "u_1"
    QTimer.singleShot(0, lambda: choose("3", accept=True))
    drop(student, path)
    assert seen["began"] == ("1", "2")
    assert student.settled()["data"].tolist() == [[2, 1], [4, 3]]
    said = "wide.csv: 2 points, columns <b>v</b>, u_1 of 4; 1 heading"
    assert child(student, "data.note").text() == said
    QTimer.singleShot(0, lambda: choose("1", accept=True))
    drop(student, path)
    assert seen["began"] == ("3", "2")  # as last time


def test_a_table_with_labels_makes_classes_in_the_scene_that_is_chosen(
    student: Student, tmp_path: Path
) -> None:
    window, path = student.window, tmp_path / "kinds.csv"
    path.write_text("a,b,kind\n1,2,<i>u</i>\n3,4,v\n-1,0.5,w\n0,0,v\n")
    seen: dict[str, object] = {}

    def choose() -> None:
        dialog = window.findChild(ColumnsDialog)
        assert dialog is not None
        label, where = dialog.boxes["label"], dialog.where
        opens = dialog.buttons.button(QDialogButtonBox.StandardButton.Open)
        seen["began"] = (label.key(), where.key(), opens.isEnabled(), opens.isDefault())
        label.set_key("3")
        label.activated.emit(label.currentIndex())
        seen["after"] = (where.key(), opens.isEnabled())
        seen["present"] = bool(where.model().index(0, 0).flags() & Qt.ItemFlag.ItemIsEnabled)
        seen["note"] = dialog.note.text()
        dialog.boxes["y2"].set_key("none")
        dialog.boxes["y2"].activated.emit(0)
        seen["bad"] = (dialog.note.text(), opens.isEnabled())
        dialog.boxes["y2"].set_key("2")
        dialog.boxes["y2"].activated.emit(0)
        seen["again"] = where.key()
        where.set_key("jem")
        where.activated.emit(where.currentIndex())
        opens.click()

    QTimer.singleShot(0, choose)
    drop(student, path)
    assert seen["began"] == ("none", "here", True, True)
    assert seen["after"] == ("multiclass", True)
    assert not seen["present"]
    assert seen["note"] == (
        "4 points, columns x₁ = a, x₂ = b, label = kind; 1 heading; 3 classes: <i>u</i>, v, w."
    )
    assert seen["bad"] == ("Classes need x1 and x2 beside the label.", False)
    assert seen["again"] == "multiclass"
    student.until(lambda: window.store.scene["energy.kind"] == "jem")
    found = student.settled()
    assert found["data_class"].tolist() == [0, 1, 2, 1]
    assert found["data"].tolist() == [[1, 2], [3, 4], [-1, 0.5], [0, 0]]
    assert "3 classes: <i>u</i>, v, w" in child(student, "data.note").text()
    # In a scene of classes a table without labels is asked about, not refused in silence.
    path.write_text("a,b\n1,2\n3,4\n")
    QTimer.singleShot(0, lambda: child_of(window, ColumnsDialog).reject())
    before = window.store.scene
    drop(student, path)
    assert window.store.scene == before


@pytest.mark.slow
def test_four_columns_are_two_views_of_each_thing(
    sit_down: Callable[..., Student], tmp_path: Path
) -> None:
    student = sit_down("joint-embedding")
    window, path = student.window, tmp_path / "views.csv"
    path.write_text("a,b,c,d\n1,2,1.5,2.5\n3,4,3.5,3.75\n-1,0.5,-1,0.25\n")
    seen: dict[str, object] = {}

    def choose() -> None:
        dialog = window.findChild(ColumnsDialog)
        assert dialog is not None
        seen["second"] = [not dialog.boxes[role].isHidden() for role in ("v1", "v2")]
        seen["names"] = [dialog.boxes[role].accessibleName() for role in ("y1", "y2", "v1", "v2")]
        seen["heads"] = heads(dialog.preview)
        seen["note"] = dialog.note.text()
        dialog.buttons.button(QDialogButtonBox.StandardButton.Open).click()

    QTimer.singleShot(0, choose)
    drop(student, path)
    student.until(lambda: window.store.scene["data.kind"] == "own-views")
    assert seen["second"] == [True, True]
    assert seen["names"] == ["x₁", "x₂", "y₁", "y₂"]
    assert seen["heads"] == ["x₁\na", "x₂\nb", "y₁\nc", "y₂\nd"]
    assert seen["note"] == "3 pairs, columns x₁ = a, x₂ = b, y₁ = c, y₂ = d; 1 heading."
    assert student.settled()["data"].tolist() == [[1, 2], [3, 4], [-1, 0.5]]
    assert "3 pairs" in child(student, "data.note").text()
