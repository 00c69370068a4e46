"""Small multiples: a grid of plots, each with its title."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ebmviz.core import markup
from ebmviz.core.plot import Plot, Sheet
from ebmviz.ui.controls import focus
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme
from ebmviz.ui.plots.axis import line_up, text_width
from ebmviz.ui.plots.tile import ASIDE, Tile
from ebmviz.ui.pointing.pointing import NOTHING, Pointed

_BARE = 280  # in tiles narrower than this, numbers on the axes would take the room of the plot
_ALONE = 160  # the same of a plot alone, and how high that is
_SHAPE = 1.25  # width to height of a tile at its best
_HEAD = 20  # the title of a tile
_ASIDE = 104  # the width of the headings of rows
_STATE, _WORTH = "not fitted yet", 0.75  # beside a name; of the size of a tile, to have it there
_AXES, _LEAST = 48, 110  # the height of an axis with its label; a plot less high has none
_GAP, _APART = 8, 16  # between tiles; between columns whose titles would else read as one


Headings = tuple[tuple[str, ...], tuple[str, ...]]
"""Of rows, from the top, and of columns."""


class Mosaic(QWidget):
    """Draws a Sheet; tells chosen(index) of a tile clicked, where that means something, or, where
    tiles can be painted on, stroked(index, x, y, phase) in the plot's units, phase being "press",
    "move" or "release". `named` gives each tile the legend of its plot, `told` its caption.
    taken(index): one that was chosen by a key; opened(index): one is to be looked at alone;
    dropped(index): one is to go; asked(index, place): for its menu. toggled(name): an entry of a
    legend is hidden or shown. pointed(Pointed): what an entry shows that the mouse is on.
    """

    chosen = Signal(int)
    taken = Signal(int)
    opened = Signal(int)
    dropped = Signal(int)
    asked = Signal(int, QPoint)
    stroked = Signal(int, float, float, str)
    toggled = Signal(str)
    pointed = Signal(object)

    def __init__(
        self,
        clickable: bool = False,
        paintable: bool = False,
        named: bool = False,
        told: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.tiles: list[Tile] = []
        self._clickable, self._paintable, self._named = clickable, paintable, named
        self._told = told
        self._headings: tuple[list[Text], list[Text]] = ([], [])  # of rows, of columns
        self._columns = 0
        self._bare = True
        self._lit = NOTHING
        self._titles: list[str] = []  # as short as there are
        self._shape = 0.0  # of plots that keep theirs, width to height; else 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setMinimumHeight(1)

    def show_sheet(self, sheet: Sheet, headings: Headings = ((), ())) -> None:
        """Draw the plots, row by row, in as many columns as make the tiles largest, or in rows and
        columns with headings; nothing while the card that holds them is away.
        """
        if not self.isVisibleTo(self.window()):
            return
        plots = [plot for row in sheet.rows for plot in row]
        self._shape = _kept(plots[0]) if plots else 0.0
        self._titles = [(plot.brief or plot.title).partition(" · ")[0] for plot in plots]
        while len(self.tiles) < len(plots):
            tile = Tile(
                len(self.tiles), self._clickable, self, self._paintable, self._named, self._told
            )
            tile.clicked.connect(self.chosen)
            tile.taken.connect(self.taken)
            tile.opened.connect(self.opened)
            tile.dropped.connect(self.dropped)
            tile.asked.connect(self.asked)
            tile.stroked.connect(self.stroked)
            tile.toggled.connect(self.toggled)
            tile.sized.connect(self._level)
            tile.left_axis.geometryChanged.connect(self._line_up)
            tile.legend.told.connect(self.pointed)
            tile.light(self._lit)
            self.tiles.append(tile)
            self._columns = 0
        self._keep(len(plots))
        self._head(headings)
        self._arrange()
        for tile, plot in zip(self.tiles, plots, strict=True):
            tile.show_plot(plot, named=not headings[0])
        self._level()

    @property
    def bare(self) -> bool:
        """Whether its tiles have no room for axes."""
        return self._bare

    def side(self, height: int) -> float:
        """The shorter side of its plots, in pixels, if it is so high."""
        if not self.tiles:
            return math.inf
        count, head, shape = len(self.tiles), self._lines, self._shape or _SHAPE
        wide = min(_size(self._best(height), count, self.width(), height, head, shape))
        return wide * min(1.0, 1 / shape)

    def light(self, at: Pointed) -> None:
        """What shows a symbol, in each of its plots."""
        self._lit = at
        for tile in self.tiles:
            tile.light(at)

    def mark(self, index: int) -> None:
        """Frame one tile as the chosen one; −1 for none."""
        for i, tile in enumerate(self.tiles):
            tile.set_marked(i == index)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # not when the window is minimised
            self._head(((), ()))
            self._keep(0)  # the next sheet makes its own: each tile is a dozen Qt objects

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_grid"):
            self._arrange()

    def _keep(self, count: int) -> None:
        for tile in self.tiles[count:]:
            if tile.hasFocus():
                focus.rest(tile)  # or it would go to whatever comes next in the window
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
            self._columns = 0
        if self.tiles[count:]:
            self.pointed.emit(NOTHING)  # an entry that goes is left by no mouse
        self.tiles = self.tiles[:count]

    def _arrange(self) -> None:
        if not self.tiles:
            return
        columns = self._best(self.height())
        bare = self._bare = self._narrow(columns) or self._low(columns)
        self._grid.setHorizontalSpacing(theme.px(_GAP if bare or self._clickable else _APART))
        self._grid.setVerticalSpacing(theme.px(_GAP))
        for tile in self.tiles:
            tile.set_bare(bare)
        if columns != self._columns:
            self._place(columns)
        self._level()

    def _best(self, height: int) -> int:
        if columns := len(self._headings[1]):
            return columns
        if not self._shape:
            return best_columns(len(self.tiles), self.width(), height)
        font, about = theme.font("body"), (len(self.tiles), self.width(), height, self._lines)
        widest = text_width([markup.to_plain(t) for t in self._titles], font) + theme.px(_GAP)
        widest += 2 * (ASIDE + 1) if self._clickable else 0
        best = best_columns(*about, self._shape, int(self.width() // widest))
        if not self._told:
            return best
        both = widest + text_width([_STATE], font) + theme.px(2 * _GAP)
        roomy = best_columns(*about, self._shape, int(self.width() // both))
        sizes = (min(_size(columns, *about, self._shape)) for columns in (roomy, best))
        return roomy if next(sizes) >= _WORTH * next(sizes) else best

    def _narrow(self, columns: int) -> bool:
        """Whether axes would leave too little of plots side by side; one alone needs its own."""
        alone = len(self.tiles) == 1 and self.height() >= theme.px(_ALONE)
        return self.width() / columns < theme.px(_ALONE if alone else _BARE)

    def _low(self, columns: int) -> bool:
        """Whether axes would leave too little of maps that keep their shape."""
        if not (self._told and self._shape):
            return False
        high = self.height() / math.ceil(len(self.tiles) / columns) - self._lines
        return high - theme.px(_AXES) < theme.px(_LEAST)

    @property
    def _lines(self) -> int:
        """The height of what is written about each plot."""
        return theme.px(_HEAD * (1 + self._told))

    def _head(self, headings: Headings) -> None:
        """Words at the left of rows and above columns."""
        for labels, words in zip(self._headings, headings, strict=True):
            for label in labels[len(words) :]:
                self._grid.removeWidget(label)
                label.deleteLater()
                self._columns = 0
            del labels[len(words) :]
            while len(labels) < len(words):
                label = Text("", "body", "muted", self, bold=True)
                label.setWordWrap(True)
                labels.append(label)
                self._columns = 0
            for label, said in zip(labels, words, strict=True):
                label.write(said)

    def _place(self, columns: int) -> None:
        rows = math.ceil(len(self.tiles) / columns)
        for i in range(max(columns, self._grid.columnCount())):
            self._grid.setColumnStretch(i + 1, int(i < columns))
        for i in range(max(rows, self._grid.rowCount())):
            self._grid.setRowStretch(i + 1, int(i < rows))
        for i, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, i // columns + 1, i % columns + 1)
        of_rows, of_columns = self._headings
        for i, label in enumerate(of_rows):
            label.setMaximumWidth(theme.px(_ASIDE))
            self._grid.addWidget(label, i + 1, 0)
        for i, label in enumerate(of_columns):
            self._grid.addWidget(label, 0, i + 1)
        for label in (*of_rows, *of_columns):
            label.show()
        self._columns = columns
        for tile in self.tiles:
            tile.show()  # last: it may lead to another size, and here again

    def _level(self) -> None:
        """Plots of one row end at one height, whatever their legends take."""
        if not self._columns:
            return  # tiles are coming or going
        for start in range(0, len(self.tiles), self._columns):
            row = self.tiles[start : start + self._columns]
            foot = max(tile.legend_height for tile in row)
            for tile in row:
                tile.set_foot(foot)

    def _line_up(self) -> None:
        """Plots of one column begin at one place, whatever the numbers on their axes take."""
        for column in range(self._columns):
            line_up([tile.left_axis for tile in self.tiles[column :: self._columns]])


def best_columns(
    count: int,
    width: int,
    height: int,
    head: int = 0,
    shape: float = _SHAPE,
    most: int | None = None,
) -> int:
    """How many columns, at `most`, give `count` ≥ 1 tiles the most room, with `head` for the title
    of each and plots of a shape, width to height.
    """
    most = count if most is None else max(1, min(count, most))
    return max(
        range(1, most + 1),
        key=lambda columns: min(_size(columns, count, width, height, head, shape)),
    )


def _size(
    columns: int, count: int, width: int, height: int, head: int, shape: float
) -> tuple[float, float]:
    """The width of a tile, and the one that its height allows."""
    return width / columns, (height / math.ceil(count / columns) - head) * shape


def _kept(plot: Plot) -> float:
    """Width to height of a plot whose axes have one scale; else 0."""
    x, y = plot.x, plot.y
    if not plot.equal or None in (x.low, x.high, y.low, y.high):
        return 0.0
    wide, high = x.high - x.low, y.high - y.low  # type: ignore[operator]
    return wide / high if wide > 0 < high else 0.0
