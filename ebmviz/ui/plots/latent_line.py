"""The initial latent z̃ as a line to drag in the latent lens."""

from __future__ import annotations

import math
from collections.abc import Callable

import pyqtgraph as pg

from ebmviz.core.view import View
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import Canvas


class LatentLine:
    """Dragging it tells moved(z, live)."""

    def __init__(self, canvas: Canvas, moved: Callable[[float, bool], None]) -> None:
        self.line = pg.InfiniteLine(0.0, movable=True, bounds=(0.0, 2 * math.pi))
        self.line.setZValue(900)
        self.line.setVisible(False)
        canvas.area.addItem(self.line)
        self.line.sigDragged.connect(lambda line: moved(float(line.value()), True))
        self.line.sigPositionChangeFinished.connect(lambda line: moved(float(line.value()), False))
        self.dress()

    def show_view(self, view: View) -> None:
        """The line follows the scene at once."""
        if not self.line.moving:
            self.line.setPos(view.latent % (2 * math.pi))

    def dress(self) -> None:
        """Colours of the theme."""
        self.line.setPen(pg.mkPen(theme.tint("latent", 0.6), width=1.4, dash=[4, 4]))
        self.line.setHoverPen(pg.mkPen(theme.tint("latent"), width=2.5))
