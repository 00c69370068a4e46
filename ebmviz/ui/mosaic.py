"""Small multiples: a grid of plots, each with its title."""

from __future__ import annotations

import math

import msgspec
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ebmviz.core import markup
from ebmviz.core.plot import Plot, Points, Sheet
from ebmviz.ui import theme
from ebmviz.ui.canvas import Canvas
from ebmviz.ui.reading import Reading

_BARE = 320  # in tiles narrower than this, numbers on the axes would take the room of the plot
_PAD, _RADIUS = 5, 6
_MARK = 4.0  # points: larger marks would cover a small map
_SHAPE = 1.25  # width to height of a tile at its best


class Mosaic(QWidget):
    """Draws a Sheet; tells chosen(index) of a tile clicked, where that means something, or, where
    tiles can be painted on, stroked(index, x, y, phase) in the plot's units, phase being "press",
    "move" or "release".
    """

    chosen = Signal(int)
    stroked = Signal(int, float, float, str)

    def __init__(
        self, clickable: bool = False, paintable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.tiles: list[Tile] = []
        self._clickable, self._paintable = clickable, paintable
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setMinimumHeight(1)

    def show_sheet(self, sheet: Sheet) -> None:
        """Draw the plots, row by row, in as many columns as make the tiles largest."""
        plots = [plot for row in sheet.rows for plot in row]
        while len(self.tiles) < len(plots):
            tile = Tile(len(self.tiles), self._clickable, self, self._paintable)
            tile.clicked.connect(self.chosen)
            tile.stroked.connect(self.stroked)
            self.tiles.append(tile)
            self._columns = 0
        for tile in self.tiles[len(plots) :]:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
            self._columns = 0
        self.tiles = self.tiles[: len(plots)]
        self._arrange()
        for tile, plot in zip(self.tiles, plots, strict=True):
            tile.show_plot(plot)

    def mark(self, index: int) -> None:
        """Frame one tile as the chosen one; −1 for none."""
        for i, tile in enumerate(self.tiles):
            tile.set_marked(i == index)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_grid"):
            self._arrange()

    def _arrange(self) -> None:
        if not self.tiles:
            return
        self._grid.setSpacing(theme.px(4 if len(self.tiles) < 5 else 6))
        columns = best_columns(len(self.tiles), self.width(), self.height())
        for tile in self.tiles:
            tile.set_bare(self.width() / columns < theme.px(_BARE))
        if columns == self._columns:
            return
        for i in range(self._grid.columnCount()):
            self._grid.setColumnStretch(i, int(i < columns))
        for i in range(self._grid.rowCount()):
            self._grid.setRowStretch(i, int(i < -(-len(self.tiles) // columns)))
        for i, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, i // columns, i % columns)
            tile.show()
            self._grid.setColumnStretch(i % columns, 1)
            self._grid.setRowStretch(i // columns, 1)
        self._columns = columns


class Tile(QWidget):
    """One plot under its title; clicked(index) where it can be."""

    clicked = Signal(int)
    stroked = Signal(int, float, float, str)

    def __init__(
        self, index: int, clickable: bool, parent: QWidget, paintable: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"tile.{index}")
        self.index, self._clickable, self._paintable = index, clickable, paintable
        self.title, self.canvas = Reading("body"), Canvas()
        self.canvas.setMinimumSize(1, 1)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.canvas.set_bare(True)
        self._plot: Plot | None = None
        self._bare = self._marked = False
        column = QVBoxLayout(self)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.canvas, 1)
        self._column = column
        if clickable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._column.setContentsMargins(_PAD + 2, _PAD, _PAD + 2, _PAD)
        else:
            self._column.setContentsMargins(0, 0, 0, 0)

    def show_plot(self, plot: Plot) -> None:
        """Draw a plot; without axes where there is no room for them."""
        self._plot = plot
        name, _, aside = plot.title.partition(" · ")
        self.title.write(name)
        self.title.write_aside(aside)
        self.setAccessibleName(markup.to_plain(plot.title))
        self.setToolTip(markup.to_html(plot.caption or plot.title))
        if self._bare:
            plot = _bared(plot)
        self.canvas.show_plot(plot)

    def set_bare(self, bare: bool) -> None:
        """Leave the axes out."""
        if bare != self._bare:
            self._bare = bare
            self.canvas.set_tight(bare)
            if self._plot:
                self.show_plot(self._plot)

    def set_marked(self, marked: bool) -> None:
        """Frame it."""
        if marked != self._marked:
            self._marked = marked
            self.update()

    def _stroke(self, event: QMouseEvent, phase: str) -> None:
        view = self.canvas.view
        at = self.canvas.mapToScene(self.canvas.mapFrom(self, event.position().toPoint()))
        place = view.mapSceneToView(at)
        self.stroked.emit(self.index, place.x(), place.y(), phase)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._paintable and event.buttons() & Qt.MouseButton.LeftButton:
            self._stroke(event, "move")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._paintable and event.button() is Qt.MouseButton.LeftButton:
            self._stroke(event, "release")
            return
        if self._clickable and event.button() is Qt.MouseButton.LeftButton:
            if self.rect().contains(event.position().toPoint()):
                self.clicked.emit(self.index)
            return
        super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._paintable and event.button() is Qt.MouseButton.LeftButton:
            self._stroke(event, "press")
            return
        if not self._clickable:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(self.index)
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._clickable:
            return
        hot = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = "accent" if self._marked else "muted" if hot else "border"
        painter.setPen(QPen(theme.tint(role), 2 if self._marked or hot else 1))
        frame = self.rect().adjusted(1, 1, -2, -2)
        painter.drawRoundedRect(frame, theme.px(_RADIUS), theme.px(_RADIUS))


def _bared(plot: Plot) -> Plot:
    """Without axes, and with small marks."""
    replace = msgspec.structs.replace
    layers = tuple(
        replace(layer, size=min(layer.size, _MARK)) if isinstance(layer, Points) else layer
        for layer in plot.layers
    )
    x, y = (replace(axis, visible=False) for axis in (plot.x, plot.y))
    return replace(plot, x=x, y=y, layers=layers)


def best_columns(count: int, width: int, height: int) -> int:
    """How many columns give `count` ≥ 1 tiles the most room at a good shape."""

    def size(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(width / columns, height / rows * _SHAPE)

    return max(range(1, count + 1), key=size)
