"""Numbers on axes never touch, however long they are; what they leave out the title tells."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core.plot import Axis, Plot
from ebmviz.core.ticks import tick_labels
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots.axis import LEFT, RIGHT, Ticks
from ebmviz.ui.plots.canvas import Canvas
from tests.ui.test_layout import value

SPANS = [
    (0.0, 1.0), (-3e5 - 0.2, -3e5 + 0.1), (7e8, 7e8 + 0.004), (5e4 - 0.02, 5e4 + 0.02),
    (-1e-9, 2e-9), (-9e5, 9e5), (0.0, 123456.0), (31415.0, 31416.5),
]  # fmt: skip


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.4, 2.0])
@pytest.mark.parametrize("size", [(170, 110), (250, 130), (700, 500)])
def test_labels_stand_apart_and_inside(qtbot: QtBot, scale: float, size: tuple[int, int]) -> None:
    theme.apply(application(), "dark", scale)
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(*size)
    canvas.show()
    for span in SPANS:
        for log in (False, True):
            low, high = (span if span[0] > 0 else (1e-7, 3.0)) if log else span
            axis = Axis("F_β", low, high, log)
            canvas.show_plot(Plot("", Axis("y_1", *span), axis, ()))
            for _ in range(2):
                canvas.grab()
                QApplication.processEvents()
            for side in ("left", "bottom"):
                check(canvas.area.getAxis(side), side)
    theme.apply(application(), "dark")


def check(axis: Ticks, side: str) -> None:
    low, high = axis.range
    size = axis.height() if side == "left" else axis.width()
    if size <= 1:
        return
    ((spacing, values),) = axis.tickValues(low, high, size)
    labels = axis.tickStrings(values, 1.0, spacing)
    at = [(v - low) / (high - low) * size for v in values]
    metrics = axis._metrics
    thick = [metrics.horizontalAdvance(t) if side == "bottom" else 0.7 * metrics.height()
             for t in labels]  # fmt: skip
    for (a, wide), (b, next_wide) in pairwise(zip(at, thick, strict=True)):
        assert b - a >= (wide + next_wide) / 2 + 2, labels
    if side == "bottom":
        for x, wide in zip(at, thick, strict=True):
            assert -theme.px(LEFT) <= x - wide / 2
            assert x + wide / 2 <= size + theme.px(RIGHT)
    else:
        assert all(metrics.horizontalAdvance(t) < axis.width() for t in labels)
    # What is written, and what the title says is left out, is where the tick stands.
    for v, label in zip(values, labels, strict=True):
        stands = 10.0**v if axis.logMode else v
        pixel = (high - low) / size
        assert axis.logMode or abs(value(label) + axis._base - stands) < 0.6 * pixel, labels


def test_the_title_tells_what_is_left_out(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(190, 130)
    canvas.show()
    told = []
    for span in ((-4e5 - 0.1, -4e5 + 0.1), (2e9, 2e9 + 0.003), (-1.0, 1.0)):
        canvas.show_plot(Plot("", Axis("y_1", *span), Axis("E", 0.0, 1.0), ()))
        canvas.grab()
        QApplication.processEvents()
        told.append(canvas.area.getAxis("bottom")._told())
    assert told == ["y_1 + 400000", "y_1 − 2·10⁹", "y_1"]
    assert tick_labels([2e9]) == ["2·10⁹"]


def test_a_title_with_its_meaning_is_the_symbol_alone_where_the_plot_is_low(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show()
    axis = Axis("F_β = softmin_β[E]", 0.0, 1.0)
    told = canvas.area.getAxis("left")
    for height, whole in ((110, False), (400, True), (120, False), (500, True)):
        canvas.resize(260, height)
        canvas.show_plot(Plot("", Axis("y_1", 0.0, 1.0), axis, ()))
        QApplication.processEvents()
        canvas.grab()
        assert ("softmin" in told.labelText) == whole, height
        assert told.label.boundingRect().width() <= told.height() + 8, height
