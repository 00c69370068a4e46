"""What a Plot becomes on the screen, and what a frame costs: only what changed is painted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core import palette
from ebmviz.core.plot import Axis, Bars, Curve, Image, Layer, Note, Plot, Points, Rule, Segments
from ebmviz.figures.base.figure import Shot
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots import canvas as canvases
from ebmviz.ui.plots import items
from ebmviz.ui.plots.canvas import Canvas
from ebmviz.ui.plots.image_colours import coloured, extent
from ebmviz.ui.plots.items import bounds
from tests.ui.conftest import Student


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    theme.apply(application(), "dark")
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def plot(*layers: Layer, **axes: Axis) -> Plot:
    x, y = axes.get("x", Axis("x", 0.0, 10.0)), axes.get("y", Axis("y", 0.0, 10.0))
    return Plot("", x, y, layers)


def pixel(canvas: Canvas, picture: QImage, x: float, y: float) -> QColor:
    """The colour at a place in data coordinates."""
    at = canvas.mapFromScene(canvas.view.mapViewToScene(QPointF(x, y)))
    return picture.pixelColor(at)


def rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()


def near(color: QColor, role: str) -> bool:
    wanted = QColor(palette.color(role, "dark"))
    pairs = zip(rgb(color), rgb(wanted), strict=True)
    return max(abs(a - b) for a, b in pairs) < 12


def heat(values: np.ndarray, low: float = 0.0, high: float = 1.0) -> Image:
    return Image(values.astype(np.float32), (0.5, 1.5), (0.5, 1.5), low, high, "viridis")


def test_a_map_is_coloured_to_the_ends_of_its_range_and_clipped_there() -> None:
    image = coloured(heat(np.array([[-5.0, 0.0, 0.999], [1.0, 7.0, 0.5]])))
    table = palette.colormap("viridis")
    for (row, column), index in {
        (0, 0): 0, (0, 1): 0, (0, 2): 255, (1, 0): 255, (1, 1): 255, (1, 2): 128,
    }.items():  # fmt: skip
        assert rgb(image.pixelColor(column, row)) == tuple(table[index])
    rect = extent(heat(np.zeros((2, 2))))
    assert rect.getRect() == (0, 0, 2, 2)


def test_a_coloured_map_keeps_its_pixels_when_the_next_one_is_made() -> None:
    first = coloured(heat(np.zeros((4, 4))))
    before = first.pixel(0, 0)
    coloured(heat(np.ones((4, 4))))
    assert first.pixel(0, 0) == before


def test_every_layer_stands_where_its_numbers_say(canvas: Canvas) -> None:
    ends = np.array([1.0, 9.0])
    canvas.show_plot(
        plot(
            heat(np.full((2, 2), 0.99)),
            Bars(np.array([3.0]), np.array([2.0]), 1.0, "data", opacity=1.0),
            Curve(ends, np.array([5.0, 5.0]), "energy", width=4.0),
            Segments(np.array([[6.0, 6.0]]), np.array([[6.0, 9.0]]), "cut", width=4.0),
            Points(np.array([8.0, np.nan]), np.array([2.0, 2.0]), "data", size=12),
            Rule(7.0, "y", "energy", dash="solid", width=4.0),
            Note(4.0, 9.0, "y_1", "text"),
        )
    )
    picture = canvas.grab().toImage()
    assert near(pixel(canvas, picture, 3, 1), "data")
    assert near(pixel(canvas, picture, 3, 5), "energy")
    assert near(pixel(canvas, picture, 6, 8), "cut")
    assert near(pixel(canvas, picture, 8, 2), "data")
    assert near(pixel(canvas, picture, 9, 7), "energy")
    assert near(pixel(canvas, picture, 5, 3), "panel")
    high = palette.colormap("viridis")[253]
    assert rgb(pixel(canvas, picture, 1, 1)) == tuple(high)
    corner = canvas.mapFromScene(canvas.view.mapViewToScene(QPointF(4, 9)))
    around = [picture.pixelColor(corner.x() + i, corner.y() + j)
              for i in range(-8, 9) for j in range(-8, 9)]  # fmt: skip
    assert max(color.lightness() for color in around) > 180  # the note


def test_marks_coloured_by_value_and_lines_on_a_log_axis(canvas: Canvas) -> None:
    values = np.array([0.0, 1.0])
    canvas.show_plot(
        plot(
            Points(np.array([2.0, 8.0]), np.array([10.0, 100.0]), "data", size=14, values=values),
            Curve(np.array([4.0, 6.0]), np.array([10.0, 10.0]), "energy", width=4.0),
            Curve(np.array([4.0, 6.0]), np.array([-1.0, 0.0]), "cut", width=4.0),
            y=Axis("y", 1.0, 1000.0, log=True),
        )
    )
    picture = canvas.grab().toImage()
    table = palette.colormap("viridis")
    assert rgb(pixel(canvas, picture, 2, 1)) == tuple(table[0])
    assert rgb(pixel(canvas, picture, 8, 2)) == tuple(table[255])
    assert near(pixel(canvas, picture, 5, 1), "energy")


def test_a_long_broad_line_in_pieces_looks_like_one_line(canvas: Canvas) -> None:
    x = np.linspace(0.5, 9.5, 1000)
    line = Curve(x, 5 + 3 * np.sin(x), "energy", width=3.0, halo=True)
    pictures = []
    for opacity in (1.0, 0.999):  # a translucent line is never cut
        canvas.show_plot(plot(msgspec.structs.replace(line, opacity=opacity)))
        grey = canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        bits = np.frombuffer(grey.constBits(), np.uint8).astype(int)
        pictures.append(bits)
    assert np.abs(pictures[0] - pictures[1]).max() < 90  # nowhere a gap
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.1


def test_pulls_that_cross_add_up_as_they_do_in_an_exported_figure(canvas: Canvas) -> None:
    start, end = np.array([[1.0, 5.0], [5.0, 1.0]]), np.array([[9.0, 5.0], [5.0, 9.0]])
    canvas.show_plot(plot(Segments(start, end, "energy", width=8.0, opacity=0.4)))
    picture = canvas.grab().toImage()
    ink = QColor(palette.color("energy", "dark"))

    def apart(x: float, y: float) -> int:
        """From the colour of the ink."""
        pairs = zip(rgb(pixel(canvas, picture, x, y)), rgb(ink), strict=True)
        return sum(abs(a - b) for a, b in pairs)

    assert apart(5, 5) < 0.8 * apart(3, 5) == 0.8 * apart(5, 3) < 0.8 * apart(3, 3)


def test_a_head_has_its_length_in_pixels_under_every_zoom(canvas: Canvas) -> None:
    def spread(span: float) -> int:
        """Rows of pixels that the head covers, of an arrow across the middle."""
        ends = np.array([[0.1 * span, 0.5 * span]]), np.array([[0.9 * span, 0.5 * span]])
        arrow = Segments(*ends, "energy", width=2.0, head=16.0)
        axis = Axis("", 0.0, span)
        canvas.show_plot(plot(arrow, x=axis, y=axis))
        picture = canvas.grab().toImage()
        tip = canvas.mapFromScene(canvas.view.mapViewToScene(QPointF(0.9 * span, 0.5 * span)))
        panel = QColor(palette.color("panel", "dark"))
        rows = [
            y
            for y in range(tip.y() - 30, tip.y() + 31)
            if any(picture.pixelColor(x, y) != panel for x in range(tip.x() - 20, tip.x()))
        ]
        return max(rows) - min(rows)

    assert spread(10.0) == spread(0.01) == spread(4000.0)
    assert 12 < spread(10.0) < 20


def test_axes_without_limits_span_the_data(canvas: Canvas) -> None:
    layers = (
        Curve(np.array([2.0, np.nan, 4.0]), np.array([-1.0, 0.0, 1.0]), "data"),
        Points(np.array([6.0]), np.array([3.0]), "data"),
        Note(1.0, 0.0, "z"),
    )
    assert bounds(list(layers), 0) == (1.0, 6.0)
    assert bounds(list(layers), 1) == (-1.0, 3.0)
    assert bounds([], 0) is None
    canvas.show_plot(plot(*layers, x=Axis("x"), y=Axis("y")))
    (left, right), (bottom, top) = canvas.view.viewRange()
    assert left < 1
    assert right > 6
    assert bottom < -1
    assert top > 3
    assert right - left < 6
    assert top - bottom < 5


def test_nothing_breaks_far_outside_the_view(canvas: Canvas) -> None:
    far = np.array([-1e30, 1e30, 5.0])
    canvas.show_plot(plot(Points(far, far, "data"), x=Axis("x", 0, 1e-6), y=Axis("y", 0, 1e-6)))
    assert near(canvas.grab().toImage().pixelColor(200, 150), "panel")


def test_only_a_layer_that_changed_is_prepared_anew(
    canvas: Canvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[type] = []
    real = items.paint_of

    def counted(layer: Layer, look: palette.Theme) -> object:
        made.append(type(layer))
        return real(layer, look)

    monkeypatch.setattr(canvases, "paint_of", counted)
    x = np.arange(3.0)
    line, marks = Curve(x, x, "data"), Points(x, x, "data")
    canvas.show_plot(plot(line, marks))
    assert made == [Curve, Points]
    canvas.show_plot(plot(Curve(x.copy(), x.copy(), "data"), marks))
    assert made == [Curve, Points]  # equal numbers are no change
    canvas.show_plot(plot(line, Points(x, x + 1, "data")))
    assert made == [Curve, Points, Points]
    canvas.show_plot(plot(line))
    assert made == [Curve, Points, Points]


# what a frame and an edit cost --------------------------------------------------------


class Watch(QObject):
    """Names of the widgets that were painted, and requests for a new layout."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: set[str] = set()
        self.layouts: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted.add(watched.objectName() or type(watched).__name__)
        elif event.type() == QEvent.Type.LayoutRequest:
            self.layouts.append(type(watched).__name__)
        return False


