"""Small multiples, and the list that groups and refuses."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core.plot import Axis, Curve, Plot, Sheet
from ebmviz.figures import loss_curve, meter
from ebmviz.ui import theme
from ebmviz.ui.app import application
from ebmviz.ui.combo import Combo
from ebmviz.ui.mosaic import Mosaic, best_columns
from ebmviz.ui.plot_card import PlotCard

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
    assert len(mosaic.tiles) == 9 and all(tile.isVisible() for tile in mosaic.tiles)


def test_one_tile_is_framed(mosaic: Mosaic) -> None:
    def edge(index: int) -> int:
        tile = mosaic.tiles[index]
        return tile.grab().toImage().pixelColor(tile.width() // 2, 1).lightness()

    plain = edge(3)
    mosaic.mark(3)
    assert edge(3) > plain + 40 and edge(2) == plain
    mosaic.mark(-1)
    assert edge(3) == plain


@pytest.mark.parametrize(
    ("count", "size", "columns"),
    [(1, (300, 200), 1), (3, (600, 150), 3), (3, (150, 600), 1), (12, (900, 600), 4)],
)
def test_columns_suit_the_room(count: int, size: tuple[int, int], columns: int) -> None:
    assert best_columns(count, *size) == columns


def test_a_refused_choice_says_why_and_cannot_be_chosen(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    combo = Combo()
    qtbot.addWidget(combo)
    combo.set_choices({"a": "A", "b": "B", "c": "C"}, refused={"b": "Not here."})
    item = combo.findData("b")
    assert combo.itemData(item, Qt.ItemDataRole.ToolTipRole) == "Not here."
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
    assert combo.count() == 5 and combo.key() == "e"
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
    assert card.canvas.height() >= 60 and card.rect().contains(card.caption.geometry())
    card.resize(280, 170)
    QApplication.processEvents()
    assert card.canvas.height() >= 60
    card.set_figure(meter.FIGURE)
    assert card.caption.isHidden()
