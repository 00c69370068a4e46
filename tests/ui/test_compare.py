"""A | B | B − A in the window: one pointer, one cut, one probe; branches, steps and sessions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QFileDialog

from ebmviz.figures.base.figure import Shot
from ebmviz.files.opening import open_file
from ebmviz.ui.views.compare_map import CompareMap
from ebmviz.ui.views.compare_view import CompareView
from tests.scenes import CATALOGUE, built_in
from tests.ui.conftest import Student
from tests.ui.hands import click, drag, export_dialog
from tests.ui.test_branches import look_at
from tests.ui.test_undo_training import train

Sit = Callable[..., Student]


def view(student: Student) -> CompareView:
    return student.window.stage.mains.compare


def compared(student: Student, key: str) -> None:
    """Wait for the picture of what is compared."""
    assert student.window.store.scene.view.compare == key
    student.settled()
    student.until(lambda: student.shown.scene.view.compare == key and student.shown.beside)
    student.until(lambda: view(student).maps[0].canvas.width() > 100)


def choose(student: Student, key: str) -> None:
    combo = view(student).row.other
    combo.set_key(key)
    assert combo.key() == key, "it is offered"
    combo.activated.emit(combo.currentIndex())
    compared(student, key)


def place(on: CompareMap, x: float, y: float) -> QPoint:
    return on.canvas.mapFromScene(on.plane.mapViewToScene(QPointF(x, y)))


@pytest.mark.slow
def test_a_key_compares_with_where_it_began_and_again_with_nothing(student: Student) -> None:
    window = student.window
    train(student, 8)
    window.activateWindow()
    student.until(window.isActiveWindow)
    student.bot.keyClick(window, Qt.Key.Key_K)
    compared(student, "0@0")
    card = view(student)
    assert card.isVisible()
    assert not window.landscape.isVisible()
    assert window.central.side.isHidden(), "three maps have the place of the side"
    assert [each.title.text() for each in card.maps] == ["A · step 8", "B · step 0", "B − A"]
    assert card.row.other.currentText() == "this branch, step 0"
    assert window.acts["compare"].isChecked()
    train(student, 3)
    student.until(lambda: card.maps[0].title.text() == "A · step 11")
    assert card.maps[1].title.text() == "B · step 0", "it stands still"
    click(student, "compare")
    assert window.landscape.isVisible()
    assert not window.central.side.isHidden()
    assert not window.acts["compare"].isChecked()


def test_probe_cut_window_and_pointer_are_of_all_three(student: Student) -> None:
    train(student, 4)
    student.window.acts["compare"].trigger()
    compared(student, "0@0")
    maps, store = view(student).maps, student.window.store
    second = maps[1]
    start = place(second, *store.scene.view.probe)
    drag(second.canvas.viewport(), start, start + QPoint(9, 0), start + QPoint(18, 7))
    probe = np.array(store.scene.view.probe)
    assert probe[0] > 0.61
    assert all(np.allclose(each.probe.at[0], probe) for each in maps)
    ends = np.array(store.scene.view.cut).reshape(2, 2)
    middle = place(maps[2], *ends.mean(0))
    drag(maps[2].canvas.viewport(), middle, middle + QPoint(8, 0), middle + QPoint(16, 0))
    moved = np.array(store.scene.view.cut).reshape(2, 2)
    assert (moved[:, 0] > ends[:, 0] + 0.05).all()
    assert all(np.allclose(each.cut.at, moved) for each in maps)
    student.settled()
    first = maps[0]
    at = place(first, -1.0, 0.75)
    student.bot.mouseMove(first.canvas.viewport(), at)
    student.until(lambda: first.title.aside() != "")
    read = [each.title.aside() for each in maps]
    numbers = [float(each.rpartition(" = ")[2].replace("−", "-")) for each in read]
    assert numbers[2] == pytest.approx(numbers[1] - numbers[0], abs=5e-3)
    assert [each.pointer.isVisible() for each in maps] == [False, True, True]
    assert "= " in view(student).detail.aside()
    first.hovered.emit(None)
    assert [each.title.aside() for each in maps] == ["", "", ""]
    left = store.scene.view.window[0]
    first.plane.tell.zoomed.emit(0.5, 0.0, 0.0)
    student.settled()
    assert store.scene.view.window[0] == pytest.approx(left / 2)
    shown = np.array([each.plane.viewRange()[0] for each in maps])
    pixel = np.ptp(shown[0]) / first.plane.rect().width()
    assert np.ptp(shown, axis=0).max() <= pixel  # which a third of a width may lack
    student.until(lambda: alike_large(maps))  # numbers on an axis have their room once painted


def alike_large(maps: tuple[CompareMap, ...]) -> bool:
    """To the pixel that a third of a width may lack."""
    areas = [each.plane.rect() for each in maps]
    sides = ([getattr(area, side)() for area in areas] for side in ("width", "height"))
    return all(max(each) - min(each) <= 1 for each in sides)


@pytest.mark.slow
def test_maps_have_one_size(student: Student) -> None:
    student.window.acts["compare"].trigger()
    compared(student, "0@0")
    student.window.resize(1024, 768)
    student.until(lambda: student.window.width() == 1024)
    student.settled()
    student.until(lambda: alike_large(view(student).maps))


def branched(student: Student) -> None:
    """Branch 1 of 20 steps, and branch 2 under β = 1 from step 6, gone on with at step 7."""
    train(student, 20)
    look_at(student, 6)
    student.window.edit({"objective.beta": 1.0})
    student.window.acts["step"].trigger()
    student.until(lambda: student.step == 7)


def test_branches_are_compared_and_swapped(student: Student) -> None:
    branched(student)
    window, card = student.window, view(student)
    window.acts["compare"].trigger()
    compared(student, "0")
    assert card.row.own.text() == "branch 2"
    assert card.row.other.currentText() == "branch 1, newest step"
    assert card.caption.text().startswith("B is branch 1: training β ∞ instead of 1; ")
    along = {k: cut(shot) for k, shot in (("a", student.shown), ("b", other(student)))}
    card.row.swap.click()
    compared(student, "1")
    student.until(lambda: student.step == 20)
    assert card.row.own.text() == "branch 1"
    assert np.array_equal(cut(student.shown), along["b"])
    assert np.array_equal(cut(other(student)), along["a"])
    window.stage.branching.take(1)  # a click at the timeline does the same
    compared(student, "0")
    window.acts["delete-branch"].trigger()
    student.until(lambda: window.store.runs.current == 0)
    assert window.store.scene.view.compare == "", "what was compared with is the run itself"


def other(student: Student) -> Shot:
    found = student.shown.beside
    assert found is not None
    return found


def cut(shot: Shot) -> np.ndarray:
    """F along the cut, which does not depend on the size of the maps."""
    return np.asarray(shot.snapshot.arrays["section"])


@pytest.mark.slow
def test_a_branch_that_is_deleted_is_not_compared_with_and_undo_brings_both_back(
    student: Student,
) -> None:
    branched(student)
    window = student.window
    window.acts["compare"].trigger()
    compared(student, "0")
    window.past.delete(0)
    assert window.store.scene.view.compare == ""
    assert window.landscape.isVisible()
    window.acts["undo"].trigger()
    compared(student, "0")


def test_steps_of_a_branch_are_compared_and_swapped(student: Student) -> None:
    window, card = student.window, view(student)
    train(student, 15)
    window.edit({"view.bookmarks": "4 fold"})
    menu = window.past.menu(9, None)
    next(a for a in menu.actions() if a.text() == "Compare with step 9").trigger()
    compared(student, "0@9")
    choose(student, "0@4")
    assert card.row.other.currentText() == "“fold”, step 4"
    assert card.maps[1].title.text() == "B · step 4"
    card.row.swap.click()
    compared(student, "0")
    student.until(lambda: student.step == 4)
    assert other(student).snapshot.step == 15
    card.row.pin.click()
    compared(student, "0@4")
    assert card.caption.text() == "A and B are equal all over the map"
    card.row.close_button.click()
    assert window.landscape.isVisible()


def test_another_session_stands_beside_as_a_branch(
    sit_down: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    student = sit_down(scene=built_in("ellipse", optimizer__lr=0.05))
    window, path = student.window, tmp_path / "slow one.ebmviz"
    theirs = train(student, 6)
    window.document.save_to(path)
    student.until(path.exists)
    window.document.begin(built_in("ellipse"))
    student.settled()
    train(student, 9)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(path), ""))
    window.acts["compare-session"].trigger()
    student.until(lambda: window.store.scene.view.compare == "1")
    compared(student, "1")
    assert view(student).row.other.currentText() == "slow one, newest step"
    assert view(student).caption.text().startswith("B is slow one: rate η 0.05 instead of 0.2; ")
    assert other(student).snapshot.step == 6
    assert student.step == 9, "the run that it stands beside goes on"
    window.stage.branching.take(1)
    student.until(lambda: student.step == 6)
    assert np.array_equal(student.weights().weights["w"], theirs.weights["w"])
    window.acts["undo"].trigger()
    window.acts["undo"].trigger()
    assert window.store.runs.numbers == {0}
    assert window.landscape.isVisible()


@pytest.mark.parametrize("what", ["no session", "no map"])
def test_a_file_that_cannot_stand_beside_changes_nothing(
    student: Student, tmp_path: Path, what: str
) -> None:
    window, path = student.window, tmp_path / "x.ebmviz"
    path.write_bytes(b"nothing")
    before = window.store.scene
    if what == "no map":
        window.document.begin(built_in("dimension"))
        student.until(lambda: student.shown.scene.name == "dimension")
        window.document.save_to(path)
        student.until(lambda: not window.document.saving)
        window.acts["undo"].trigger()
        student.settled()
    window.comparing.open(path)
    student.until(lambda: "x.ebmviz" in window.banner.text.text())
    assert window.store.scene == before
    assert window.store.runs.numbers == {0}


@pytest.mark.slow
def test_a_session_saved_while_comparing_opens_so(student: Student, tmp_path: Path) -> None:
    branched(student)
    window, path = student.window, tmp_path / "two.ebmviz"
    window.acts["compare"].trigger()
    compared(student, "0")
    along = cut(student.shown), cut(other(student))
    window.document.save_to(path)
    student.until(lambda: path.exists() and not window.document.saving)
    window.document.begin(built_in("kmeans"))
    student.settled()
    window.document.open(path)
    student.until(lambda: window.store.scene.view.compare == "0")
    compared(student, "0")
    assert np.array_equal(cut(student.shown), along[0])
    assert np.array_equal(cut(other(student)), along[1])


def test_the_figure_that_is_exported_opens_with_both(student: Student, tmp_path: Path) -> None:
    branched(student)
    window, path = student.window, tmp_path / "both.svg"
    window.stage.branching.rename(0, "my_first")
    window.acts["compare"].trigger()
    compared(student, "0")
    window.publisher.export()
    dialog = export_dialog(window)
    assert dialog.form.figure.key() == "compare", "what is on the screen is offered first"
    dialog.form.format.set_key("svg")
    with student.bot.waitSignal(dialog.saved, timeout=30_000):
        dialog.save_to(path)
    dialog.close()
    written = path.read_text("utf-8")
    assert "B − A" in written
    assert "my_first" in written, "which branch B is"
    inside = open_file(path, CATALOGUE).session
    assert inside
    there = {b.number: b.checkpoint.step for b in inside.branches if b.checkpoint}
    assert there == {0: 20}, "the other keeps its number; the own is the session's"
    assert inside.scene.view.compare == "0"


@pytest.mark.slow
def test_a_scene_without_a_map_offers_nothing_to_compare(sit_down: Sit) -> None:
    student = sit_down("dimension")
    assert not student.window.acts["compare"].isEnabled()
    assert not student.window.acts["compare-session"].isEnabled()


@pytest.mark.slow
def test_an_engine_that_was_lost_comes_back_with_both(student: Student) -> None:
    branched(student)
    window = student.window
    window.acts["compare"].trigger()
    compared(student, "0")
    student.weights()  # which is what is gone on from
    there, engine = cut(other(student)), student.engine
    engine.die()

    student.another_engine(engine)
    student.settled()
    student.until(lambda: student.shown.beside is not None)
    assert np.array_equal(cut(other(student)), there)


def test_a_session_asked_for_beside_one_document_does_not_join_another(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = student.window, tmp_path / "late.ebmviz"
    window.document.save_to(path)
    student.until(lambda: path.exists() and not window.document.saving)
    answers: list[Callable[[object], None]] = []
    monkeypatch.setattr(window.client, "attempt", lambda _s, _k, then: answers.append(then))
    window.comparing.open(path)
    window.document.begin(built_in("kmeans"))
    answers[0](None)
    assert window.store.runs.numbers == {0}
    assert window.store.scene.view.compare == ""
    window.comparing.open(path)
    answers[1](None)
    assert window.store.scene.view.compare == "1", "the document that asked gets it"
