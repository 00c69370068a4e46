"""The picture of a scene that has no plane, in the landscape's place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent

from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.view import hidden
from ebmviz.figures.base.figure import Figure, Shot, drawn_or_why_not
from ebmviz.ui.controls.card import PAD, Card
from ebmviz.ui.controls.ellipsis import beginnings
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.look import theme
from ebmviz.ui.plots.mosaic import Mosaic
from ebmviz.ui.pointing.pointing import Pointed

_MOST = 2  # lines of a caption


class PictureView(Card):
    """Draws a figure's Plot or Sheet, with its title and caption. Painting on a figure that takes
    strokes tells edited(changes, live), live until the button is released.
    """

    edited = Signal(dict, bool)
    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__("")
        self.setObjectName("picture.card")
        self.mosaic = Mosaic(paintable=True, named=True)
        self.mosaic.stroked.connect(self._stroked)
        self.mosaic.toggled.connect(self._toggle)
        self.mosaic.pointed.connect(self.pointed)
        self.caption = Reading()
        self.body.addWidget(self.mosaic, 1)
        self.body.addWidget(self.caption)
        self._shown: tuple[Figure, Shot] | None = None
        self._begun: tuple[Figure, Shot] | None = None  # what is painted on by the stroke under way
        self._stroke: list[tuple[float, float]] = []
        self._tile = 0
        self._lines = 1  # of the caption, kept: the plots must not jump with its words
        self.hide()

    def show_shot(self, figure: Figure, shot: Shot) -> None:
        """Draw a frame that holds what the figure needs."""
        if self._shown is None or self._shown[0] is not figure:
            self._lines = 1
        self._shown = figure, shot
        value = drawn_or_why_not(figure, shot)
        if isinstance(value, Plot):
            value = Sheet(value.title, ((value,),), value.caption)
        title, _, detail = value.title.partition(" · ")
        self.set_title(title, detail)
        self.mosaic.show_sheet(value)
        self.caption.write(*beginnings(value.caption))
        self.caption.setVisible(bool(value.caption))
        self._make_room()

    def light(self, at: Pointed) -> None:
        """What shows a symbol."""
        for each in (self.mosaic, self.detail, self.caption):
            each.light(at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lines = 1
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "caption"):
            self._make_room()

    def _make_room(self) -> None:
        inside = self.width() - 2 * theme.px(PAD)
        self._lines = max(self._lines, min(_MOST, self.caption.lines_for(inside)))
        self.caption.set_lines(self._lines)

    def _toggle(self, name: str) -> None:
        if self._shown:
            away = hidden.toggled(self._shown[1].scene.view.hidden, name)
            self.edited.emit({"view.hidden": away}, False)

    def _stroked(self, tile: int, x: float, y: float, phase: str) -> None:
        if phase == "press" and self._shown and self._shown[0].stroke:
            self._begun, self._stroke, self._tile = self._shown, [], tile
        if self._begun is None or (paint := self._begun[0].stroke) is None:
            return
        self._stroke.append((x, y))
        # All of a stroke is painted on what was there when it began: frames come later than moves.
        changes = paint(self._begun[1], self._tile, self._stroke)
        if changes:
            self.edited.emit(changes, phase != "release")
        if phase == "release":
            self._begun = None
