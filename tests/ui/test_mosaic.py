"""Small multiples, and the list that groups and refuses."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core.plot import Axis, Curve, Layer, Plot, Points, Segments, Sheet
from ebmviz.figures import loss_curve, meter
from ebmviz.ui.app import application
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme
from ebmviz.ui.plots.legend import Legend
from ebmviz.ui.plots.mosaic import Mosaic, best_columns
from ebmviz.ui.views.plot_card import PlotCard

LEFT = Qt.MouseButton.LeftButton


def sheet(count: int) -> Sheet:
    line = Curve(np.arange(3.0), np.arange(3.0), "energy")
    plots = [Plot(f"P{i} · fine", Axis("x"), Axis("y"), (line,)) for i in range(count)]
    return Sheet("S", (tuple(plots),))


@pytest.fixture
def mosaic(qtbot: QtBot) -> Mosaic:
    theme.apply(application(), "dark")
    made = Mosaic(clickable=True)
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    made.show_sheet(sheet(6))
    QApplication.processEvents()
    return made


def test_a_click_tells_which(qtbot: QtBot, mosaic: Mosaic) -> None:
    told: list[int] = []
    mosaic.chosen.connect(told.append)
    qtbot.mouseClick(mosaic.tiles[4].canvas.viewport(), LEFT)
    qtbot.mouseClick(mosaic.tiles[2], LEFT, pos=QPoint(4, 4))
    qtbot.keyClick(mosaic.tiles[1], Qt.Key.Key_Return)
    assert told == [4, 2, 1]


def test_a_plot_alone_keeps_its_axes_and_marks_grow_with_their_tile(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    made = Mosaic()
    qtbot.addWidget(made)
    made.show()
    cross = Points(np.ones(1), np.ones(1), "probe", size=12, marker="cross")

    def shown(count: int, wide: int, high: int) -> tuple[bool, float]:
        made.resize(wide, high)
        plots = [Plot(f"P{i}", Axis("x"), Axis("y"), (cross,)) for i in range(count)]
        made.show_sheet(Sheet("S", (tuple(plots),)))
        QApplication.processEvents()
        plot = made.tiles[0].canvas._plot
        assert plot is not None
        return plot.x.visible, plot.layers[0].size  # type: ignore[union-attr]

    assert shown(1, 220, 300) == (True, 12)
    assert not shown(1, 220, 60)[0]
    small, large = shown(4, 240, 240), shown(4, 540, 600)
    assert not small[0]
    assert not large[0]
    assert small[1] == 4.0 < large[1] < 12
    made.resize(240, 240)
    QApplication.processEvents()
    plot = made.tiles[0].canvas._plot
    assert plot is not None
    assert plot.layers[0].size == 4.0  # type: ignore[union-attr]


def test_a_double_click_tells_once_and_no_click_follows(qtbot: QtBot, mosaic: Mosaic) -> None:
    told: list[tuple[str, int]] = []
    mosaic.chosen.connect(lambda i: told.append(("chosen", i)))
    mosaic.opened.connect(lambda i: told.append(("opened", i)))
    tile = mosaic.tiles[3].canvas.viewport()
    qtbot.mouseClick(tile, LEFT)
    qtbot.mouseDClick(tile, LEFT)
    qtbot.mouseClick(tile, LEFT)
    qtbot.keyClick(mosaic.tiles[1], Qt.Key.Key_Z)
    wanted = [("chosen", 3), ("opened", 3), ("chosen", 3), ("opened", 1)]
    assert [each for each in told if each[0] == "opened"] == wanted[1::2]


def test_headings_stand_at_rows_and_columns_and_titles_leave_them_out(mosaic: Mosaic) -> None:
    mosaic.show_sheet(sheet(6), (("r 1", "r 2"), ("c 1", "c 2", "c 3")))
    QApplication.processEvents()
    labels = {label.text(): label.geometry() for label in mosaic.findChildren(Text)}
    assert list(labels) == ["r 1", "r 2", "c 1", "c 2", "c 3"]
    assert labels["r 2"].right() < mosaic.tiles[3].x()
    assert labels["r 2"].top() < mosaic.tiles[3].geometry().bottom()
    assert labels["c 2"].bottom() < mosaic.tiles[1].y() < mosaic.tiles[4].y()
    assert [tile.title.text() for tile in mosaic.tiles] == ["fine"] * 6
    mosaic.show_sheet(sheet(4))
    assert [tile.title.text() for tile in mosaic.tiles] == ["P0", "P1", "P2", "P3"]
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not mosaic.findChildren(Text)


def test_tiles_are_alike_and_apart(mosaic: Mosaic) -> None:
    boxes = [tile.geometry() for tile in mosaic.tiles]
    assert all(not a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert max(b.width() for b in boxes) - min(b.width() for b in boxes) <= 1
    assert max(b.height() for b in boxes) - min(b.height() for b in boxes) <= 1
    assert all(mosaic.rect().contains(box) for box in boxes)


def test_tiles_come_and_go(mosaic: Mosaic) -> None:
    mosaic.show_sheet(sheet(2))
    QApplication.processEvents()
    assert [tile.title.text() for tile in mosaic.tiles] == ["P0", "P1"]
    assert mosaic.tiles[1].geometry().right() > 550  # they take the room of those that went
    mosaic.show_sheet(sheet(9))
    QApplication.processEvents()
    assert len(mosaic.tiles) == 9
    assert all(tile.isVisible() for tile in mosaic.tiles)


@pytest.mark.parametrize("height", [280, 320])
def test_tiles_fill_a_card_whose_room_changes_while_they_come(qtbot: QtBot, height: int) -> None:
    theme.apply(application(), "dark")
    card = PlotCard(meter.FIGURE)
    qtbot.addWidget(card)
    card.resize(460, height)
    card.show()
    line = Curve(np.arange(3.0), np.arange(3.0), "energy", label="E")
    plots = tuple(Plot(f"P{i}", Axis("x"), Axis("y"), (line,)) for i in range(3))
    card.show_plot(plots[0])
    QApplication.processEvents()
    card.show_sheet(Sheet("S", (plots,), caption="what they are"))
    QApplication.processEvents()
    tiles = card.mosaic.tiles
    assert max(t.width() for t in tiles) - min(t.width() for t in tiles) <= 1
    lowest = max(t.geometry().bottom() for t in tiles)
    assert lowest == card.mosaic.rect().bottom()


def named(qtbot: QtBot, size: tuple[int, int], labels: tuple[str, ...]) -> Mosaic:
    made = Mosaic(named=True)
    qtbot.addWidget(made)
    made.resize(*size)
    made.show()
    x = np.arange(3.0)
    plots = [
        Plot(f"P{i}", Axis("x"), Axis("y"), (Curve(x, 10.0 ** (6 * i) * x, "energy", label),))
        for i, label in enumerate(labels)
    ]
    made.show_sheet(Sheet("S", (tuple(plots),)))
    made.grab()
    QApplication.processEvents()
    return made


def test_plots_of_a_row_end_at_one_height(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    high = named(qtbot, (700, 300), ("E", ""))
    left, right = high.tiles
    assert left.legend.isVisible()
    assert right.legend.isHidden()
    assert left.canvas.geometry().bottom() == right.canvas.geometry().bottom()
    low = named(qtbot, (700, 150), ("E", "F"))
    assert all(tile.legend.isHidden() for tile in low.tiles)  # no room for it


def test_plots_of_a_column_begin_at_one_place(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    tall = named(qtbot, (400, 600), ("E", "F"))
    upper, lower = tall.tiles
    assert upper.x() == lower.x()
    qtbot.waitUntil(lambda: upper.left_axis.width() == lower.left_axis.width() > 60)


def test_one_tile_is_framed(mosaic: Mosaic) -> None:
    def edge(index: int) -> int:
        tile = mosaic.tiles[index]
        return tile.grab().toImage().pixelColor(tile.width() // 2, 1).lightness()

    plain = edge(3)
    mosaic.mark(3)
    assert edge(3) > plain + 40
    assert edge(2) == plain
    mosaic.mark(-1)
    assert edge(3) == plain


@pytest.mark.parametrize(
    ("count", "size", "columns"),
    [(1, (300, 200), 1), (3, (600, 150), 3), (3, (150, 600), 1), (12, (900, 600), 4)],
)
def test_columns_suit_the_room(count: int, size: tuple[int, int], columns: int) -> None:
    assert best_columns(count, *size) == columns


def test_the_legend_tells_kinds_of_lines_apart(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    legend = Legend()
    qtbot.addWidget(legend)
    x = np.arange(3.0)
    ends = np.stack([x, x], 1)
    lines = [Curve(x, x, "data", dash, dash=dash) for dash in ("solid", "dash", "dot")]
    pulls = [Segments(ends, ends, "data", f"head {head}", head=head) for head in (0.0, 4.0)]
    marks = []
    layers: list[Layer] = [*lines, *pulls]
    for layer in layers:
        legend.show_plot(Plot("P", Axis("x"), Axis("y"), (layer,)))
        marks.append(legend.names.partition(">")[2][0])
    assert marks == ["━", "╍", "┉", "━", "↗"]


def test_a_refused_choice_says_why_and_cannot_be_chosen(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    combo = Combo()
    qtbot.addWidget(combo)
    combo.set_choices({"a": "A", "b": "B", "c": "C"}, refused={"b": "Not here."})
    item = combo.findData("b")
    assert combo.itemData(item, Qt.ItemDataRole.ToolTipRole) == tips.written("Not here.")
    combo.set_key("a")
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert combo.key() == "c"


def test_typing_finds_an_entry_below_a_heading(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    combo = Combo()
    qtbot.addWidget(combo)
    choices = {"e": "Ellipse", "h": "Horn", "k": "K-means"}
    combo.set_choices(choices, headings={"e": "Latent", "k": "Horns and others"})
    combo.show()
    assert combo.count() == 5
    assert combo.key() == "e"
    qtbot.keyClicks(combo, "ho")
    assert combo.key() == "h"  # and not the heading, which begins alike
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert combo.key() == "k"


def test_a_long_caption_takes_lines_and_keeps_them(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    card = PlotCard(loss_curve.FIGURE)
    qtbot.addWidget(card)
    card.resize(280, 320)
    card.show()
    line = Curve(np.arange(3.0), np.arange(3.0), "energy", label="E")

    def shown(caption: str) -> int:
        card.show_plot(Plot("P", Axis("x"), Axis("y"), (line,), caption=caption))
        QApplication.processEvents()
        return 0 if card.caption.isHidden() else card.caption.height()

    assert shown("") == 0
    one = shown("short")
    three = shown("collapsed: F is flat; the energy loss never pushes up. " * 3)
    assert three == 3 * one
    assert shown("short") == three  # or the plot above would jump
    assert card.canvas.height() >= 60
    assert card.rect().contains(card.caption.geometry())
    shown("words that go on and on " * 20)
    assert card.caption.text().endswith(" …")
    assert card.caption._lines_of(card.caption.text(), card.caption.width()) == 3
    card.resize(280, 170)
    QApplication.processEvents()
    assert card.canvas.height() >= 60
    card.set_figure(meter.FIGURE)
    assert card.caption.isHidden()


@pytest.mark.parametrize("width", [300, 460, 700, 930])
def test_no_name_is_cut_for_the_sake_of_a_state(qtbot: QtBot, width: int) -> None:
    theme.apply(application(), "dark")
    made = Mosaic(clickable=True, told=True)
    qtbot.addWidget(made)
    made.resize(width, 480)
    made.show()
    names = ("Square-square", "Square-exponential", "Hinge", "Empirical error")
    axis, line = Axis("x", 0.0, 1.0), Curve(np.arange(3.0), np.arange(3.0), "energy")
    plots = (
        Plot(
            f"{name} · not fitted yet", axis, axis, (line,), equal=True, caption="loss 1.01, step 3"
        )
        for name in names
    )
    made.show_sheet(Sheet("S", (tuple(plots),)))
    QApplication.processEvents()
    assert tuple(tile.title.text() for tile in made.tiles) == names
    for tile in made.tiles:
        assert tile.caption.text().startswith("loss 1.01")
        states = [tile.title.aside(), tile.caption.aside()]
        assert states.count("not fitted yet") <= 1
        assert width < 460 or "not fitted yet" in states
