"""Standard keys, the list of them, and the arrow keys on the map."""

from __future__ import annotations

from collections import Counter
from html import escape

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from pytestqt.qtbot import QtBot

from ebmviz.core.view import View
from ebmviz.ui.controls.scale import Scale
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.menus import actions, key_list
from ebmviz.ui.views import map_keys
from tests.ui.conftest import Student

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("action", "wanted"),
    [
        ("new", "Ctrl+N"),
        ("open", "Ctrl+O"),
        ("close", "Ctrl+W"),
        ("save", "Ctrl+S"),
        ("save-as", "Ctrl+Shift+S"),
        ("quit", "Ctrl+Q"),
        ("undo", "Ctrl+Z"),
        ("redo", "Ctrl+Shift+Z"),
        ("redo", "Ctrl+Y"),
        ("copy", "Ctrl+C"),
        ("present", "F5"),
        ("present", "F11"),
        ("bigger", "Ctrl++"),
        ("bigger", "Ctrl+="),
        ("smaller", "Ctrl+-"),
        ("usual", "Ctrl+0"),
        ("keys", "F1"),
    ],
)
@pytest.mark.usefixtures("qapp")
def test_every_standard_key_is_there(action: str, wanted: str) -> None:
    spec = next(each for each in actions.SPECS if each.name == action)
    assert QKeySequence(wanted) in actions.keys_of(spec)


@pytest.mark.usefixtures("qapp")
def test_no_key_does_two_things() -> None:
    every = Counter(keys.toString() for spec in actions.SPECS for keys in actions.keys_of(spec))
    assert [keys for keys, times in every.items() if times > 1] == []


def test_every_key_is_in_the_list(student: Student) -> None:
    acts = student.window.acts
    page = key_list.html(acts)
    for spec in actions.SPECS:
        if spec.shortcuts:
            assert escape(spec.text.rstrip("…")) in page
            assert escape(key_list.spoken(acts[spec.name])[0]) in page
    assert "Ctrl+Shift+Z or Ctrl+Y" in page
    assert "F5 or F11" in page
    assert "or Redo" not in page, "keys that only some remote control has"
    acts["keys"].trigger()
    dialog = student.window.findChild(key_list.KeyList)
    assert dialog is not None
    assert "arrow keys" in dialog.page.toPlainText()
    dialog.close()


@pytest.mark.slow
def test_new_begins_the_scene_anew_and_undo_goes_back(student: Student) -> None:
    window = student.window
    first = window.store.scene
    window.edit({"view.beta": 3.0})
    window.acts["new"].trigger()
    assert window.store.scene == first
    student.settled()
    window.acts["undo"].trigger()
    assert window.store.scene.view.beta == 3.0


def test_arrow_keys_pan_move_the_probe_and_zoom(student: Student) -> None:
    window, bot = student.window, student.bot
    first = window.store.scene.view
    for _ in range(3):
        bot.keyPress(window.landscape, Qt.Key.Key_Right)
    bot.keyRelease(window.landscape, Qt.Key.Key_Right)
    left, right, bottom, top = window.store.scene.view.window
    assert (left, right) == pytest.approx((-2.6 + 0.78, 2.6 + 0.78))
    assert (bottom, top) == first.window[2:]
    bot.keyClick(window.landscape, Qt.Key.Key_Up, SHIFT)
    x, y = window.store.scene.view.probe
    assert (x, y) == pytest.approx((first.probe[0], first.probe[1] + 0.042))
    bot.keyClick(window.landscape, Qt.Key.Key_Plus)
    wide = window.store.scene.view.window
    assert wide[1] - wide[0] == pytest.approx(5.2 / map_keys.ZOOM)
    bot.keyClick(window.landscape, Qt.Key.Key_Minus)
    for _ in range(2):
        window.acts["undo"].trigger()
    assert window.store.scene.view.probe == first.probe
    window.acts["undo"].trigger()
    assert window.store.scene.view.window == first.window, "a key held down is one entry"


def test_arrow_keys_turn_in_three_dimensions() -> None:
    view = View(dimension="3-D", azimuth=178.0, elevation=89.0)
    asked = map_keys.asked(view, Qt.Key.Key_Right, False)
    assert asked == {"view.azimuth": -177.0, "view.elevation": 89.0}
    assert map_keys.asked(view, Qt.Key.Key_Up, False)["view.elevation"] == 90.0
    assert map_keys.asked(view, Qt.Key.Key_A, False) == {}
    assert map_keys.zoom(Qt.Key.Key_A) is None


def test_a_screen_reader_meets_a_slider_with_its_value(qtbot: QtBot) -> None:
    slider = ScaleSlider(Scale(1e-2, 1e2, log=True, inf=True), default=1.0)
    qtbot.addWidget(slider)
    slider.setAccessibleName("View β")
    seen: list[float] = []
    slider.released.connect(seen.append)
    reader = QAccessible.queryAccessibleInterface(slider)
    assert reader is not None
    assert reader.role() == QAccessible.Role.Slider
    assert reader.text(QAccessible.Text.Name) == "View β"
    assert reader.text(QAccessible.Text.Description) == "1"
    value = reader.valueInterface()
    assert value is not None
    assert value.maximumValue() == 1000
    before = value.currentValue()
    slider.set_value(float("inf"))
    assert reader.text(QAccessible.Text.Description) == "∞"
    assert value.currentValue() == 1000
    assert not seen
    value.setCurrentValue(before)
    assert slider.value() == pytest.approx(1.0, rel=0.02)
    assert seen == [slider.value()]
    assert reader.text(QAccessible.Text.Description) == f"{slider.value():g}"
