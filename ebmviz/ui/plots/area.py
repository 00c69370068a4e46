"""The drawing area and its two axes.

pyqtgraph's PlotItem would bring two axes more, and a menu of 27 widgets that is never shown.
"""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsItem, QSizePolicy

from ebmviz.ui.plots.axis import Ticks

_PLACES = {"left": (2, 0), "bottom": (3, 1)}
_VIEW = (2, 1)


class Area(pg.GraphicsWidget):
    """A view box with a left and a bottom axis; `layout` has room for more at its other edges."""

    def __init__(self, view_box: pg.ViewBox | None = None) -> None:
        super().__init__()
        expanding = QSizePolicy.Policy.Expanding
        self.setSizePolicy(expanding, expanding)
        self.layout = QGraphicsGridLayout()
        self.layout.setSpacing(0)
        self.setLayout(self.layout)
        self._view = view_box or pg.ViewBox(enableMenu=False)
        self.layout.addItem(self._view, *_VIEW)
        self._axes = {side: Ticks(side) for side in _PLACES}
        for side, axis in self._axes.items():
            axis.linkToView(self._view)
            axis.setZValue(0.5)  # above images, which lie at 0
            axis.setFlag(QGraphicsItem.GraphicsItemFlag.ItemNegativeZStacksBehindParent)
            self.layout.addItem(axis, *_PLACES[side])
        self.layout.setRowStretchFactor(_VIEW[0], 100)
        self.layout.setColumnStretchFactor(_VIEW[1], 100)

    def getViewBox(self) -> pg.ViewBox:
        """What the plot is drawn in; in pyqtgraph's name for it, which items on it ask for."""
        return self._view

    def getAxis(self, side: str) -> Ticks:
        """The axis on the "left" or at the "bottom"."""
        return self._axes[side]

    def addItem(self, item: Any) -> None:
        """Put an item onto the plane."""
        self._view.addItem(item, ignoreBounds=True)
