"""A widget seen magnified: every view in it is drawn as large as it is shown, none is a copy."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from ebmviz.ui.look import theme


class Lens(QGraphicsView):
    """To be looked at only. painted(seconds): how long it has taken."""

    painted = Signal(float)

    def __init__(self, seen: QWidget) -> None:
        super().__init__()
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._scene.addWidget(seen)
        self._seen = seen
        self.factor = 1.0
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(off)
        self.setVerticalScrollBarPolicy(off)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setInteractive(False)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def magnify(self, factor: float) -> None:
        """So many times, beside the magnification that there is of the whole window."""
        self.factor = factor
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        began = time.perf_counter()
        with theme.behind_lens(self.factor):
            super().paintEvent(event)
        self.painted.emit(time.perf_counter() - began)

    def _fit(self) -> None:
        wide, high = (int(side / self.factor) for side in (self.width(), self.height()))
        self._seen.setFixedSize(wide, high)
        self.setSceneRect(0, 0, wide, high)
        self.setTransform(QTransform.fromScale(self.factor, self.factor))
