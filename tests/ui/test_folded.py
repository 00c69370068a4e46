"""Sections of the panel fold, and stay folded in the next run."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.panel.fold import Fold
from ebmviz.ui.panel.form import Form
from tests.ui.form.panel import CATALOGUE, LEFT, get, scene_with


def panel(qtbot: QtBot) -> Form:
    theme.apply(application(), "dark")
    form = Form(CATALOGUE)
    qtbot.addWidget(form)
    form.set_scene(scene_with())
    form.show()
    return form


def test_a_click_on_the_head_folds_a_section_for_good(qtbot: QtBot) -> None:
    form = panel(qtbot)
    section, row = form.section("data"), get(form, QWidget, "data.noise.row")
    high, fold = section.sizeHint().height(), get(form, Fold, "data.fold")
    qtbot.mouseClick(section, LEFT, pos=QPoint(60, 16))
    assert (row.isVisible(), fold.isChecked()) == (False, True)
    QApplication.processEvents()
    assert section.sizeHint().height() < high / 2
    assert fold.accessibleName() == "Unfold Data"
    form.set_scene(scene_with(data__noise=0.3))
    assert not row.isVisible(), "a change of the scene unfolds nothing"
    other = panel(qtbot)
    assert not get(other, QWidget, "data.noise.row").isVisible()
    assert get(other, QWidget, "energy.latents.row").isVisible()
    qtbot.keyClick(get(other, Fold, "data.fold"), Qt.Key.Key_Space)
    assert get(other, QWidget, "data.noise.row").isVisible()
    assert get(panel(qtbot), QWidget, "data.noise.row").isVisible()


def test_a_click_below_the_head_folds_nothing(qtbot: QtBot) -> None:
    form = panel(qtbot)
    section = form.section("energy")
    qtbot.mouseClick(section, LEFT, pos=QPoint(6, section.height() - 4))
    assert not get(form, Fold, "energy.fold").isChecked()
