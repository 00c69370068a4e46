"""A card that shows one live figure."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ebmviz.core.plot import Plot
from ebmviz.figures.figure import Figure, Shot
from ebmviz.ui import theme
from ebmviz.ui.canvas import BARE_BOTTOM, BOTTOM, Canvas
from ebmviz.ui.card import PAD, Card
from ebmviz.ui.legend import Legend
from ebmviz.ui.reading import Reading

_PLOT = 60  # a plot less high than this needs the room of its legend, caption and label
_HEAD, _LINE = 24, 24


class PlotCard(Card):
    """A figure's plot, its legend, and its caption where it has one.

    In a low card the legend goes first, then the caption, then the label of the x axis.
    """

    edited = Signal(dict, bool)

    def __init__(
        self, figure: Figure, caption: bool = False, lines: int = 2, parent: QWidget | None = None
    ) -> None:
        super().__init__(figure.title, parent=parent)
        self.figure = figure
        self.canvas = Canvas()
        self.canvas.setMinimumHeight(1)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.legend = Legend(lines)
        self._legend_height = 0
        self.caption = Reading() if caption else None
        self.body.addWidget(self.canvas, 1)
        if self.caption:
            self.body.addWidget(self.caption)
        self.body.addWidget(self.legend)

    def show_shot(self, shot: Shot) -> None:
        """Draw a frame that holds what the figure needs."""
        plot = self.figure.draw((shot,))
        assert isinstance(plot, Plot)
        self.show_plot(plot)

    def show_plot(self, plot: Plot) -> None:
        """Draw the figure's value."""
        self.canvas.show_plot(plot)
        title, _, detail = plot.title.partition(" · ")
        self.set_title(title, detail)
        self.legend.show_plot(plot)
        if self.caption:
            self.caption.write(plot.caption)
        if self.legend.height() != self._legend_height:
            self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "legend"):
            self._make_room()

    def _make_room(self) -> None:
        self.legend.fit_to(self.width() - 2 * theme.px(PAD))
        self._legend_height = self.legend.height()
        # By the card's height alone, and the legend's own, so that nothing here can swing.
        room = self.height() / theme.scale() - 2 * PAD - _HEAD - _PLOT
        bare = room < BOTTOM
        room -= BARE_BOTTOM if bare else BOTTOM
        self.canvas.set_bare(bare)
        if self.caption:
            self.caption.setVisible(room >= _LINE)
            room -= _LINE
        self.legend.setVisible(room >= self.legend.height() / theme.scale() + 4)
