"""The wheel, the focus and what is typed: nothing moves unmeant, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from ebmviz.core import library
from ebmviz.files.session import load
from ebmviz.ui.controls import wheel
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.controls.switch import Switch
from ebmviz.ui.publish.export_dialog import ExportDialog
from tests.slow import slow
from tests.ui.conftest import Student
from tests.ui.hands import LEFT, child, click, drag, export_dialog

Sit = Callable[..., Student]
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def turn(widget: QWidget, notches: int = -1) -> bool:
    """A notch of the wheel over a widget; whether it kept it for itself."""
    middle = QPointF(widget.rect().center())
    there, none = QPointF(widget.mapToGlobal(middle)), Qt.MouseButton.NoButton
    begun = Qt.ScrollPhase.NoScrollPhase
    step = QPoint(0, 120 * notches)
    event = QWheelEvent(middle, there, QPoint(), step, none, NONE, begun, False)
    event.setAccepted(True)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def typed(student: Student, name: str, text: str) -> QWidget:
    """Text in a box, not entered."""
    box = child(student, name)
    box.setFocus()
    box.selectAll()
    student.bot.keyClicks(box, text)
    return box


@pytest.mark.parametrize("scene", ["ellipse", slow("jem"), slow("conditional")])
def test_the_wheel_changes_nothing_that_was_not_clicked(sit_down: Sit, scene: str) -> None:
    student = sit_down(scene)
    window, before = student.window, student.window.store.scene
    map_of = window.landscape.canvas
    sought: list[int] = []
    window.bottom.sought.connect(sought.append)
    window.bottom.show_time(3, 6)
    every = [w for w in window.findChildren(QWidget) if w.isVisible() and w.window() is window]
    ours = [w for w in every if isinstance(w, Combo | ScaleSlider)]
    assert len(ours) > 8
    assert child(student, "timeline") in wheel.turned(window)
    for widget in every:
        if widget is map_of or map_of.isAncestorOf(widget) or isinstance(widget, QScrollBar):
            continue  # the wheel zooms the map, and scrolls
        widget.setFocus()  # not even with the focus that Tab gives
        kept = turn(widget)
        assert window.store.scene == before, widget.objectName()
        assert not sought, widget.objectName()
        assert not (kept and widget in (*ours, *wheel.turned(window))), widget.objectName()
    assert window.store.scene.name == child(student, "scene").key() == scene


@pytest.mark.slow
def test_the_wheel_changes_nothing_in_a_dialog(student: Student) -> None:
    student.window.acts["export"].trigger()
    dialog = export_dialog(student.window)
    assert dialog is not None
    form = dialog.form
    boxes = (form.figure, form.format, form.look, form.page, form.letters)
    for box in boxes:
        box.setFocus()
        before = box.key()
        assert not turn(box)
        assert box.key() == before
        assert box.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert set(wheel.turned(dialog)) == {*boxes}
    dialog.reject()


def test_a_list_that_was_clicked_turns_until_something_is_chosen(student: Student) -> None:
    student.window.central.controls.open("picture")
    combo = child(student, "view.colormap.combo")
    student.bot.mouseClick(combo, LEFT)
    combo.hidePopup()
    first = combo.key()
    assert turn(combo)
    assert combo.key() != first
    student.bot.mouseClick(combo, LEFT)
    student.bot.keyClick(combo.view(), Qt.Key.Key_Down)
    student.bot.keyClick(combo.view(), Qt.Key.Key_Return)
    chosen = combo.key()
    assert student.window.store.scene["view.colormap"] == chosen
    assert not turn(combo)
    assert combo.key() == chosen


def test_after_a_choice_the_map_has_the_focus(student: Student) -> None:
    window, bot = student.window, student.bot
    landscape = window.landscape
    window.activateWindow()
    student.until(lambda: window.isActiveWindow())

    bot.keyClick(typed(student, "optimizer.lr.box", "0.3"), Qt.Key.Key_Return)
    assert landscape.hasFocus()
    bot.keyClick(typed(student, "view.beta.box", "7"), Qt.Key.Key_Escape)
    assert landscape.hasFocus()
    assert window.store.scene.view.beta == 10

    slider = child(student, "view.beta.slider")
    y = slider.height() // 2
    at = round(slider.handle_x())
    drag(slider, QPoint(at, y), QPoint(at - 30, y))
    assert landscape.hasFocus()
    assert window.store.scene.view.beta < 10

    window.central.controls.open("picture")
    switch = window.findChild(Switch, "view.follow.switch")
    assert switch is not None
    bot.mouseClick(switch, LEFT)
    assert landscape.hasFocus()
    assert window.store.scene.view.follow
    bot.mouseClick(child(student, "view.dimension.3-D"), LEFT)
    assert landscape.hasFocus()

    combo = child(student, "objective.loss.combo")
    bot.mouseClick(combo, LEFT)
    bot.keyClick(combo.view(), Qt.Key.Key_Down)
    bot.keyClick(combo.view(), Qt.Key.Key_Return)
    assert landscape.hasFocus()
    assert window.store.scene.kind("objective") == combo.key() != "energy"

    timeline = child(student, "timeline")
    window.bottom.show_time(2, 4)
    bot.mouseClick(timeline, LEFT)
    assert landscape.hasFocus()


def test_the_keys_of_the_window_are_heard_from_every_control(student: Student) -> None:
    window, bot = student.window, student.bot
    student.until(lambda: window.isActiveWindow())
    window.central.controls.open("picture")
    names = (
        "energy.kind.combo",
        "scene",
        "view.beta.slider",
        "timeline",
        "view.follow.switch",
        "button.undo",
        "view.dimension.3-D",
    )
    heard: list[str] = []
    for act in ("play", "step", "reset", "sample", "lab", "undo", "redo"):
        window.acts[act].triggered.disconnect()
        window.acts[act].triggered.connect(lambda _=False, act=act: heard.append(act))
        window.acts[act].setEnabled(True)
    pressed = [(k, NONE) for k in ("Space", "N", "R", "M", "L")] + [("Z", CTRL)]
    for name in names:
        control = child(student, name)
        heard.clear()
        for key, held in pressed:
            control.setFocus()
            bot.keyClick(control, Qt.Key[f"Key_{key}"], held)
        assert heard == ["play", "step", "reset", "sample", "lab", "undo"], name
    box = child(student, "optimizer.lr.box")
    heard.clear()
    box.setFocus()
    bot.keyClick(box, Qt.Key.Key_Space)
    bot.keyClick(box, Qt.Key.Key_Z, CTRL)
    assert heard == ["play", "undo"], "nothing has been typed yet"
    assert box.text() == "0.2", "nothing has been typed yet"
    bot.keyClick(box, Qt.Key.Key_Up)
    bot.keyClick(box, Qt.Key.Key_N)
    assert heard == ["play", "undo", "step"], "the arrow chose"
    assert box.text() == "0.22", "the arrow chose"
    heard.clear()
    bot.keyClicks(typed(student, "optimizer.lr.box", "3"), "e")
    bot.keyClick(box, Qt.Key.Key_Z, CTRL)
    assert not heard, "an open text has its keys, and its own undo"
    bot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "0.22"


def test_return_presses_the_button_and_opens_the_list_that_has_the_focus(
    student: Student,
) -> None:
    window, bot = student.window, student.bot
    window.central.controls.open("picture")
    switch = child(student, "view.follow.switch")
    switch.setFocus()
    bot.keyClick(switch, Qt.Key.Key_Return)
    assert window.store.scene.view.follow
    combo = child(student, "optimizer.kind.combo")
    combo.setFocus()
    bot.keyClick(combo, Qt.Key.Key_Return)
    assert combo.view().isVisible()
    combo.hidePopup()
    bot.keyClick(combo, Qt.Key.Key_Down)
    assert combo.hasFocus(), "the arrows may go on"
    assert window.store.scene.kind("optimizer") == combo.key() != "sgd"


def test_every_action_uses_what_is_typed(student: Student, tmp_path: Path) -> None:
    window = student.window
    for action, text in (("play", "0.05"), ("step", "0.06"), ("reset", "0.07"), ("lab", "0.08")):
        typed(student, "optimizer.lr.box", text)
        click(student, action)
        assert window.store.scene["optimizer.lr"] == float(text), action
        assert window.resting_place().hasFocus()
        window.client.play(False)
    click(student, "lab")
    path = tmp_path / "a.ebmviz"
    window.document.path = path
    typed(student, "optimizer.lr.box", "0.09")
    window.acts["save"].trigger()
    student.until(path.exists)
    student.until(lambda: not window.document.dirty)
    assert load(path, window.store.catalogue).scene["optimizer.lr"] == 0.09
    typed(student, "energy.latents.box", "33")
    window.acts["undo"].trigger()
    assert window.store.scene["energy.latents"] == 48, "what was typed is what undo takes back"
    window.acts["redo"].trigger()
    assert window.store.scene["energy.latents"] == 33
    typed(student, "energy.latents.box", "34")
    window.stage.side[0].choose("loss_curve")
    assert window.store.scene["energy.latents"] == 34


def test_a_bad_text_stops_the_action_with_its_sentence(student: Student) -> None:
    window = student.window
    student.until(lambda: window.isActiveWindow())
    box = typed(student, "optimizer.lr.box", "fast")
    for act in ("play", "step", "reset", "sample", "lab", "save", "save-as", "open", "export"):
        window.banner.hide()
        window.acts[act].trigger()
        assert "“fast” is not a number" in window.banner.text.text(), act
        assert window.banner.isVisible()
        assert box.hasFocus()
    assert not window.client.playing
    assert not window.client.sampling
    assert not window.acts["lab"].isChecked()
    assert not window.acts["sample"].isChecked()
    assert window.findChild(ExportDialog) is None
    window.toolbar.chosen.emit("horn")
    window.stage.lab.adopted.emit("hinge")
    window.close()
    assert window.isVisible()
    assert window.store.scene == library.scene("ellipse", window.store.catalogue)
    student.bot.keyClick(box, Qt.Key.Key_Escape)
    window.acts["step"].trigger()
    student.until(lambda: student.step == 1)


@pytest.mark.slow
def test_a_number_that_the_scene_refuses_stops_the_action_too(student: Student) -> None:
    window = student.window
    window.central.controls.open("picture")
    box = typed(student, "view.levels.box", "5, 1")
    window.acts["step"].trigger()
    said = window.banner.text.text() if window.banner.isVisible() else ""
    assert said
    assert box.property("bad") in (False, None)
    assert window.store.scene["view.levels"] == (0.0, 3.0)
    student.settled()
    assert student.step == 0