@contextmanager
def watching() -> Iterator[Watch]:
    app, watch = application(), Watch()
    app.installEventFilter(watch)
    for _ in range(50):  # until what was asked for before has been laid out
        watch.layouts.clear()
        for _ in range(4):
            QApplication.processEvents()
        if not watch.layouts:
            break
    watch.painted.clear()
    yield watch
    for _ in range(4):
        QApplication.processEvents()
    app.removeEventFilter(watch)


def moved(shot: Shot, by: float) -> Shot:
    """The same picture some steps later: other numbers everywhere."""
    arrays = {
        k: a + a.dtype.type(by) if a.dtype.kind == "f" and k != "section_beta" else a
        for k, a in shot.snapshot.arrays.items()
    }
    metrics = {k: v + by for k, v in shot.snapshot.metrics.items()}
    snapshot = msgspec.structs.replace(shot.snapshot, arrays=arrays, metrics=metrics, step=7)
    return Shot(shot.scene, snapshot)


@pytest.mark.slow
def test_a_frame_asks_for_no_new_layout(student: Student) -> None:
    student.settled()
    stage = student.window.stage
    shot = stage.shot
    assert shot is not None
    with watching() as watch:
        later = moved(shot, 0.01)
        stage.landscape.show_shot(later)
        for card in stage.side:
            card.show_shot(later)
        student.window.bottom.show_time(7, 7)
    # An entry that comes or goes is told to its legend, which places them itself and asks nobody.
    assert set(watch.layouts) <= {"Legend"}
    assert "Canvas" in watch.painted or "QWidget" in watch.painted
    assert not any(name.endswith((".row", ".card")) for name in watch.painted)


