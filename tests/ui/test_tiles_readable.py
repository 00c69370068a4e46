"""Small multiples in a side card: large enough to be read, and each with its name."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ebmviz.core.diagnosis import diagnose
from ebmviz.core.plot import Axis, Curve, Image, Plot, Sheet
from ebmviz.figures import class_maps, lab, meter
from ebmviz.ui.app import application
from ebmviz.ui.controls.ellipsis import beginnings
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.controls.label import RowLabel
from ebmviz.ui.look import theme
from ebmviz.ui.plots.mosaic import best_columns
from ebmviz.ui.views.plot_card import PlotCard
from tests.scenes import CATALOGUE

HIGH = Axis("x_2", -5, 5)


def maps(count: int, wide: float) -> Sheet:
    picture = Image(np.eye(8, dtype=np.float32), (-wide, wide), (-5, 5), 0.0, 1.0, "viridis")
    legend = tuple(Curve(np.arange(2.0), np.arange(2.0), "data", f"y = {k}") for k in range(6))
    plot = Plot("", Axis("x_1", -wide, wide), HIGH, (picture, *legend), equal=True)
    named = [Plot(f"E(x, {k})", plot.x, plot.y, plot.layers, equal=True) for k in range(count)]
    return Sheet("Energy of each answer", (tuple(named),))


@pytest.mark.parametrize(
    ("count", "size", "wide", "least"),
    [
        (6, (292, 222), 5.0, 56),  # five classes and the best of them, in a window of 1280 × 800
        (4, (292, 222), 5.0, 56),
        (6, (250, 212), 3.0, 30),  # and of 1024 × 768, where the map is high
        (4, (250, 212), 3.0, 30),
    ],
)
def test_maps_of_a_card_are_as_large_as_can_be(
    qtbot: QtBot, count: int, size: tuple[int, int], wide: float, least: int
) -> None:
    theme.apply(application(), "dark")
    card = PlotCard(class_maps.FIGURE)
    qtbot.addWidget(card)
    card.resize(*size)
    card.show()
    for _ in range(2):
        card.show_sheet(maps(count, wide))
        QApplication.processEvents()
        card.grab()
    for tile in card.mosaic.tiles:
        view = tile.canvas.view.rect()
        assert min(view.width(), view.height() * wide / 5) >= least
        assert tile._plot is not None
        assert tile.title.text() == tile._plot.title


def test_a_card_of_several_plots_is_the_higher_one(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    card = PlotCard(class_maps.FIGURE)
    qtbot.addWidget(card)
    one = card.sizePolicy().verticalStretch()
    card.show_sheet(maps(4, 5.0))
    assert card.sizePolicy().verticalStretch() > one > 0
    card.set_figure(meter.FIGURE)
    assert card.sizePolicy().verticalStretch() == one


def test_columns_leave_room_for_titles() -> None:
    assert best_columns(6, 240, 100) == best_columns(6, 240, 100, most=9)
    assert best_columns(6, 240, 100, head=20, shape=0.5) == 6
    assert best_columns(6, 240, 100, head=20, shape=0.5, most=4) < 5


def test_a_name_stays_and_what_is_beside_it_is_said_shorter(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    line = Reading("body", named=True)
    qtbot.addWidget(line)
    line.show()
    line.write("Square-exponential", "Square-exp.")
    line.write_aside("separates the data", "separates")
    ways = [
        ("Square-exponential", "separates the data"),
        ("Square-exponential", "separates"),
        ("Square-exp.", "separates"),
    ]
    for name, aside in ways:
        line.resize(line._wide(name) + line._wide(aside) + theme.px(8), 20)
        assert (line.text(), line.aside()) == (name, aside)
    assert line.toolTip()
    line.write("Energy")
    line.write_aside("E = −30.75")
    line.resize(line._wide("Energy") + line._wide("E ="), 20)
    assert (line.text(), line.aside()) == ("Energy", "")


def test_short_names_of_the_lab_are_of_things_that_are() -> None:
    losses = {c.title for c in CATALOGUE.kinds("objective").values()}
    good = {"meter_flatness": 0.1, "meter_rank": 0.01, "meter_left": 0.0, "meter_depth": 1.0}
    assert set(lab.BRIEF) <= losses | {diagnose(good, frozenset({"loss"})).name}


def test_a_caption_without_room_loses_whole_parts() -> None:
    said = "F is flat. Raise λ · gap 0.1 · slope 2"
    assert beginnings(said) == (
        said,
        "F is flat. Raise λ · gap 0.1",
        "F is flat. Raise λ",
        "F is flat",
    )
    assert beginnings("2 diverged. 99 % are outside")[1] == "2 diverged"
    assert beginnings("12 trials; 1.6 % are wrong") == ("12 trials; 1.6 % are wrong", "12 trials")
    assert beginnings("LeCun et al. 2006") == ("LeCun et al. 2006",)
    assert beginnings("ln Z 0.49, NLL 6.52") == ("ln Z 0.49, NLL 6.52",)


def test_the_left_side_of_a_formula_has_its_script(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    label = RowLabel("E")
    qtbot.addWidget(label)
    label.resize(64, 20)
    label.write("F_β(y)")
    assert "<sub>β</sub>" in label.text()
    assert "_" not in label.text()
    label.write("a < b")
    assert "a &lt; b" in label.text()
