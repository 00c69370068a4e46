"""A card that shows one live figure."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ebmviz.core.plot import Plot
from ebmviz.figures.figure import Figure, Shot
from ebmviz.ui.canvas import Canvas
from ebmviz.ui.card import Card
from ebmviz.ui.legend import Legend
from ebmviz.ui.text import Text


class PlotCard(Card):
    """A figure's plot, its legend, and its caption where it has one."""

    edited = Signal(dict, bool)

    def __init__(
        self, figure: Figure, caption: bool = False, lines: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(figure.title, parent=parent)
        self.figure = figure
        self.canvas = Canvas()
        self.legend = Legend(lines)
        self.caption = Text(tone="muted", kind="number") if caption else None
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
