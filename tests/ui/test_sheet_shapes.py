"""What the style sheet draws is what it says, at any size of the text."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QSlider, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core.palette import Theme
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.views.banner import Banner
from tests.slow import slow

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
    assert rows, rows
    assert rows[min(rows)] < 0.85 * max(rows.values()), rows


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
def test_the_icon_of_a_button_that_cannot_be_pressed_is_seen(qtbot: QtBot, mode: Theme) -> None:
    theme.apply(application(), mode)
    seen = []
    for primary in (False, True):
        button = QToolButton()
        qtbot.addWidget(button)
        button.setProperty("primary", primary)
        button.setIcon(theme.icon("play", mode, "on-accent" if primary else "text"))
        button.setEnabled(False)
        button.show()
        picture = button.grab().toImage()
        middle = [picture.pixelColor(x, picture.height() // 2).name() for x in range(5, 25)]
        seen.append(len(set(middle)))
    theme.apply(application(), "dark")
    assert min(seen) > 1


_EDGES = """
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from ebmviz.core.plot import Axis, Plot
from ebmviz.ui.look import theme
from ebmviz.ui.app import application
from ebmviz.ui.plots.canvas import Canvas

app = application()
theme.apply(app, "dark")
host = QWidget()
canvas = Canvas(parent=host)
canvas.show_plot(Plot("", Axis("x", 0, 1), Axis("y", 0, 1), ()))
host.resize(120, 160)
host.show()
picture = QImage(int(120 * RATIO), int(160 * RATIO), QImage.Format.Format_RGB32)
picture.setDevicePixelRatio(RATIO)
for top in range(8):
    for height in range(96, 104):
        canvas.setGeometry(0, top, 120, height)
        app.processEvents()
        picture.fill(QColor("#ff00ff"))
        host.render(picture)
        column = [picture.pixelColor(2, row).name() for row in range(picture.height())]
        assert "#ff00ff" not in column, (top, height, column.index("#ff00ff"))
"""


@pytest.mark.parametrize("scale", [slow("1.25"), "1.5"])
def test_a_plot_has_no_line_at_its_edge(scale: str) -> None:
    """Of a screen whose scale is no whole number a plot owns parts of pixels."""
    code = _EDGES.replace("RATIO", scale)
    own = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], env=own, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_a_banner_is_as_high_as_its_sentence(qtbot: QtBot, scale: float) -> None:
    theme.apply(application(), "dark", scale)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1024, 768)
    banner = Banner(window)
    window.show()
    for sentence, lines in (("Saved.", 1), ("The table has columns that could be labels. " * 4, 3)):
        banner.tell(sentence, "warn", "Choose …", lambda: None)
        QApplication.processEvents()
        text, high = banner.text, banner.text.fontMetrics().lineSpacing()
        assert text.height() >= text.heightForWidth(text.width())
        assert banner.height() <= max(lines * high, theme.px(30)) + theme.px(30)
        assert window.rect().contains(banner.geometry())
        assert text.geometry().right() < banner.button.x()
    theme.apply(application(), "dark")
