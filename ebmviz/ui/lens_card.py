"""The latent lens, with its initial latent z̃ to drag."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import QEvent

from ebmviz.core.view import View
from ebmviz.figures import latent_lens
from ebmviz.ui import theme
from ebmviz.ui.plot_card import PlotCard


class LensCard(PlotCard):
    """Dragging the line of z̃ sets view.latent."""

    def __init__(self) -> None:
        super().__init__(latent_lens.FIGURE, caption=True)
        self.initial = pg.InfiniteLine(0.0, movable=True, bounds=(0.0, 2 * math.pi))
        self.initial.setZValue(900)
        self.canvas.area.addItem(self.initial, ignoreBounds=True)
        self.initial.sigDragged.connect(lambda line: self._tell(True))
        self.initial.sigPositionChangeFinished.connect(lambda line: self._tell(False))
        self._dress_line()

    def show_view(self, view: View) -> None:
        """The handle follows the scene at once."""
        if not self.initial.moving:
            self.initial.setPos(view.latent % (2 * math.pi))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "initial"):
            self._dress_line()

    def _dress_line(self) -> None:
        faint = pg.mkPen(theme.tint("latent", 0.6), width=1.4, dash=[4, 4])
        self.initial.setPen(faint)
        self.initial.setHoverPen(pg.mkPen(theme.tint("latent"), width=2.5))

    def _tell(self, live: bool) -> None:
        self.edited.emit({"view.latent": float(self.initial.value())}, live)
