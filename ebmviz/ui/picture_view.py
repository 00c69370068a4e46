"""The picture of a scene that has no plane, in the landscape's place."""

from __future__ import annotations

from ebmviz.core.plot import Plot, Sheet
from ebmviz.figures.figure import Figure, Shot
from ebmviz.ui.card import Card
from ebmviz.ui.mosaic import Mosaic
from ebmviz.ui.reading import Reading


class PictureView(Card):
    """Draws a figure's Plot or Sheet, with its title and caption."""

    def __init__(self) -> None:
        super().__init__("")
        self.setObjectName("picture.card")
        self.mosaic = Mosaic()
        self.caption = Reading()
        self.body.addWidget(self.mosaic, 1)
        self.body.addWidget(self.caption)
        self.hide()

    def show_shot(self, figure: Figure, shot: Shot) -> None:
        """Draw a frame that holds what the figure needs."""
        value = figure.draw((shot,))
        if isinstance(value, Plot):
            value = Sheet(value.title, ((value,),), value.caption)
        title, _, detail = value.title.partition(" · ")
        self.set_title(title, detail)
        self.mosaic.show_sheet(value)
        self.caption.write(value.caption)
        self.caption.setVisible(bool(value.caption))
