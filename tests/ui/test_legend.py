"""The legend is the list of layers: its entries are clicked, pointed at and walked through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from ebmviz.core.plot import Axis, Curve, Entry, Layer, Plot, Points
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import FADED, Canvas
from ebmviz.ui.plots.legend import Legend
from ebmviz.ui.plots.legend_item import Item
from tests.ui.conftest import Student
from tests.ui.hands import LEFT, drag

X = np.arange(3.0)
KEY = Qt.Key


def plot(*away: str) -> Plot:
    every: dict[str, tuple[Layer, ...]] = {
        "lines": (Curve(X, X, "contour", layer="lines"),),
        "data": (
            Points(X, X, "class-0", "y = 0", layer="data"),
            Points(X, X, "class-1", "y = 1", layer="data"),
        ),
        "cut": (Curve(X, X, "cut", "cut", layer="cut"),),
    }
    layers = tuple(x for name, some in every.items() if name not in away for x in some)
    entries = tuple(Entry(name, f"the {name}", name in away) for name in every)
    return Plot("", Axis("x"), Axis("y"), layers, entries=entries)


@pytest.fixture
def legend(qtbot: QtBot) -> Legend:
    theme.apply(application(), "dark")
    made = Legend(3)
    qtbot.addWidget(made)
    made.resize(400, 60)
    made.show_plot(plot())
    made.show()
    return made


def read(legend: Legend) -> list[tuple[str, bool]]:
    items = [item for item in legend.findChildren(Item) if not item.isHidden()]
    return [(item.accessibleName(), item.isChecked()) for item in items]


def test_a_layer_without_a_label_goes_by_its_title_and_a_hidden_one_too(legend: Legend) -> None:
    assert read(legend) == [
        ("the lines", True),
        ("y = 0", True),
        ("y = 1", True),
        ("cut", True),
    ]
    first = legend.item("lines").x()
    legend.show_plot(plot("lines", "data"))
    assert legend.item("lines").x() == first
    assert read(legend) == [
        ("the lines, hidden", False),
        ("the data, hidden", False),
        ("cut", True),
    ]
    reader = QAccessible.queryAccessibleInterface(legend.item("data"))
    assert reader is not None
    assert reader.role() == QAccessible.Role.CheckBox
    assert reader.text(QAccessible.Text.Name) == "the data, hidden"


def test_mouse_and_keys_hide_walk_and_ask(qtbot: QtBot, legend: Legend) -> None:
    seen: list[str] = []
    legend.toggled.connect(seen.append)
    asked: list[str] = []
    legend.asked.connect(lambda name, at: asked.append(name))
    qtbot.mouseClick(legend.item("data"), LEFT)
    assert seen == ["data"]
    assert legend.item("data").isChecked(), "until the view says that it is hidden"
    legend.activateWindow()
    stops = [i for i in legend.findChildren(Item) if i.focusPolicy() == Qt.FocusPolicy.TabFocus]
    assert len(stops) == 1, "one stop of Tab, arrows from there"
    stops[0].setFocus(Qt.FocusReason.TabFocusReason)
    for key, name in ((KEY.Key_Right, "data"), (KEY.Key_Left, "lines"), (KEY.Key_Left, "cut")):
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key)
        now = QApplication.focusWidget()
        assert isinstance(now, Item)
        assert now.name == name
    qtbot.keyClick(legend.item("cut"), KEY.Key_Space)
    qtbot.keyClick(legend.item("cut"), KEY.Key_Return)
    assert seen == ["data", "cut", "cut"]
    legend.show_plot(plot("data"))  # one entry less before it
    assert legend.item("cut").hasFocus()
    reason = QContextMenuEvent.Reason.Keyboard
    menu = QContextMenuEvent(reason, QPoint(1, 1), legend.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(legend.item("lines"), menu)
    assert (seen[3:], asked) == ([], ["lines"])


def test_a_name_that_the_mouse_rests_on_is_pointed_out(qtbot: QtBot, legend: Legend) -> None:
    seen: list[str] = []
    legend.pointed.connect(seen.append)
    item = legend.item("cut")
    item.over.emit(True)
    item.over.emit(False)
    legend.item("data").over.emit(True)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["data"], "one that is only passed by lights nothing up"


def test_the_others_fade_and_nothing_is_made_anew(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show_plot(plot())
    picture = canvas._picture
    paints = [paint for _, paint in picture._drawn]

    def strengths() -> list[float]:
        return [picture._strength(layer) for layer, _ in picture._drawn]

    canvas.point_out("data")
    assert strengths() == [FADED, 1.0, 1.0, FADED]
    canvas.point_out("gone")
    assert strengths() == [1.0] * 4, "of a layer that is not there nothing can be shown"
    assert [paint for _, paint in picture._drawn] == paints


def test_what_has_no_room_is_in_a_menu(legend: Legend) -> None:
    seen: list[str] = []
    legend.toggled.connect(seen.append)
    legend.allow(1)
    legend.fit_to(150)
    assert len(read(legend)) < 4
    (more,) = legend.findChildren(QToolButton)
    assert more.isVisible()
    assert more.geometry().right() <= 150
    for width in range(60, 400, 7):
        legend.fit_to(width)
        least = legend.item("lines").geometry().right() + more.width()
        assert not more.isVisible() or more.geometry().right() <= max(width, least)
    legend.fit_to(150)
    more.menu().aboutToShow.emit()
    actions = more.menu().actions()
    assert [action.text() for action in actions] == ["the lines", "y = 0", "y = 1", "cut"]
    actions[-1].trigger()
    assert seen == ["cut"]
    legend.fit_to(600)
    assert not more.isVisible()


def test_a_click_hides_a_layer_at_once_and_undo_brings_it_back(student: Student) -> None:
    window, legend = student.window, student.window.landscape.legend
    student.settled()

    def drawn() -> set[str]:
        plot = window.landscape._plot
        return {str(getattr(layer, "layer", "")) for layer in plot.layers} if plot else set()

    assert "data" in drawn()
    generation = window.client.generation
    item = legend.item("data")
    drag(item, QPoint(8, 8), QPoint(8, 8))
    assert window.store.scene.view.hidden == "data"
    assert "data" not in drawn(), "before any frame has come"
    assert not legend.item("data").isChecked()
    assert window.client.generation > generation
    student.settled()
    assert "data" not in student.shown.snapshot.needs, "nothing is measured for it"
    assert window.store.can_undo
    window.acts["undo"].trigger()
    assert window.store.scene.view.hidden == ""
    student.until(lambda: "data" in drawn())
    assert legend.item("data").isChecked()
    window.edit({"view.hidden": "probe,cut"})
    assert not window.landscape.probe.isVisible()
    assert not window.landscape.cut.isVisible()
    card = window.stage.side[0]
    student.until(lambda: any(i.name.startswith("cross") for i in card.legend.findChildren(Item)))
    student.bot.mouseClick(card.legend.item("cross-section:10"), LEFT)
    assert window.store.scene.view.hidden == "probe,cut,cross-section:10"
    assert not card.legend.item("cross-section:10").isChecked()


def test_legends_of_small_plots_take_clicks_too(sit_down: Callable[..., Student]) -> None:
    student = sit_down("dimension")
    window = student.window
    window.resize(1600, 1000)
    tile = window.stage.picture.mosaic.tiles[0]
    student.until(tile.legend.isVisible)
    named = [name for name, _ in read(tile.legend)]
    item = next(i for i in tile.legend.findChildren(Item) if not i.isHidden())
    student.bot.mouseClick(item, LEFT)
    assert window.store.scene.view.hidden == item.name
    assert item.name.startswith("dimension:")
    student.until(lambda: [shown for _, shown in read(tile.legend)].count(False) == 1)
    listed = [name.removesuffix(", hidden") for name, _ in read(tile.legend)]
    assert listed == named, "it is still there to be clicked"
    window.acts["undo"].trigger()
    assert not window.store.scene.view.hidden


def test_an_entry_wider_than_the_legend_ends_with_dots_and_is_whole_in_the_tip(
    legend: Legend,
) -> None:
    long = "P(z|y′) = softargmax_β[−E], peak 0.08 of 1"
    curve = Curve(X, X, "energy", long)
    legend.show_plot(Plot("", Axis("x"), Axis("y"), (curve,)))
    item = next(item for item in legend.findChildren(Item) if not item.isHidden())
    assert "peak" in item.html
    assert not legend.toolTip()
    legend.resize(item.wide() // 2, 60)
    assert item.geometry().right() <= legend.width()
    assert item.html.endswith("…")
    assert "P(z|y" in item.html
    assert "peak 0.08 of 1" in legend.toolTip().replace("&nbsp;", " ")
    assert "peak 0.08 of 1" in item.accessibleName()
    legend.resize(400, 60)
    assert "peak" in item.html
    assert not legend.toolTip()
