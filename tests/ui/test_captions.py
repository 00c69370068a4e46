"""What a low card has no room for is in its tooltip, wherever the mouse rests on it: caption and
legend.
"""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core import markup
from ebmviz.core.plot import Axis, Curve, Plot, Sheet
from ebmviz.figures import loss_curve
from ebmviz.ui.app import application
from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme
from ebmviz.ui.views.plot_card import PlotCard

SAYS = "residuals 0.012, 3.4 and 0.5 at w_1 < 7"
LINE = Curve(np.arange(4.0), np.arange(4.0), "energy", label="E")
PLOT = Plot("One", Axis("x"), Axis("y"), (LINE,))


@pytest.fixture
def card(qtbot: QtBot) -> PlotCard:
    theme.apply(application(), "dark")
    made = PlotCard(loss_curve.FIGURE)
    qtbot.addWidget(made)
    made.show()
    return made


def rest(on: QWidget) -> str:
    """The tooltip after the mouse has rested there."""
    QToolTip.hideText()
    at = on.rect().center()
    event = QHelpEvent(QEvent.Type.ToolTip, at, on.mapToGlobal(at))
    QApplication.sendEvent(on, event)
    return QToolTip.text()


@pytest.mark.parametrize("sheet", [False, True])
def test_a_caption_without_room_is_in_the_tooltip(card: PlotCard, sheet: bool) -> None:
    for height, room in ((400, True), (150, False), (400, True)):
        card.resize(290, height)
        if sheet:
            card.show_sheet(Sheet("Two", ((PLOT, PLOT),), SAYS))
        else:
            card.show_plot(Plot("One", Axis("x"), Axis("y"), (LINE,), caption=SAYS))
        QApplication.processEvents()
        assert card.caption.isVisible() == room == card.legend.isVisible()
        both = f"{markup.to_html(SAYS)}<br>{card.legend.names}"
        whole = tips.written(markup.Html(both))
        assert card.toolTip() == ("" if room else whole)
        place = card.mosaic.tiles[0] if sheet else card.canvas.viewport()
        assert room or rest(place) == whole


def test_a_caption_that_is_cut_is_there_too(card: PlotCard) -> None:
    long = "words and 12.5 " * 40
    card.resize(280, 320)
    card.show_plot(Plot("One", Axis("x"), Axis("y"), (LINE,), caption=long))
    QApplication.processEvents()
    assert card.caption.text().endswith("…")
    assert "12.5" in card.toolTip()
    assert rest(card.canvas.viewport()) == card.toolTip()
    card.show_plot(Plot("One", Axis("x"), Axis("y"), (LINE,), caption="short"))
    assert card.toolTip() == ""