@pytest.mark.slow
def test_moving_beta_paints_its_slider_and_not_the_whole_form(student: Student) -> None:
    student.window.edit({"view.beta": 3.0}, True)  # the first edit of a drag enables "undo"
    student.settled()
    with watching() as watch:
        student.window.edit({"view.beta": 3.21}, True)
    assert watch.layouts == []
    assert {"view.beta.slider", "view.beta.box"} <= watch.painted
    assert not any(name.endswith((".row", ".card")) for name in watch.painted)


@pytest.mark.slow
def test_readings_say_what_they_show(student: Student) -> None:
    window = student.window
    student.settled()
    assert window.bottom.steps.text() == "step 0"
    assert window.bottom.formula.text().startswith("F_β(y)")
    assert window.bottom.steps.accessibleName() == "step 0"
    assert "idle" in window.toolbar.lamp.text()
    assert "β = 10" in window.landscape.detail.text()


def test_a_note_that_would_lie_over_another_is_left_out(canvas: Canvas) -> None:
    def shown(*notes: Note) -> QImage:
        canvas.show_plot(plot(*notes))
        canvas.grab()
        return canvas.grab().toImage()

    name, number, aside = Note(5, 5, "y_1"), Note(5.1, 5, "−14"), Note(5, 9, "14")
    assert shown(name, number, aside) == shown(name, aside)
    assert shown(name, aside) != shown(name)
