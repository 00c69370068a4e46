"""A plot squeezed to a line or to nothing is painted without an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core import library
from ebmviz.core.plot import Axis, Bars, Curve, Image, Layer, Note, Plot, Points, Rule, Segments
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import latent_lens
from ebmviz.figures.base.figure import Shot
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import Canvas
from ebmviz.ui.plots.tile import Tile
from ebmviz.ui.views.landscape_view import LandscapeView
from ebmviz.ui.views.side_card import SideCard
from tests.scenes import CATALOGUE

WIDTHS, HEIGHTS = (300, 20, 1, 0), (200, 30, 24, 20, 1, 0)


def every_layer() -> tuple[Layer, ...]:
    x, ends = np.linspace(-2, 2, 300), np.array([[-1.0, 0.5], [0.2, -1.5]])
    return (
        Image(np.outer(x[::9], x[::9]).astype(np.float32), (-2, 2), (-2, 2), -4, 4, "viridis"),
        Curve(x, np.sin(x), "energy", width=2, halo=True),
        Segments(ends, -ends, "pull", halo=True, head=6),
        Points(x[::30], x[::30], "data"),
        Bars(x[::30], np.abs(x[::30]), 0.1, "latent"),
        Note(0, 0, "F_β"),
        Rule(0.3, "x", "cut"),
    )


def squeeze(widget: QWidget, show: Callable[[], None]) -> None:
    """Every size, from large to nothing and back; an error in it fails the test, by pytest-qt."""
    for width in (*WIDTHS, 300):
        for height in HEIGHTS:
            widget.setFixedSize(width, height)
            show()
            QApplication.processEvents()
            widget.grab()


@pytest.mark.parametrize("equal", [False, True])
@pytest.mark.parametrize("text", [1.0, 2.0])
def test_every_layer(qtbot: QtBot, text: float, equal: bool) -> None:
    theme.apply(application(), "dark", text)
    plot = Plot("t", Axis("y_1", -2, 2), Axis("y_2", -2, 2), every_layer(), equal=equal)
    host = QWidget()
    qtbot.addWidget(host)
    tile, canvas = Tile(0, True, host), Canvas(parent=host)
    host.show()
    for each in (tile, canvas):
        squeeze(each, partial(each.show_plot, plot))
    theme.apply(application(), "dark")


def test_nothing_is_painted_on_a_line_and_all_of_it_on_a_plane(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    painted: list[bool] = []
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show_plot(Plot("", Axis("x", -2, 2), Axis("y", -2, 2), every_layer()))
    picture = canvas._picture
    picture._drawn = [(layer, lambda *_: painted.append(True)) for layer, _ in picture._drawn]
    canvas.resize(300, 200)
    canvas.grab()
    assert len(painted) == len(every_layer())
    painted.clear()
    canvas.resize(300, 20)  # less than the lower axis
    canvas.grab()
    assert painted == []


@pytest.mark.slow
def test_the_map_with_its_handles_and_a_card_with_its_line(qtbot: QtBot) -> None:
    theme.apply(application(), "dark")
    engine = Engine(library.scene("ellipse", CATALOGUE))
    view, card = LandscapeView(), SideCard(0, latent_lens.FIGURE, lambda: engine.scene)
    needs = (*view.needs(engine.scene), *latent_lens.FIGURE.needs)
    shot = Shot(engine.scene, engine.snapshot(tuple(dict.fromkeys(needs))))
    for each in (view, card):
        qtbot.addWidget(each)
        each.show()
        each.show_scene(engine.scene)
        squeeze(each, partial(each.show_shot, shot))
