"""Numbers on the axes, and a window that has room for what it shows."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core.plot import Axis, Plot
from ebmviz.core.ticks import tick_labels
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots.axis import log_labels, text_width
from ebmviz.ui.plots.canvas import Canvas
from ebmviz.ui.plots.colorbar import ColorBar
from tests.slow import slow
from tests.ui.conftest import Student
from tests.ui.hands import in_row

RANGES = [(0, 1e-6), (-1e-4, 1e-4), (0, 0.05), (0, 3), (0, 3e4), (-5e4, 5e4), (0, 1e9), (1, 1.0004)]


def value(label: str) -> float:
    """What a reader takes a label for."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    if label[:2] == "10" and label[2:3] in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹":
        label = "1·" + label if label[2:] else label
    mantissa, _, power = label.translate(raised).partition("·10")
    return float(mantissa) * 10.0 ** int(power or 0)


@pytest.mark.parametrize("span", RANGES)
@pytest.mark.parametrize("log", [False, True])
def test_ticks_say_where_they_stand(qtbot: QtBot, span: tuple[float, float], log: bool) -> None:
    theme.apply(application(), "dark")
    low, high = span
    if log and low <= 0:
        low = high / 1e3
    canvas = Canvas()
    qtbot.addWidget(canvas)
    axis = Axis("F_β", low, high, log)
    canvas.resize(300, 110)
    canvas.show_plot(Plot("", Axis("y_1", *span), axis, ()))
    canvas.show()
    drawn = 0
    for side in ("left", "bottom"):
        shown = canvas.area.getAxis(side)
        QApplication.processEvents()
        canvas.grab()  # a first paint may widen the axis, and the second is seen
        QApplication.processEvents()
        ends = shown.range
        size = shown.height() if side == "left" else shown.width()
        ((spacing, values),) = shown.tickValues(*ends, size)  # type: ignore[call-arg]
        labels = shown.tickStrings(values, shown.autoSIPrefixScale, spacing)
        assert len(set(labels)) == len(labels) >= 2
        stand = [10**v for v in values] if shown.logMode else values
        assert [value(t) for t in labels] == pytest.approx(stand, rel=1e-6, abs=1e-12 * high)
        assert "×" not in shown.labelString()
        assert "(x" not in shown.labelString()
        widest = max(shown._wide(label) for label in labels)
        drawn += side == "bottom" or widest + 5 < shown.width()
    assert drawn == 2


def test_the_width_of_an_axis_holds_while_numbers_change_a_little(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    canvas.show()
    widths = []
    for top in (20000, 9000, 12000, 8000, 30000):
        canvas.show_plot(Plot("", Axis("x", 0, 1), Axis("F_β", 0, top), ()))
        for _ in range(2):
            canvas.grab()
            QApplication.processEvents()
        widths.append(canvas.area.getAxis("left").width())
    assert len(set(widths)) == 1


def test_labels_are_short() -> None:
    assert tick_labels([-2, 0, 2]) == ["−2", "0", "2"]
    assert tick_labels([0, 0.5, 1]) == ["0.0", "0.5", "1.0"]
    assert tick_labels([0, 10000, 20000]) == ["0", "10000", "20000"]
    assert tick_labels([0, 2e8, 4e8]) == ["0", "2·10⁸", "4·10⁸"]
    assert log_labels([-6, -2, 0, 3, 6]) == ["10⁻⁶", "0.01", "1", "1000", "10⁶"]
    assert tick_labels([]) == []


@pytest.mark.parametrize("span", RANGES)
@pytest.mark.usefixtures("qtbot")
def test_the_colour_bar_has_room_for_its_numbers(span: tuple[float, float]) -> None:
    theme.apply(application(), "dark")
    bar = ColorBar()
    bar.resize(58, 300)
    bar.show_scale("viridis", *span, "F_β")
    _, labels = bar._ticks()
    assert len(set(labels)) == len(labels) >= 2
    assert 12 + 12 + 5 + text_width(labels, theme.font("number")) <= bar.minimumWidth()


@pytest.mark.parametrize(
    ("size", "scale"),
    [
        *(slow(size, 1.0) for size in ((960, 640), (1280, 800))),
        ((1920, 1080), 1.0),
        ((960, 640), 1.4),
        *(slow(size, 1.4) for size in ((1280, 800), (1920, 1080))),
    ],
)
def test_nothing_overlaps(student: Student, size: tuple[int, int], scale: float) -> None:
    window = student.window
    window.resize(*size)
    window.looks.apply("dark", scale)
    for _ in range(4):
        QApplication.processEvents()
    assert (window.width(), window.height()) == size

    def apart(widgets: list[QWidget], parent: QWidget | None) -> None:
        assert parent is not None
        shown = [w for w in widgets if w.isVisible()]
        for a, b in combinations(shown, 2):
            assert not a.geometry().intersects(b.geometry()), (a, b)
        for w in shown:
            assert parent.rect().contains(w.geometry()), w

    bar = window.toolbar
    parts = in_row(bar._row)
    apart([w for w in parts if w], bar)
    assert bar.play.isVisible()
    assert bar.speed_box.isVisible()
    assert bar.lamp.isVisible()
    apart([window.panel, window.landscape, window.central.side], window.centralWidget())
    for card in window.stage.side:
        assert card.canvas.height() >= 60, card.figure.name
    if size[0] == 1280 and scale == 1:
        assert window.landscape.width() >= 640
