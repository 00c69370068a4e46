"""The controls of the map are at the map: a click away, by mouse and keys, over nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from ebmviz.core.catalogue import PARTS
from ebmviz.core.scene import visible
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.panel.popover import Popover
from tests.scenes import CATALOGUE
from tests.ui.conftest import Student
from tests.ui.hands import LEFT, child, drag


def shown(student: Student) -> list[str]:
    """The titles of what floats over the window."""
    every = student.window.central.findChildren(Popover)
    return [each.section.title.text() for each in every if each.isVisible()]


def paths(student: Student, name: str) -> set[str]:
    section = child(student, f"map.{name}.settings")
    return {row.path for row in section.rows()}


@pytest.mark.slow
def test_each_group_has_its_own_parameters_and_the_panel_has_none_of_them(
    student: Student,
) -> None:
    window = student.window
    assert {"view.picture", "view.contours", "view.resolution"} <= paths(student, "picture")
    assert paths(student, "arrows") == {"view.arrows"}
    assert paths(student, "minima") == {"view.topology"}
    assert paths(student, "descents") == {"view.inference"}
    window.edit({"view.topology": "minima", "view.inference": "gradient"})
    assert paths(student, "minima") == {"view.topology", "view.depth"}
    assert {"view.starts", "view.over"} <= paths(student, "descents")
    assert {"sampler.chains", "sampler.step"} <= paths(student, "chains")
    parts = {row.path.partition(".")[0] for s in window.form._sections for row in s.rows()}
    assert not parts & {"view", "sampler"}


def test_it_opens_beside_its_button_and_closes_with_a_press_elsewhere(student: Student) -> None:
    window, bot = student.window, student.bot
    button = child(student, "map.arrows")
    assert isinstance(button, QPushButton)
    bot.mouseClick(button, LEFT)
    assert shown(student) == ["Arrows"]
    (open_,) = [p for p in window.central.findChildren(Popover) if p.isVisible()]
    assert open_.geometry().top() > button.mapTo(window.central, QPoint(0, 0)).y()
    assert window.central.rect().contains(open_.geometry())
    combo = child(student, "view.arrows.combo")
    assert isinstance(combo, Combo)
    bot.mouseClick(combo, LEFT)
    bot.keyClick(combo.view(), Qt.Key.Key_Up)
    bot.keyClick(combo.view(), Qt.Key.Key_Return)
    assert shown(student) == ["Arrows"], "a list of its own is no place elsewhere"
    assert window.store.scene.view.arrows == "off"
    bot.mouseClick(button, LEFT)
    assert shown(student) == []
    bot.mouseClick(child(student, "map.minima"), LEFT)
    bot.mouseClick(child(student, "map.picture"), LEFT)
    assert shown(student) == ["Picture"], "one at a time"
    slider = child(student, "view.contours.slider")
    assert isinstance(slider, ScaleSlider)
    drag(slider, QPoint(4, 8), QPoint(40, 8))
    assert shown(student) == ["Picture"]
    bot.mouseClick(window.landscape, LEFT, pos=QPoint(60, 10))
    assert shown(student) == []
    assert not child(student, "map.picture").isChecked()


@pytest.mark.slow
def test_the_lab_offers_of_the_picture_what_its_small_maps_have(student: Student) -> None:
    window = student.window
    window.edit({"view.follow": True})
    window.edit({"view.lab": True, "view.lanes": "seed=1,2"})
    student.settled()
    shown = {
        row.path
        for row in child(student, "map.picture.settings").rows()
        if row.isVisibleTo(row.parentWidget())
    }
    assert shown == {"view.resolution", "view.levels", "view.colormap"}
    window.edit({"view.lab": False})
    assert {"view.picture", "view.contours", "view.follow"} <= paths(student, "picture")


def test_keys_open_it_and_esc_gives_the_focus_back(student: Student) -> None:
    window, bot = student.window, student.bot
    window.activateWindow()
    student.until(window.isActiveWindow)
    button = child(student, "map.minima")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    bot.keyClick(button, Qt.Key.Key_Return)
    combo = child(student, "view.topology.combo")
    assert combo.hasFocus()
    bot.keyClick(combo, Qt.Key.Key_Escape)
    assert shown(student) == []
    assert window.landscape.hasFocus()


def test_a_right_click_on_a_name_opens_its_settings(student: Student) -> None:
    window = student.window
    student.settled()
    item = window.landscape.legend.item("contours")
    reason = QContextMenuEvent.Reason.Mouse
    at = item.rect().center()
    QApplication.sendEvent(item, QContextMenuEvent(reason, at, item.mapToGlobal(at)))
    assert shown(student) == ["contours"]
    assert paths(student, "contours") == {"view.contours"}
    window.edit({"view.hidden": "cross-section:1"})
    student.bot.mouseClick(child(student, "map.contours.alone"), LEFT)
    away = set(window.store.scene.view.hidden.split(","))
    assert {"data", "cut", "cross-section:1"} <= away
    assert "contours" not in away
    toggle = child(student, "map.contours.toggle")
    assert toggle.text() == "Hide"
    student.bot.mouseClick(toggle, LEFT)
    assert toggle.text() == "Show"
    student.bot.mouseClick(child(student, "map.contours.all"), LEFT)
    assert window.store.scene.view.hidden == "cross-section:1"


def test_in_a_narrow_map_one_button_has_them_all(student: Student) -> None:
    window = student.window
    window.resize(960, 640)
    window.looks.apply("dark", 1.6)
    for _ in range(4):
        QApplication.processEvents()
    gear = child(student, "map.settings")
    assert gear.isVisible()
    assert not child(student, "map.picture").isVisible()
    menu = gear.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    words = [action.text() for action in menu.actions()]
    assert words[:1] == ["Picture"]
    assert {"Arrows", "Minima", "Inference", "Sampler"} == set(words[1:])
    menu.actions()[1].trigger()
    assert shown(student) == [words[1]]
    (open_,) = [p for p in window.central.findChildren(Popover) if p.isVisible()]
    assert window.central.rect().contains(open_.geometry())
    window.looks.apply("dark", 1.0)
    assert shown(student) == [], "another size of the text puts it away"


def test_controls_are_found_by_name_before_anything_was_opened(student: Student) -> None:
    """Scripts that drive the window rely on it."""
    scene, window = student.window.store.scene, student.window
    there = {at: p for at, p in visible(scene, CATALOGUE).items() if not p.hidden}
    kinds = {"int": "box", "float": "box", "floats": "box", "choice": "combo"}
    names = {f"{at}.{kinds[p.type]}" for at, p in there.items() if p.type in kinds}
    assert {"view.section.box", "view.levels.box", "view.picture.combo"} <= names
    missing = {name for name in names if window.findChild(QWidget, name) is None}
    assert missing <= {f"{p}.kind.combo" for p in PARTS} | {"device.combo"}
