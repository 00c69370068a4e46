"""Small multiples: a grid of plots, each with its title."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ebmviz.core.plot import Sheet
from ebmviz.ui import theme
from ebmviz.ui.tile import Tile

_BARE = 280  # in tiles narrower than this, numbers on the axes would take the room of the plot
_SHAPE = 1.25  # width to height of a tile at its best
_GAP, _APART = 8, 16  # between tiles; between columns whose titles would else read as one


class Mosaic(QWidget):
    """Draws a Sheet; tells chosen(index) of a tile clicked, where that means something, or, where
    tiles can be painted on, stroked(index, x, y, phase) in the plot's units, phase being "press",
    "move" or "release". `named` gives each tile the legend of its plot.
    """

    chosen = Signal(int)
    stroked = Signal(int, float, float, str)

    def __init__(
        self,
        clickable: bool = False,
        paintable: bool = False,
        named: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.tiles: list[Tile] = []
        self._clickable, self._paintable, self._named = clickable, paintable, named
        self._columns = 0
        self._bare = True
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setMinimumHeight(1)

    def show_sheet(self, sheet: Sheet) -> None:
        """Draw the plots, row by row, in as many columns as make the tiles largest; nothing while
        the card that holds them is away.
        """
        if not self.isVisibleTo(self.window()):
            return
        plots = [plot for row in sheet.rows for plot in row]
        while len(self.tiles) < len(plots):
            tile = Tile(len(self.tiles), self._clickable, self, self._paintable, self._named)
            tile.clicked.connect(self.chosen)
            tile.stroked.connect(self.stroked)
            tile.sized.connect(self._level)
            tile.left_axis.geometryChanged.connect(self._line_up)
            self.tiles.append(tile)
            self._columns = 0
        self._keep(len(plots))
        self._arrange()
        for tile, plot in zip(self.tiles, plots, strict=True):
            tile.show_plot(plot)
        self._level()

    @property
    def bare(self) -> bool:
        """Whether its tiles have no room for axes."""
        return self._bare

    def mark(self, index: int) -> None:
        """Frame one tile as the chosen one; −1 for none."""
        for i, tile in enumerate(self.tiles):
            tile.set_marked(i == index)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # not when the window is minimised
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
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
            self._columns = 0
        self.tiles = self.tiles[:count]

    def _arrange(self) -> None:
        if not self.tiles:
            return
        columns = best_columns(len(self.tiles), self.width(), self.height())
        bare = self._bare = self.width() / columns < theme.px(_BARE)
        self._grid.setHorizontalSpacing(theme.px(_GAP if bare or self._clickable else _APART))
        self._grid.setVerticalSpacing(theme.px(_GAP))
        for tile in self.tiles:
            tile.set_bare(bare)
        if columns != self._columns:
            self._place(columns)
        self._level()

    def _place(self, columns: int) -> None:
        rows = math.ceil(len(self.tiles) / columns)
        for i in range(max(columns, self._grid.columnCount())):
            self._grid.setColumnStretch(i, int(i < columns))
        for i in range(max(rows, self._grid.rowCount())):
            self._grid.setRowStretch(i, int(i < rows))
        for i, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, i // columns, i % columns)
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
            axes = [tile.left_axis for tile in self.tiles[column :: self._columns]]
            axes = [axis for axis in axes if axis.isVisible()]
            widest = max((axis.width() for axis in axes), default=0.0)
            for axis in axes:
                if axis.width() < widest:
                    axis.setWidth(widest)


def best_columns(count: int, width: int, height: int) -> int:
    """How many columns give `count` ≥ 1 tiles the most room at a good shape."""

    def size(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(width / columns, height / rows * _SHAPE)

    return max(range(1, count + 1), key=size)
