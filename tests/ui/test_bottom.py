"""The bottom bar: which dials it has, what they accept, and the room to aim with them."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core import assets, library
from ebmviz.core.errors import UserError
from ebmviz.core.scene import replace, visible
from ebmviz.ui.app import application
from ebmviz.ui.controls import slider_painting
from ebmviz.ui.controls.entry import entered
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.look import theme
from ebmviz.ui.views.bottom import BottomBar
from tests.scenes import CATALOGUE
from tests.ui.hands import in_row

PATH = "objective.beta"
USUAL = 1264  # the bar of a window of 1280


@pytest.fixture
def bar(qtbot: QtBot) -> BottomBar:
    theme.apply(application(), "dark")
    made = BottomBar(CATALOGUE)
    qtbot.addWidget(made)
    made.resize(USUAL, 80)
    made.show()
    return made


def laid(bar: BottomBar, width: float, text: float = 1.0) -> None:
    theme.apply(application(), "dark", text)
    bar.resize(round(width * text), round(80 * text))
    QApplication.processEvents()


def length(slider: ScaleSlider) -> float:
    """Of the groove, in pixels of the design."""
    return (slider.width() - 2 * slider_painting.inset()) / theme.scale()


@pytest.mark.parametrize("name", assets.scene_names())
def test_training_beta_has_a_slider_to_aim_with(bar: BottomBar, name: str) -> None:
    scene = library.scene(name, CATALOGUE)
    bar.show_scene(scene, CATALOGUE)
    dial = bar.dials[PATH]
    for text in (1.0, 1.25):
        laid(bar, USUAL, text)
        assert dial.isVisible() == (PATH in visible(scene, CATALOGUE))
        assert not dial.isVisible() or length(dial.slider) >= 120
        for shown in (w for w in bar.findChildren(ScaleSlider) if w.isVisible()):
            right = shown.mapTo(bar, QPoint(shown.width(), 0)).x()
            assert right <= bar.width()
            assert length(shown) >= 40
    theme.apply(application(), "dark")


@pytest.mark.parametrize("width", [944, 1008, 1100, 1264, 1600])
def test_it_gives_way_before_anything_lies_on_another(bar: BottomBar, width: int) -> None:
    scene = library.scene("horn", CATALOGUE)
    scene = replace(scene, {"objective.loss": "hinge", "view.beta": 3.0}, CATALOGUE)
    bar.show_scene(scene, CATALOGUE)
    laid(bar, width)
    row = in_row(bar._row)
    shown = [w for w in row if w is not None and w.isVisible()]
    for left, right in zip(shown, shown[1:], strict=False):
        assert left.geometry().right() < right.geometry().left()
    assert shown[-1].geometry().right() <= bar.width()
    assert bar.dials["objective.margin"] in shown


@pytest.mark.parametrize("width", [870, 944, 1008])
def test_two_beta_have_like_room_in_a_narrow_window(bar: BottomBar, width: int) -> None:
    bar.show_scene(library.scene("ellipse", CATALOGUE), CATALOGUE)
    laid(bar, width)
    view, training = (length(bar.dials[path].slider) for path in ("view.beta", PATH))
    assert 0.7 < training / view < 1.4
    assert min(view, training) >= 50


def test_a_dial_takes_what_the_loss_of_now_accepts(qtbot: QtBot, bar: BottomBar) -> None:
    scene = library.scene("ellipse-warm", CATALOGUE)
    bar.show_scene(scene, CATALOGUE)
    dial = bar.dials[PATH]
    assert entered("inf", dial.param, 1.0) == math.inf
    bounded = next(
        kind
        for kind, loss in CATALOGUE.kinds("objective").items()
        if any(p.name == "beta" and not p.inf for p in loss.params)
    )
    scene = replace(scene, {"objective.loss": bounded}, CATALOGUE)
    bar.show_scene(scene, CATALOGUE)
    assert dial.param == visible(scene, CATALOGUE)[PATH]
    assert not dial.param.inf
    with pytest.raises(UserError):
        entered("inf", dial.param, 1.0)
    told: list[dict[str, object]] = []
    dial.edited.connect(lambda changes, live: told.append(changes))
    dial.slider.setFocus()
    qtbot.keyClick(dial.slider, Qt.Key.Key_End)
    assert told[-1][PATH] == 1e4
    replace(scene, told[-1], CATALOGUE)  # is accepted


def test_both_sliders_of_training_beta_are_one_value(bar: BottomBar) -> None:
    scene = library.scene("ellipse-warm", CATALOGUE)
    told: list[dict[str, object]] = []
    bar.edited.connect(lambda changes, live: told.append(changes))
    bar.show_scene(replace(scene, {PATH: 0.25}, CATALOGUE), CATALOGUE)
    assert bar.dials[PATH].slider.value() == bar.dials[PATH].box.value() == 0.25
    assert told == []
