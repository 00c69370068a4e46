"""One plot of several, under its title."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ebmviz.core import markup
from ebmviz.core.plot import Plot, Points
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import Canvas
from ebmviz.ui.plots.legend import Legend
from ebmviz.ui.pointing.pointing import Pointed

_PAD, _RADIUS = 5, 6
ASIDE = _PAD + 2
"""Pixels at each side of one that can be clicked."""
_MARK, _USUAL = 4.0, 140  # points: larger marks would cover a map with shorter sides than this
_LOW = 180  # a tile less high needs the room of its legend and of the label of its x axis


class Tile(QWidget):
    """One plot under its title; clicked(index) where it can be, and taken(index) where that was by
    a key; opened(index) by a double click or Z, dropped(index) by Delete, asked(index, place) for
    its menu. toggled(name): an entry of its legend was clicked. sized is sent with another size.
    `told` gives it the plot's caption as a line below.
    """

    clicked = Signal(int)
    taken = Signal(int)
    opened = Signal(int)
    dropped = Signal(int)
    asked = Signal(int, QPoint)
    stroked = Signal(int, float, float, str)
    toggled = Signal(str)
    sized = Signal()

    def __init__(
        self,
        index: int,
        clickable: bool,
        parent: QWidget,
        paintable: bool = False,
        named: bool = False,
        told: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"tile.{index}")
        self.index, self._clickable, self._paintable = index, clickable, paintable
        self.title, self.canvas = Reading("body", named=True), Canvas()
        self.canvas.setMinimumSize(1, 1)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.canvas.set_bare(True)
        self.legend = Legend()
        self.legend.hide()
        self.legend.toggled.connect(self.toggled)
        self.legend.pointed.connect(self.canvas.point_out)
        self.caption = Reading(named=True)
        self.caption.setVisible(told)
        self._plot: Plot | None = None
        self._titled, self._mark = True, _MARK
        self._asides: tuple[str, ...] = ("",)  # ways to say the state, at the right
        self._named = named
        self._bare = self._marked = self._double = False
        column = QVBoxLayout(self)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.legend)
        column.addWidget(self.caption)
        self._column = column
        if clickable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_foot(0)

    @property
    def left_axis(self) -> Any:
        """pyqtgraph's axis of y."""
        return self.canvas.area.getAxis("left")

    @property
    def legend_height(self) -> int:
        """What the legend takes, if there is one, and the gap above it."""
        return 0 if self.legend.isHidden() else self.legend.height() + self._column.spacing()

    def set_foot(self, height: int) -> None:
        """Keep so much free below the plot, the legend included."""
        aside, pad = (ASIDE, _PAD) if self._clickable else (0, 0)
        self._column.setContentsMargins(aside, pad, aside, pad + height - self.legend_height)

    def show_plot(self, plot: Plot, named: bool = True) -> None:
        """Draw a plot; without axes where there is no room for them. named: whether its title says
        all, or headings say what stands before the “·”.
        """
        self._plot, self._titled = plot, named
        self._mark = self._largest()
        ways = (plot.title, plot.brief) if plot.brief else (plot.title,)
        names, _, asides = zip(*(way.partition(" · ") for way in ways), strict=True)
        self.title.write(*(names if named else asides))
        self._asides = asides if named else ("",)
        self.setAccessibleName(markup.to_plain(plot.title))
        # Without a tooltip of its own it has that of the card it lies on.
        tips.give(self, markup.to_html(plot.caption or (plot.title if self._clickable else "")))
        self.legend.show_plot(plot)
        parts = plot.caption.split(", ")
        self.caption.write(*(", ".join(parts[:i]) for i in range(len(parts), -1, -1)))
        self._say_aside()
        self._make_room()
        if self._bare:
            plot = _bared(plot, self._mark)
        self.canvas.show_plot(plot)

    def light(self, at: Pointed) -> None:
        """What shows a symbol, in the plot and in its legend."""
        self.canvas.light(at.marks)
        self.legend.light(at)

    def set_bare(self, bare: bool) -> None:
        """Leave the axes out."""
        if bare != self._bare:
            self._bare = bare
            self.canvas.set_tight(bare)
            if self._plot:
                self.show_plot(self._plot, self._titled)

    def set_marked(self, marked: bool) -> None:
        """Frame it."""
        if marked != self._marked:
            self._marked = marked
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
        self._say_aside()
        if self._bare and self._plot and abs(self._largest() - self._mark) > 1.0:
            self.show_plot(self._plot, self._titled)
        self.sized.emit()

    def _largest(self) -> float:
        """How large marks may be, with the plot."""
        return _MARK * max(1.0, min(self.width(), self.height()) / theme.px(_USUAL))

    def _make_room(self) -> None:
        low = self.height() < theme.px(_LOW)
        self.canvas.set_bare(low)
        self.legend.fit_to(self.width())
        self.legend.setVisible(self._named and not (low or self._bare or self.legend.empty))

    def _say_aside(self) -> None:
        """Beside the title; where there is no room, beside the caption."""
        self.title.write_aside(*self._asides)
        below = not self.caption.isHidden() and not self.title.aside()
        self.caption.write_aside(*(self._asides if below else ("",)))

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
            inside = self.rect().contains(event.position().toPoint())
            self._double, second = False, self._double
            if inside and not second:
                self.clicked.emit(self.index)
            return
        super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._paintable and event.button() is Qt.MouseButton.LeftButton:
            self._stroke(event, "press")
            return
        if not self._clickable:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._clickable and event.button() is Qt.MouseButton.LeftButton:
            self._double = True
            self.opened.emit(self.index)
            return
        super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._clickable:
            self.asked.emit(self.index, event.globalPos())
            return
        super().contextMenuEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(self.index)
            self.taken.emit(self.index)
            return
        told = {Qt.Key.Key_Z: self.opened, Qt.Key.Key_Delete: self.dropped}.get(Qt.Key(event.key()))
        if self._clickable and told is not None:
            told.emit(self.index)
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._clickable:
            return
        hot = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = "accent" if self._marked else "muted" if hot else "border"
        painter.setPen(QPen(theme.tint(role), 2 if self._marked or hot else 1))
        frame = self.rect().adjusted(1, 1, -2, -2)
        painter.drawRoundedRect(frame, theme.px(_RADIUS), theme.px(_RADIUS))


def _bared(plot: Plot, most: float) -> Plot:
    """Without axes, and with marks of `most` points at most."""
    replace = msgspec.structs.replace
    layers = tuple(
        replace(layer, size=min(layer.size, most)) if isinstance(layer, Points) else layer
        for layer in plot.layers
    )
    x, y = (replace(axis, visible=False) for axis in (plot.x, plot.y))
    return replace(plot, x=x, y=y, layers=layers)
