"""Marks and lines grow with the text, for the last row of a lecture hall."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Rule, Segments
from ebmviz.figures.words.text import grouped
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import Canvas
from ebmviz.ui.plots.items import paint_of
from ebmviz.ui.plots.legend import Legend
from ebmviz.ui.plots.legend_item import PAD, Item

SIDE = 200
MIDDLE, ENDS = np.array([100.0]), np.array([20.0, 180.0])


@contextmanager
def magnified(scale: float) -> Iterator[None]:
    theme.apply(application(), "dark", scale)
    yield
    theme.apply(application(), "dark")


def ink(layer: Layer, scale: float) -> float:
    """How much is painted of a layer, in pixels."""
    picture = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    painter = QPainter(picture)
    with magnified(scale):
        paint_of(layer, "dark")(painter, QRectF(0, 0, SIDE, SIDE))
    painter.end()
    alpha = picture.convertToFormat(QImage.Format.Format_Alpha8)
    return float(np.frombuffer(alpha.constBits(), np.uint8).sum()) / 255


@pytest.mark.parametrize("marker", ["disc", "cross", "ring", "star"])
def test_a_mark_grows_on_all_sides(marker: Any) -> None:
    mark = Points(MIDDLE, MIDDLE, "data", size=12, marker=marker)
    assert ink(mark, 2.0) / ink(mark, 1.0) == pytest.approx(4, rel=0.1)
    assert ink(mark, 0.7) == ink(mark, 1.0)  # smaller text leaves it as it is


def test_a_line_grows_thicker_and_a_hairline_does_not() -> None:
    start, end = np.stack([ENDS[:1], MIDDLE], 1), np.stack([ENDS[1:], MIDDLE], 1)
    level = np.full(2, 100.0)
    for line in (
        Curve(ENDS, level, "data", width=2.0),
        Segments(start, end, "data", width=2.0),
        Rule(100.0, "y", "data", dash="solid", width=2.0),
    ):
        assert ink(line, 2.0) / ink(line, 1.0) == pytest.approx(2, rel=0.02)
        assert ink(line, 0.7) == ink(line, 1.0)
    hairline = Curve(ENDS, level, "data", width=0.8)
    assert ink(hairline, 2.0) == ink(hairline, 1.0)


def test_the_head_of_an_arrow_grows_with_its_shaft() -> None:
    start, end = np.stack([ENDS[:1], MIDDLE], 1), np.stack([ENDS[1:], MIDDLE], 1)
    bare, arrow = (Segments(start, end, "data", width=2.0, head=head) for head in (0.0, 10.0))
    head = [ink(arrow, scale) - ink(bare, scale) for scale in (1.0, 2.0)]
    assert head[1] / head[0] == pytest.approx(4, rel=0.15)


def test_what_is_on_the_screen_grows_at_once(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    axis = Axis("", 0.0, 200.0, visible=False)
    canvas.show_plot(Plot("", axis, axis, (Points(MIDDLE, MIDDLE, "data", size=20),)))

    def seen() -> int:
        QApplication.processEvents()
        data = theme.tint("data")
        picture = canvas.grab().toImage()
        places = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
        return sum(picture.pixelColor(x, y) == data for x, y in places)

    small = seen()
    with magnified(2.0):
        large = seen()
    assert large / small == pytest.approx(4, rel=0.15)


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.25, 1.4, 2.0, 2.5])
@pytest.mark.parametrize("width", [150, 260, 430])
def test_no_line_of_a_legend_is_cut(qtbot: QtBot, scale: float, width: int) -> None:
    names = [
        "decision boundary",
        "F_β of x_1",
        f"{grouped(1000)} chains ŷ",
        "samples of x",
        "cut",
        "probe x′",
    ]
    layers = tuple(Curve(ENDS, ENDS, "data", name) for name in 2 * names)
    with magnified(scale):
        legend = Legend(3)
        qtbot.addWidget(legend)
        legend.fit_to(width)
        legend.show_plot(Plot("", Axis("x"), Axis("y"), layers))
        items = [item for item in legend.findChildren(Item) if not item.isHidden()]
        assert len(items) >= (2 if width > 150 else 1)
        for item in items:
            assert item._said.size().height() <= item.height() + 1
            assert item.geometry().bottom() <= legend.height()
            assert item.geometry().right() <= width + theme.px(PAD) or item.x() < theme.px(PAD)


def test_no_number_is_broken_over_two_lines(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    legend, number = Legend(), grouped(10_000)
    qtbot.addWidget(legend)
    line = Curve(ENDS, ENDS, "data", f"{number} chains ŷ")
    legend.show_plot(Plot("", Axis("x"), Axis("y"), (line, line)))
    for width in range(80, 300, 4):
        legend.fit_to(width)
        (item,) = legend.findChildren(Item)
        assert item._said.size().height() < 1.5 * item.fontMetrics().height()
