"""Painting on the cells of a Hopfield network."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core import library
from ebmviz.engine.model import registry
from ebmviz.engine.model.opening import opened
from ebmviz.figures import hopfield
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.panel.form import Form
from ebmviz.ui.views.picture_view import PictureView
from tests.scenes import built_in

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def shot() -> Shot:
    engine = opened(library.scene("hopfield", registry.catalogue()))
    return Shot(engine.scene, engine.snapshot(hopfield.FIGURE.needs))


@pytest.fixture
def picture(qtbot: QtBot, shot: Shot) -> PictureView:
    theme.apply(application(), "dark")
    made = PictureView()
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    made.show_shot(hopfield.FIGURE, shot)
    QApplication.processEvents()
    return made


def at(picture: PictureView, tile: int, x: float, y: float) -> QPoint:
    """Where a place of a plot is on its tile."""
    canvas = picture.mosaic.tiles[tile].canvas
    seen = canvas.mapFromScene(canvas.view.mapViewToScene(QPointF(x, y)))
    return canvas.mapTo(picture.mosaic.tiles[tile], seen)


def test_a_stroke_is_one_change_and_holds_every_cell(
    qtbot: QtBot, picture: PictureView, shot: Shot
) -> None:
    told: list[tuple[dict[str, Any], bool]] = []
    picture.edited.connect(lambda changes, live: told.append((changes, live)))
    tile = picture.mosaic.tiles[0]
    qtbot.mousePress(tile, LEFT, pos=at(picture, 0, 3.5, 0.5))
    qtbot.mouseMove(tile, at(picture, 0, 4.5, 0.5))
    picture.show_shot(hopfield.FIGURE, shot)  # a frame that comes late
    qtbot.mouseRelease(tile, LEFT, pos=at(picture, 0, 5.5, 0.5))
    assert [live for _, live in told][0] is True
    assert told[-1][1] is False
    assert told[-1][0]["energy.start"] == "painted"
    after = np.frombuffer(base64.b64decode(told[-1][0]["energy.state"]), "<f8")
    before = shot.snapshot.arrays["recall_state"]
    row = after.reshape(12, 12)[-1]
    assert row[3] == row[5] == -before.reshape(12, 12)[-1, 3]
    assert np.array_equal(after[: 11 * 12], before[: 11 * 12])


def test_the_parts_of_a_loss_are_hidden_where_steps_go_down_none(qtbot: QtBot) -> None:
    form = Form(registry.catalogue(), parts=("energy", "objective", "regularizer", "optimizer"))
    qtbot.addWidget(form)

    def card(part: str) -> QWidget:
        found = form.findChild(QWidget, f"{part}.card")
        assert found is not None
        return found

    for name, hidden in (("hopfield", True), ("unconditional", False)):
        form.set_scene(library.scene(name, registry.catalogue()))
        for part in ("objective", "regularizer", "optimizer"):
            assert card(part).isHidden() is hidden, (name, part)
        assert not card("energy").isHidden()


def test_a_stroke_elsewhere_tells_nothing(qtbot: QtBot, picture: PictureView) -> None:
    told: list[object] = []
    picture.edited.connect(lambda *change: told.append(change))
    qtbot.mouseClick(picture.mosaic.tiles[2], LEFT)
    qtbot.mouseClick(picture.mosaic.tiles[1], LEFT, pos=QPoint(1, 1))
    assert told == []


def test_a_stroke_goes_on_over_the_picture_that_it_began_on(qtbot: QtBot) -> None:
    """The frame of another figure may come before the button is released."""
    view, told = PictureView(), []
    qtbot.addWidget(view)
    view.edited.connect(lambda changes, live: told.append((set(changes), live)))
    for name, figure in (("hopfield", "hopfield"), ("information", "information")):
        scene = built_in(name, {})
        view.show_shot(FIGURES[figure], Shot(scene, opened(scene).snapshot(FIGURES[figure].needs)))
        if name == "hopfield":
            view._stroked(0, 0.1, 0.1, "press")
    view._stroked(0, 1.1, 0.1, "release")
    assert told == [({"energy.start", "energy.state"}, live) for live in (True, False)]
    view._stroked(0, 0.1, 0.1, "press")  # this one cannot be painted on
    assert len(told) == 2
