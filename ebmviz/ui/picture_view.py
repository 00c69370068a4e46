"""The picture of a scene that has no plane, in the landscape's place."""

from __future__ import annotations

from PySide6.QtCore import Signal

from ebmviz.core.plot import Plot, Sheet
from ebmviz.figures.figure import Figure, Shot
from ebmviz.ui.card import Card
from ebmviz.ui.mosaic import Mosaic
from ebmviz.ui.reading import Reading


class PictureView(Card):
    """Draws a figure's Plot or Sheet, with its title and caption. Painting on a figure that takes
    strokes tells edited(changes, live), live until the button is released.
    """

    edited = Signal(dict, bool)

    def __init__(self) -> None:
        super().__init__("")
        self.setObjectName("picture.card")
        self.mosaic = Mosaic(paintable=True)
        self.mosaic.stroked.connect(self._stroked)
        self.caption = Reading()
        self.body.addWidget(self.mosaic, 1)
        self.body.addWidget(self.caption)
        self._shown: tuple[Figure, Shot] | None = None
        self._begun: Shot | None = None  # what the stroke under way is painted on
        self._stroke: list[tuple[float, float]] = []
        self._tile = 0
        self.hide()

    def show_shot(self, figure: Figure, shot: Shot) -> None:
        """Draw a frame that holds what the figure needs."""
        self._shown = figure, shot
        value = figure.draw((shot,))
        if isinstance(value, Plot):
            value = Sheet(value.title, ((value,),), value.caption)
        title, _, detail = value.title.partition(" · ")
        self.set_title(title, detail)
        self.mosaic.show_sheet(value)
        self.caption.write(value.caption)
        self.caption.setVisible(bool(value.caption))

    def _stroked(self, tile: int, x: float, y: float, phase: str) -> None:
        if self._shown is None or self._shown[0].stroke is None:
            return
        if phase == "press":
            self._begun, self._stroke, self._tile = self._shown[1], [], tile
        if self._begun is None:
            return
        self._stroke.append((x, y))
        # All of a stroke is painted on what was there when it began: frames come later than moves.
        changes = self._shown[0].stroke(self._begun, self._tile, self._stroke)
        if changes:
            self.edited.emit(changes, phase != "release")
        if phase == "release":
            self._begun = None
