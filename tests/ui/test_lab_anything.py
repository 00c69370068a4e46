"""The lab over anything, by mouse and keys: what varies, one alone, leaving out, adopting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from ebmviz.ui.views.lab_view import LabView
from tests.ui.conftest import Student

Sit = Callable[..., Student]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def lab(student: Student) -> LabView:
    """Open, over three seeds."""
    student.window.edit({"energy.init": "random"})
    student.window.edit({"view.lab": True, "view.lanes": "seed=1,2,3"})
    return shown(student, "seed=1", "seed=2", "seed=3")


def shown(student: Student, *keys: str) -> LabView:
    view = student.window.stage.lab
    student.until(lambda: view.shown == list(keys))
    return view


def write(student: Student, box: QLineEdit, text: str) -> None:
    box.setFocus()
    box.selectAll()
    student.bot.keyClicks(box, text)
    student.bot.keyClick(box, Qt.Key.Key_Return)


def test_what_varies_is_chosen_and_written(student: Student, lab: LabView) -> None:
    row, store = lab.row, student.window.store
    assert row.first.path.key() == "seed"
    assert row.first.values.text() == "1, 2, 3"
    offered = [row.first.path.itemData(i) for i in range(row.first.path.count())]
    assert {"objective.loss", "optimizer.lr", "objective.beta", "energy.latents"} <= set(offered)
    assert not {"device", "view.beta", "optimizer.lr.slider"} & set(offered)
    row.first.path.set_key("optimizer.lr")
    row.first.path.activated.emit(0)
    assert store.scene.view.lanes == "optimizer.lr=0.025,0.05,0.1,0.2,0.4,0.8"
    write(student, row.first.values, "0.1, 0.3")
    shown(student, "optimizer.lr=0.1", "optimizer.lr=0.3")
    write(student, row.first.values, "0.1, -3")
    assert "−3 is outside" in student.window.banner.text.text()
    assert store.scene.view.lanes == "optimizer.lr=0.1,0.3"
    row.second.path.set_key("seed")
    row.second.path.activated.emit(0)
    assert store.scene.view.lanes == "optimizer.lr=0.1,0.3;seed=7,8,9"
    student.until(lambda: len(lab.shown) == 6)
    student.window.acts["undo"].trigger()
    shown(student, "optimizer.lr=0.1", "optimizer.lr=0.3")
    row.first.path.set_key("objective.loss")
    row.first.path.activated.emit(0)
    named = {action.text(): action for action in row.first.menu.actions()}
    assert named["Hinge"].isChecked()
    named["Hinge"].trigger()
    assert "hinge" not in store.scene.view.losses.split(",")
    assert "nll" in store.scene.view.losses.split(",")
    assert store.scene.view.lanes == ""


@pytest.mark.slow
def test_keys_are_the_windows_once_values_are_entered(student: Student, lab: LabView) -> None:
    write(student, lab.row.first.values, "1, 2")
    shown(student, "seed=1", "seed=2")
    assert not lab.row.first.values.hasFocus()
    assert student.window.isActiveWindow() == lab.hasFocus()


@pytest.mark.slow
def test_maps_have_the_window_of_the_scene_and_the_controls_that_they_follow(
    student: Student, lab: LabView
) -> None:
    window = student.window
    window.resize(1024, 768)
    student.settled()
    assert lab.isVisible()
    assert student.shown.scene.view.window == window.store.scene.view.window
    controls = window.central.controls
    named = {b.objectName() for b in controls.findChildren(QPushButton) if not b.isHidden()}
    assert named & {"map.picture", "map.minima", "map.chains"} == {"map.picture"}
    window.edit({"view.lab": False})
    student.settled()
    assert student.shown.scene.view.window != window.store.scene.view.window


def test_one_is_seen_alone_and_all_come_back(student: Student, lab: LabView) -> None:
    tile = lab.mosaic.tiles[1].canvas.viewport()
    student.bot.mouseClick(tile, LEFT)
    student.bot.mouseDClick(tile, LEFT)
    shown(student, "seed=2")
    assert student.window.store.scene.view.lab, "the first click of two adopts nothing"
    assert lab.detail.text().startswith("one of 3")
    assert not student.window.toolbar.scenes.hasFocus(), "the tile that had it is gone"
    lab.setFocus()
    student.bot.keyClick(lab, Qt.Key.Key_Escape)
    shown(student, "seed=1", "seed=2", "seed=3")


def test_a_lane_is_left_out_and_the_others_go_on(student: Student, lab: LabView) -> None:
    student.window.client.advance(4)
    student.until(lambda: student.step == 4)
    student.bot.keyClick(lab.mosaic.tiles[1], Qt.Key.Key_Delete)
    shown(student, "seed=1", "seed=3")
    assert student.step == 4
    lab._fill("seed=1", 0)
    names = [action.text() for action in lab.menu.actions()]
    assert names == ["Go on with this run\tEnter", "Show it alone\tZ", "Leave out seed 1"]


def test_a_lane_is_adopted_with_its_scene_and_undo_goes_back(
    student: Student, lab: LabView
) -> None:
    student.window.client.advance(5)
    student.until(lambda: student.step == 5)
    student.bot.keyClick(lab.mosaic.tiles[2], Qt.Key.Key_Return)
    scene = student.window.store.scene
    assert (scene["seed"], scene.view.lab) == (3, False)
    student.settled()
    adopted = student.weights()
    assert adopted.progress == (5, 5)
    student.window.client.advance(1)
    student.until(lambda: student.step == 6)
    assert not np.array_equal(student.weights().weights["w"], adopted.weights["w"])
    student.window.acts["undo"].trigger()
    assert student.window.store.scene.view.lab
    shown(student, "seed=1", "seed=2", "seed=3")
