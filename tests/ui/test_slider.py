"""The slider under the mouse, the wheel and the keyboard."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core.palette import Theme
from ebmviz.ui.controls.scale import Scale
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.look import theme

BETA = Scale(1e-3, 1e4, log=True, zero=True, inf=True)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def told() -> list[tuple[str, float]]:
    return []


@pytest.fixture
def slider(
    qtbot: QtBot, qapp: QApplication, told: list[tuple[str, float]]
) -> Iterator[ScaleSlider]:
    theme.apply(qapp, "dark")
    window = QWidget()
    qtbot.addWidget(window)
    slider = ScaleSlider(BETA, default=10.0, thermometer=True)
    layout = QVBoxLayout(window)
    layout.addWidget(slider)
    window.resize(400, 60)
    slider.moved.connect(lambda value: told.append(("moved", value)))
    slider.released.connect(lambda value: told.append(("released", value)))
    window.show()
    qtbot.waitExposed(window)
    yield slider
    window.close()  # and until here it is kept


def at(slider: ScaleSlider, value: float) -> QPoint:
    return QPoint(round(slider.handle_x(value)), slider.height() // 2)


def turn(slider: ScaleSlider, notches: int) -> QWheelEvent:
    here = QPointF(at(slider, 1.0))
    event = QWheelEvent(
        here,
        QPointF(slider.mapToGlobal(here.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.setAccepted(True)
    QApplication.sendEvent(slider, event)
    return event


def test_a_press_on_the_groove_moves_there_and_settles(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    qtbot.mouseClick(slider, LEFT, pos=at(slider, 1000.0))
    assert slider.value() == 1000
    assert told == [("moved", 1000), ("released", 1000)]


def test_a_drag_passes_values_and_ends_with_one_release(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    qtbot.mousePress(slider, LEFT, pos=at(slider, 10.0))
    assert slider.held()
    assert told == []
    for value in (1.0, 0.1, 0.01):
        qtbot.mouseMove(slider, at(slider, value))
    qtbot.mouseMove(slider, QPoint(0, 10))
    qtbot.mouseMove(slider, QPoint(slider.width(), 10))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(slider.width(), 10))
    assert [kind for kind, _ in told] == ["moved"] * 5 + ["released"]
    assert [value for _, value in told[:3]] == pytest.approx([1.0, 0.1, 0.01], rel=0.1)
    assert [value for _, value in told[3:]] == [0.0, math.inf, math.inf]
    assert not slider.held()


def test_grabbing_the_handle_off_its_centre_does_not_move_it(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    qtbot.mouseClick(slider, LEFT, pos=at(slider, 10.0) + QPoint(5, 0))
    assert told == []


def test_a_value_beyond_the_scale_survives_a_click_on_its_handle(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    slider.set_value(1e-5)
    assert slider.handle_x() == slider.handle_x(1e-3) > slider.handle_x(0.0)
    qtbot.mouseClick(slider, LEFT, pos=at(slider, 1e-5))
    assert slider.value() == 1e-5
    assert told == []


def test_the_other_buttons_do_nothing(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    qtbot.mouseClick(slider, Qt.MouseButton.RightButton, pos=at(slider, 1.0))
    assert told == []


def test_a_double_click_resets_to_the_default(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    slider.set_value(math.inf)
    qtbot.mouseDClick(slider, LEFT, pos=at(slider, math.inf))
    assert slider.value() == 10
    assert told == [("moved", 10), ("released", 10)]


def test_set_value_tells_nobody_and_waits_for_the_mouse(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    slider.set_value(3.0)
    assert slider.value() == 3
    qtbot.mousePress(slider, LEFT, pos=at(slider, 3.0))
    slider.set_value(0.5)
    assert slider.value() == 3
    qtbot.mouseRelease(slider, LEFT, pos=at(slider, 3.0))
    assert told == []


def test_the_keyboard_reaches_the_stops(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    slider.setFocus()
    for key, value in (
        (Qt.Key.Key_Right, 11),
        (Qt.Key.Key_Left, 10),
        (Qt.Key.Key_Up, 11),
        (Qt.Key.Key_Down, 10),
        (Qt.Key.Key_PageUp, 32),
        (Qt.Key.Key_PageDown, 10),
        (Qt.Key.Key_End, math.inf),
        (Qt.Key.Key_Left, 1e4),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Right, 1e-3),
    ):
        told.clear()
        qtbot.keyClick(slider, key)
        assert told == [("moved", value), ("released", value)]


def test_a_key_held_down_settles_once(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    slider.setFocus()
    for _ in range(3):
        qtbot.keyPress(slider, Qt.Key.Key_Right)
    qtbot.keyRelease(slider, Qt.Key.Key_Right)
    assert [kind for kind, _ in told] == ["moved", "moved", "moved", "released"]


def test_losing_the_focus_settles_what_a_key_began(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    slider.setFocus()
    qtbot.keyPress(slider, Qt.Key.Key_Right)
    slider.clearFocus()
    assert told[-1] == ("released", 11)


def test_the_wheel_needs_a_click(
    qtbot: QtBot, slider: ScaleSlider, told: list[tuple[str, float]]
) -> None:
    slider.setFocus()  # as Tab does, or a dialog that opens
    assert not turn(slider, 1).isAccepted()
    assert told == []
    qtbot.mouseClick(slider, LEFT, pos=at(slider, 10.0))
    turn(slider, 1)
    assert told == [("moved", 11), ("released", 11)]
    turn(slider, -1)
    assert slider.value() == 10
    QApplication.sendEvent(slider, QEvent(QEvent.Type.Leave))
    assert not turn(slider, 1).isAccepted()
    assert slider.value() == 10


def test_whole_numbers_snap(qtbot: QtBot) -> None:
    slider = ScaleSlider(Scale(1, 192, whole=True), default=48)
    qtbot.addWidget(slider)
    slider.resize(97, 28)
    seen: list[float] = []
    slider.moved.connect(seen.append)
    slider.show()
    qtbot.mousePress(slider, LEFT, pos=at(slider, 48))
    for x in range(0, 97, 3):
        qtbot.mouseMove(slider, QPoint(x, 14))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(96, 14))
    assert seen == [int(value) for value in seen]
    assert seen[-1] == 192
    assert 1 in seen


@pytest.mark.usefixtures("qtbot")
def test_every_state_paints(qapp: QApplication, slider: ScaleSlider) -> None:
    pictures = []
    themes: tuple[Theme, ...] = ("dark", "light")
    for name in themes:
        theme.apply(qapp, name, 1.4)
        for value in (0.0, 1e-3, 1.0, math.inf):
            slider.set_value(value)
            slider.setEnabled(value != 1.0)
            pictures.append(slider.grab().toImage())
    assert all(a != b for i, a in enumerate(pictures) for b in pictures[:i])
