"""A card that shows one live figure."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ebmviz.core import markup
from ebmviz.core.plot import Axis, Plot, Sheet
from ebmviz.figures.base.figure import Figure, Shot, blank, drawn_or_why_not
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.card import PAD, Card
from ebmviz.ui.controls.ellipsis import beginnings
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import BARE_BOTTOM, BOTTOM, Canvas
from ebmviz.ui.plots.legend import Legend
from ebmviz.ui.plots.mosaic import Mosaic
from ebmviz.ui.plots.under import Under
from ebmviz.ui.pointing.pointing import Pointed

ONE, SEVERAL = 6, 7
"""How the height of a column is shared out among cards of one plot and of several."""
_PLOT = 52  # a plot less high than this needs the room of its legend, caption and label
_HEAD, _BELOW, _LINE, _NEXT = 24, 26, 24, 17
_MOST = 3  # lines of a caption
_TILES, _BARE_TILES = 130, 96  # the same for several plots, with axes and without
_SMALL = 72  # plots of a sheet smaller than this need the room of its legend more than it does
_TALL, _NAMED = 300, 3  # a card from this height on has room for another line of its legend


class PlotCard(Card):
    """A figure's plot or plots, their legend, and the caption where there is one.

    In a low card the legend goes first, then the caption, both of which are in the tooltip then,
    then the label of the x axis.
    """

    edited = Signal(dict, bool)
    pointed = Signal(object)

    def __init__(self, figure: Figure, parent: QWidget | None = None) -> None:
        super().__init__(figure.title, parent=parent)
        self.figure = figure
        self.canvas = Canvas()
        self.canvas.setMinimumHeight(1)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.mosaic = Mosaic()
        self.mosaic.hide()
        self.caption = Reading()
        self.caption.hide()
        self.legend = Legend()
        for tells in (self.legend, Under(self.canvas)):
            tells.told.connect(self.pointed)
        self.mosaic.pointed.connect(self.pointed)
        self._caption = self._tip = ""
        self._lines = 0  # that the caption wants: the room is kept while its words come and go
        self._legend_size = (0, True)  # height, whether it is empty
        self.body.addWidget(self.canvas, 1)
        self.body.addWidget(self.mosaic, 1)
        self.body.addWidget(self.caption)
        self.body.addWidget(self.legend)
        self._share(ONE)
        self._empty()

    def set_figure(self, figure: Figure) -> None:
        """Another figure: empty until its first frame."""
        if figure is self.figure:
            return
        self.figure, self._lines = figure, 0
        self._empty()

    def show_shot(self, shot: Shot) -> None:
        """Draw a frame that holds what the figure needs."""
        drawn = drawn_or_why_not(self.figure, shot)
        if isinstance(drawn, Plot):
            self.show_plot(drawn)
        else:
            self.show_sheet(drawn)

    def show_plot(self, plot: Plot) -> None:
        """Draw a figure of one plot."""
        self._swap(mosaic=False)
        self.canvas.show_plot(plot)
        self._describe(plot.title, plot.caption, plot)

    def show_sheet(self, sheet: Sheet) -> None:
        """Draw a figure of several plots."""
        self._swap(mosaic=True)
        self.mosaic.show_sheet(sheet)
        layers = tuple(layer for row in sheet.rows for plot in row for layer in plot.layers)
        together = Plot(sheet.title, Axis(""), Axis(""), layers)
        self._describe(sheet.title, sheet.caption, together)

    def light(self, at: Pointed) -> None:
        """What shows a symbol."""
        self.canvas.light(at.marks)
        self.mosaic.light(at)
        for each in (self.legend, self.detail, self.caption):
            each.light(at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "legend"):
            self._make_room()

    def _empty(self) -> None:
        self.show_plot(blank(self.figure))

    def _swap(self, mosaic: bool) -> None:
        if self.mosaic.isHidden() == mosaic:
            self.mosaic.setVisible(mosaic)
            self.canvas.setVisible(not mosaic)
            self._share(SEVERAL if mosaic else ONE)
            self._legend_size = (-1, True)

    def _share(self, height: int) -> None:
        policy = self.sizePolicy()
        policy.setVerticalStretch(height)
        self.setSizePolicy(policy)

    def _describe(self, title: str, caption: str, plot: Plot) -> None:
        name, _, detail = title.partition(" · ")
        below = self.detail_below
        self.set_title(name, detail)
        self.legend.show_plot(plot)
        self._caption = caption
        self.caption.write(*beginnings(caption))
        wanted = min(_MOST, self.caption.lines_for(self._inside)) if caption else 0
        longer = wanted > self._lines or below != self.detail_below
        self._lines = max(wanted, self._lines)
        if longer or (self.legend.height(), self.legend.empty) != self._legend_size:
            self._make_room()
        self._say()

    def _say(self) -> None:
        """What caption and legend have no room for is in the tooltip: there the numbers are."""
        whole = not self.caption.isHidden() and self.caption.text() == self._caption
        said = "" if whole else markup.to_html(self._caption)
        named = self.legend.names if self.legend.isHidden() else ""
        tip = "<br>".join(filter(None, (said, named)))
        if tip != self._tip:
            self._tip = tip
            tips.give(self, markup.Html(tip))

    @property
    def _inside(self) -> int:
        """The width between the edges."""
        return self.width() - 2 * theme.px(PAD)

    def _crowded(self) -> bool:
        """Whether the plots of a sheet would be much too small, but for the room of the legend."""
        if self.mosaic.isHidden():
            return False
        caption = 0 if self.caption.isHidden() else self.caption.sizeHint().height()
        head = _HEAD + (_BELOW if self.detail_below else 0)
        room = self.height() - theme.px(2 * PAD + head + 8) - caption
        named = self.mosaic.side(room - self.legend.height())
        return named < theme.px(_SMALL) and self.mosaic.side(room) > 1.1 * named

    def _make_room(self) -> None:
        self.legend.allow(_NAMED if self.height() >= theme.px(_TALL) else _NAMED - 1)
        self.legend.fit_to(self._inside)
        self._legend_size = (self.legend.height(), self.legend.empty)
        # By the card's height alone, and the legend's own, so that nothing here can swing.
        bare_tiles = not self.mosaic.isHidden() and self.mosaic.bare
        least = _PLOT if self.mosaic.isHidden() else _BARE_TILES if bare_tiles else _TILES
        head = _HEAD + (_BELOW if self.detail_below else 0)
        room = self.height() / theme.scale() - 2 * PAD - head - least
        bare = room < BOTTOM
        if not bare_tiles:
            room -= BARE_BOTTOM if bare else BOTTOM
        self.canvas.set_bare(bare)
        lines = next((n for n in range(self._lines, 0, -1) if room >= _LINE + _NEXT * (n - 1)), 0)
        self.caption.setVisible(lines > 0)
        kept = max(1, lines)
        self.caption.set_lines(kept)
        if self._lines:
            room -= _LINE + _NEXT * (kept - 1)
        fits = room >= self.legend.height() / theme.scale() + 4 and not self._crowded()
        self.legend.setVisible(fits and not self.legend.empty)
        self._say()
