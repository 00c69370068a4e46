"""Nothing is asked when another document takes the place of one: undo goes back to it, with its
training, its branches and its file, and a crash loses none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QMessageBox

from ebmviz.core import library
from ebmviz.core.checkpoint import Progress
from ebmviz.files.recovery import Recovery
from ebmviz.files.session import load
from ebmviz.ui.session.runs import Clean, Runs
from ebmviz.ui.session.shelf import Left, Shelf
from tests.ui.conftest import Student
from tests.ui.test_branches import look_at
from tests.ui.test_undo_training import act, same, train

Sit = Callable[..., Student]


@pytest.fixture(autouse=True)
def nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_: QMessageBox) -> None:
        raise AssertionError("a question")

    monkeypatch.setattr(QMessageBox, "exec", asked)


def choose(student: Student, name: str) -> None:
    student.window._choose_scene(name)
    student.settled()


@pytest.mark.slow
def test_undo_goes_back_to_the_scene_that_was_left_and_redo_on(student: Student) -> None:
    window = student.window
    window.edit({"objective.beta": 2.0})
    before, scene = train(student, 21), window.store.scene
    choose(student, "horn")
    assert student.step == 0
    there = train(student, 4)
    act(student, "undo")
    assert window.store.scene == scene
    assert student.step == 21
    assert same(student.weights(), before)
    assert window.document.dirty
    act(student, "undo")
    assert window.store.scene["objective.beta"] == float("inf")
    act(student, "redo")
    act(student, "redo")
    assert window.store.scene.name == "horn"
    assert student.step == 4
    assert same(student.weights(), there)
    past, future = window.store.history
    assert past == ("training β ∞ → 2", "to “Horn, cold”")
    assert future == ()


def test_its_branches_come_back_too(student: Student) -> None:
    window, branching = student.window, student.window.stage.branching
    ahead = train(student, 10)
    look_at(student, 4)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 5)
    choose(student, "kmeans")
    assert window.store.runs.numbers == {0}
    act(student, "undo")
    assert (window.store.runs.current, student.step) == (1, 5)
    branching.take(0)
    student.settled()
    student.until(lambda: student.step == 10)
    assert same(student.weights(), ahead)


@pytest.mark.slow
def test_a_file_is_the_document_s_again(student: Student, tmp_path: Path) -> None:
    window, file = student.window, tmp_path / "a.ebmviz"
    train(student, 3)
    window.document.save_to(file)
    student.until(lambda: file.exists() and not window.document.dirty)
    choose(student, "horn")
    assert window.document.path is None
    act(student, "undo")
    assert window.document.path == file
    assert not window.document.dirty
    train(student, 2)
    choose(student, "horn")
    window.document.open(file)
    student.until(lambda: window.document.path == file and student.step == 3)
    act(student, "undo")
    assert window.store.scene.name == "horn"
    act(student, "undo")
    assert (window.document.path, student.step) == (file, 5)
    assert window.document.dirty


@pytest.mark.slow
def test_a_crash_loses_none_and_the_end_keeps_what_was_changed_in_a_file(
    sit_down: Sit, tmp_path: Path
) -> None:
    student = sit_down()
    window, file = student.window, tmp_path / "a.ebmviz"
    folder, catalogue = window.document.recovery.folder, window.store.catalogue

    def kept() -> list[int]:
        found = [p for p in folder.glob("autosave-*.ebmviz") if "." not in p.stem]
        return sorted(load(p, catalogue).checkpoint.step for p in found)

    train(student, 7)
    choose(student, "horn")
    student.until(lambda: kept() == [7])
    train(student, 2)
    window.document.save_to(file)
    student.until(lambda: file.exists() and not window.document.dirty)
    train(student, 1)
    choose(student, "kmeans")
    student.until(lambda: kept() == [3, 7])
    assert Recovery(folder).orphans() == [], "they are of a window that lives"
    act(student, "undo")
    act(student, "undo")
    assert student.step == 7
    act(student, "redo")
    act(student, "redo")
    student.until(lambda: kept() == [3, 7])
    window.document.close()
    assert kept() == [3]


def test_of_one_that_nothing_leads_back_to_no_copy_is_held(student: Student) -> None:
    window = student.window
    folder = window.document.recovery.folder

    def held() -> int:
        return len(list(folder.glob("autosave-*.lock")))

    train(student, 1)
    choose(student, "mixture")
    student.until(lambda: held() == 1)
    train(student, 2)
    act(student, "undo")
    student.until(lambda: held() == 2)
    window.edit({"objective.beta": 3.0})  # and the mixture is out of reach
    choose(student, "kmeans")
    student.until(lambda: held() == 1)
    assert window.store.documents == {0, 2}
    act(student, "undo")
    assert window.store.scene["objective.beta"] == 3


def test_what_is_only_seen_makes_no_document_unsaved(student: Student) -> None:
    window = student.window
    seen: dict[str, object] = {
        "view.beta": 2.0,
        "view.probe": (0.5, 0.25),
        "view.cut": (0, 0, 1, 1),
    }
    for path, value in seen.items():
        window.edit({path: value})
        assert not window.document.dirty
    window.edit({"optimizer.lr": 0.1})
    assert window.document.dirty
    window.acts["undo"].trigger()
    assert not window.document.dirty


class _Kept:
    """A place for a copy that was written."""

    there = True

    def clear(self) -> None:
        self.there = False


def test_of_what_nothing_leads_back_to_a_file_keeps_one_copy() -> None:
    scene = library.scene("ellipse", library.shipped_catalogue())
    clean = Clean(scene, Progress())
    shelf, said = Shelf(lambda sentence: said.append(sentence)), list[str]()
    a, b = Path("a.ebmviz"), Path("b.ebmviz")
    copies = {number: _Kept() for number in range(7)}
    for number, path in enumerate((a, a, b, None, a, None, a)):
        shelf.put(number, Left(path, None, clean, Progress()))
        shelf.keep(number, clean, Runs(), cast(Recovery, copies[number]))
    shelf.forget_all_but(frozenset({5, 6}))
    assert [n for n, copy in copies.items() if copy.there] == [2, 4, 5, 6]
    shelf.forget_all_but(frozenset())
    assert [n for n, copy in copies.items() if copy.there] == [2, 6]
    left, place = shelf.take(6)
    assert left.path == a
    assert place is not None
    assert said == []
