"""A widget seen magnified: every view in it is drawn as large as it is shown, none is a copy."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from ebmviz.ui.look import theme

_BEAT_MS, _SHARE = 25, 0.25  # between two paintings, which take so much of the time at most


class Lens(QGraphicsView):
    """To be looked at only. Painted once for all that changes within a beat, and seldom enough to
    leave the time to others. painted(seconds): how long it has taken.
    """

    painted = Signal(float)

    def __init__(self, seen: QWidget) -> None:
        super().__init__()
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._scene.addWidget(seen)
        self._seen = seen
        self.factor = 1.0
        self._stale, self._took = QRectF(), 0.0
        self._beat = QTimer(self)
        self._beat.setSingleShot(True)
        self._beat.timeout.connect(self._refresh)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self._scene.changed.connect(self._changed)
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
        self._took = time.perf_counter() - began
        self.painted.emit(self._took)

    def _changed(self, places: list[QRectF]) -> None:
        for place in places:
            self._stale = self._stale.united(place)
        if not self._beat.isActive():
            self._beat.start(max(_BEAT_MS, min(1000, round(1000 * self._took / _SHARE))))

    def _refresh(self) -> None:
        where, self._stale = self._stale, QRectF()
        self.viewport().update(self.mapFromScene(where).boundingRect().adjusted(-2, -2, 2, 2))

    def _fit(self) -> None:
        wide, high = (int(side / self.factor) for side in (self.width(), self.height()))
        self._seen.setFixedSize(wide, high)
        self.setSceneRect(0, 0, wide, high)
        self.setTransform(QTransform.fromScale(self.factor, self.factor))
        self.viewport().update()
