"""The panel offers what does something in the scene, and the pointer is told what lies under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.ui.controls.combo import Combo
from tests.ui.conftest import Student
from tests.ui.hands import child, on_map

Sit = Callable[..., Student]
CATALOGUE = library.shipped_catalogue()
PLAIN = ["energy", "push", "push-one", "probability", "chains"]


def keys(combo: Combo) -> list[Any]:
    return [combo.itemData(i) for i in range(combo.count())]


def move(student: Student, x: float, y: float) -> None:
    """The mouse to a place of the map."""
    viewport, at = student.window.landscape.canvas.viewport(), QPointF(on_map(student, x, y))
    none = Qt.MouseButton.NoButton
    kind, plain = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
    there = QPointF(viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, QMouseEvent(kind, at, there, none, none, plain))


def test_the_list_of_pictures_follows_the_energy(sit_down: Sit) -> None:
    shown = library.scene("vae", CATALOGUE)
    student = sit_down(scene=replace(shown, {"view.picture": "variational"}, CATALOGUE))
    window, combo = student.window, child(student, "view.picture.combo")
    assert keys(combo) == ["energy", "push", "push-one", "probability", "variational", "chains"]
    assert combo.currentText() == "Variational F̃"
    window.edit({"energy.kind": "mixture"})
    student.settled()
    assert child(student, "view.picture.combo") is combo, "the row stays, and its focus with it"
    assert (keys(combo), combo.key()) == (PLAIN, "energy")
    assert "the map shows “Energy”" in window.banner.text.text()
    window.acts["undo"].trigger()
    assert combo.key() == window.store.scene.view.picture == "variational"
    window.edit({"sampler.chains": 0})
    assert "chains" not in keys(combo)


@pytest.mark.slow
def test_the_joint_model_judges_the_place_under_the_mouse(sit_down: Sit) -> None:
    student = sit_down("jem")
    view = student.window.landscape
    student.settled()
    row = child(student, "judged")
    assert row.isVisible()
    assert row.text().startswith("Point at the map")
    move(student, -3.0, 2.0)
    before = row.text()
    assert before.startswith("ln p(x) = ")
    assert "% of the data" in before
    move(student, 0.0, 1.5)
    student.until(lambda: row.text() != before)
    here = row.text()
    student.window.edit({"seed": 11})
    student.settled()
    assert row.text() not in (here, before), "the map moved under a mouse at rest"
    assert "F_β = " in view.detail._texts[1]
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert row.text().startswith("Point at the map")
    assert view.detail._texts[1] == ""
    student.window.edit({"view.beta": float("inf")})
    assert "move β" in row.text()
    student.window.edit({"view.dimension": "3-D"})
    assert not row.isVisible()


@pytest.mark.slow
def test_no_other_scene_is_judged(student: Student) -> None:
    assert child(student, "judged").isHidden()
