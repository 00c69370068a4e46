"""Values dragged, typed, nudged and chosen are reported exactly."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from ebmviz.core.palette import color
from ebmviz.core.params import Value
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.controls.switch import Switch
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.panel.form import Form
from tests.ui.form.panel import LEFT, Edit, get, scene_with, type_in


def test_dragging_is_live_and_releasing_commits(
    qtbot: QtBot, form: Form, edits: list[Edit]
) -> None:
    slider = get(form, ScaleSlider, "energy.latents.slider")
    box = get(form, ValueBox, "energy.latents.box")
    middle = slider.height() // 2
    qtbot.mousePress(slider, LEFT, pos=QPoint(round(slider.handle_x()), middle))
    qtbot.mouseMove(slider, QPoint(round(slider.handle_x(100)), middle))
    assert [(path, live) for path, _, live in edits] == [("energy.latents", True)]
    value = edits[0][1]
    assert type(value) is int
    assert value == pytest.approx(100, abs=2)
    assert box.text() == str(value)
    form.set_scene(scene_with(energy__latents=7))  # an answer that comes late
    assert slider.value() == value
    assert box.text() == str(value)
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(round(slider.handle_x(100)), middle))
    assert edits[1:] == [("energy.latents", value, False)]


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("objective.beta", "∞", math.inf),
        ("objective.beta", "inf", math.inf),
        ("objective.beta", "1e3", 1000.0),
        ("objective.beta", "1e-5", 1e-5),
        ("energy.latents", "500", 500),
        ("energy.centre", "−1, 2", (-1.0, 2.0)),
        ("energy.centre", "3 4", (3.0, 4.0)),
        ("data.file", "more points.csv", "more points.csv"),
        ("seed", "12", 12),
    ],
)
def test_a_typed_value(
    qtbot: QtBot, form: Form, edits: list[Edit], path: str, typed: str, value: Value
) -> None:
    form.set_scene(scene_with(energy__kind="horn"))
    type_in(qtbot, get(form, ValueBox, f"{path}.box"), typed)
    assert edits == [(path, value, False)]
    slider = form.findChild(ScaleSlider, f"{path}.slider")
    assert slider is None or slider.value() == value


def test_leaving_the_box_commits_and_only_what_was_typed(
    qtbot: QtBot, form: Form, edits: list[Edit]
) -> None:
    form.set_scene(scene_with(objective__beta=10**-0.5))  # no six digits hold it
    box = get(form, ValueBox, "objective.beta.box")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    box.clearFocus()
    assert edits == []
    assert box.value() == 10**-0.5
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "2")
    box.clearFocus()
    assert edits == [("objective.beta", 2.0, False)]


def test_bad_input_is_marked_explained_and_restored(
    qtbot: QtBot, form: Form, edits: list[Edit]
) -> None:
    said: list[str] = []
    form.message.connect(said.append)
    box = get(form, ValueBox, "energy.latents.box")
    before = box.toolTip()
    type_in(qtbot, box, "many")
    assert edits == []
    assert said == ["Latents: “many” is not a number"]
    assert box.toolTip() == tips.written(said[0])
    edge = box.grab().toImage().pixelColor(box.width() // 2, 0)
    assert edge == QColor(color("bad", "dark"))
    form.set_scene(scene_with())  # does not take the text away from under the cursor
    assert box.text() == "many"
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "48"
    assert box.toolTip() == before
    type_in(qtbot, box, "0")
    assert said[1] == "Latents: 0 is outside 1 … 4096"
    qtbot.keyClick(box, Qt.Key.Key_5)
    assert box.toolTip() == before
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert edits == []


def test_arrows_nudge(qtbot: QtBot, form: Form, edits: list[Edit]) -> None:
    form.set_scene(scene_with(energy__kind="horn"))
    for path, key, value in (
        ("energy.latents", Qt.Key.Key_Up, 49),
        ("energy.latents", Qt.Key.Key_Down, 48),
        ("objective.beta", Qt.Key.Key_Up, 1.1),
        ("data.noise", Qt.Key.Key_Up, 0.055),
        ("energy.centre", Qt.Key.Key_Up, (0.01, 1.0)),
    ):
        edits.clear()
        box = get(form, ValueBox, f"{path}.box")
        box.setFocus()
        box.setCursorPosition(0)
        qtbot.keyClick(box, key)
        assert edits == [(path, value, True), (path, value, False)]
    form.set_scene(scene_with(energy__latents=1, objective__beta=math.inf))
    edits.clear()
    qtbot.keyClick(get(form, ValueBox, "energy.latents.box"), Qt.Key.Key_Down)
    qtbot.keyClick(get(form, ValueBox, "objective.beta.box"), Qt.Key.Key_Up)
    assert edits == []
    qtbot.keyClick(get(form, ValueBox, "objective.beta.box"), Qt.Key.Key_Down)
    assert edits[-1] == ("objective.beta", 1e4, False)


def test_choices_and_switches_tell(qtbot: QtBot, form: Form, edits: list[Edit]) -> None:
    kind = get(form, Combo, "energy.kind.combo")
    kind.setFocus()
    qtbot.keyClick(kind, Qt.Key.Key_Down)
    assert edits == [("energy.kind", "horn", False)]
    form.set_scene(scene_with(energy__kind="horn"))
    qtbot.mouseClick(get(form, Switch, "energy.learn.switch"), LEFT)
    assert edits[1:] == [("energy.learn", True, False)]
    init = get(form, Combo, "energy.init.combo")
    qtbot.keyClick(init, Qt.Key.Key_Down)
    assert edits[2:] == [("energy.init", "random", False)]
