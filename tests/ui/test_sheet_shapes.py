"""What the style sheet draws is what it says, at any size of the text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QScrollArea, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from ebmviz.ui import theme
from ebmviz.ui.app import application

SCALES = [0.7, 0.8, 0.9, 1.0, 1.25, 1.4, 2.0, 2.5]


@pytest.mark.parametrize("scale", SCALES)
def test_a_knob_is_round(qtbot: QtBot, scale: float) -> None:
    theme.apply(application(), "light", scale)
    slider = QSlider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.resize(200, 60)
    slider.show()
    picture = slider.grab().toImage()
    text = theme.tint("text")
    dark = [
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y) == text
    ]
    rows = {y: sum(1 for _, other in dark if other == y) for _, y in dark}
    theme.apply(application(), "dark")
    # The first row of a disc is short, that of a square as long as the middle one.
    assert rows and rows[min(rows)] < 0.85 * max(rows.values()), rows


def test_where_two_scroll_bars_meet_nothing_is_painted(qtbot: QtBot) -> None:
    for mode in ("light", "dark"):
        theme.apply(application(), mode)
        area = QScrollArea()
        qtbot.addWidget(area)
        page = QLabel()
        page.setFixedSize(600, 600)
        area.setWidget(page)
        area.resize(200, 200)
        area.show()
        picture: QImage = area.grab().toImage()
        wide = area.verticalScrollBar().width()
        corner = {
            picture.pixelColor(x, y).name()
            for x in range(200 - wide, 200)
            for y in range(200 - wide, 200)
        }
        assert len(corner) == 1, corner
    theme.apply(application(), "dark")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_icon_of_a_button_that_cannot_be_pressed_is_seen(qtbot: QtBot, mode: str) -> None:
    theme.apply(application(), mode)  # type: ignore[arg-type]
    seen = []
    for primary in (False, True):
        button = QToolButton()
        qtbot.addWidget(button)
        button.setProperty("primary", primary)
        button.setIcon(theme.icon("play", mode, "on-accent" if primary else "text"))  # type: ignore[arg-type]
        button.setEnabled(False)
        button.show()
        picture = button.grab().toImage()
        middle = [picture.pixelColor(x, picture.height() // 2).name() for x in range(5, 25)]
        seen.append(len(set(middle)))
    theme.apply(application(), "dark")
    assert min(seen) > 1
