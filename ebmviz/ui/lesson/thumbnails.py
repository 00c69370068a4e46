"""Small pictures of stops, taken of what is large in the window when their states are on it."""

from __future__ import annotations

import numpy as np
from pyqtgraph import ViewBox
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGraphicsView, QWidget

from ebmviz.core.lesson import block
from ebmviz.core.lesson.stop import PICTURE, Stop
from ebmviz.ui.views.stage import Stage

_HIGH, _WIDE, _BYTES = PICTURE
_RGB = QImage.Format.Format_RGB888
_MOST = 400


class Thumbnails(QObject):
    """By the state of a stop: those of the same state share one. changed: there is another."""

    changed = Signal()

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._kept: dict[str, QPixmap] = {}

    def of(self, stop: Stop) -> QPixmap | None:
        """The picture of a stop, if its state has been seen, here or where it was taken."""
        key = block.state_text(stop)
        if key not in self._kept and stop.picture:
            image = QImage(stop.picture, _WIDE, _HIGH, _WIDE * _BYTES, _RGB)
            self._keep(key, QPixmap.fromImage(image.copy()))
        return self._kept.get(key)

    def take(self, stop: Stop) -> None:
        """Its state is on the screen."""
        self._keep(block.state_text(stop), QPixmap.fromImage(self._image()))
        self.changed.emit()

    def now(self) -> bytes:
        """What is on the screen, as a stop keeps it."""
        image = self._image()
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(_HIGH, image.bytesPerLine())
        return rows[:, : _WIDE * _BYTES].tobytes()

    def _keep(self, key: str, picture: QPixmap) -> None:
        self._kept.pop(key, None)
        self._kept[key] = picture
        for old in list(self._kept)[:-_MOST]:
            del self._kept[old]

    def _image(self) -> QImage:
        ratio = Qt.AspectRatioMode.KeepAspectRatioByExpanding
        smooth = Qt.TransformationMode.SmoothTransformation
        shown = [view for view in (self._stage.main, *self._stage.side) if view.isVisible()]
        large = max(shown, key=lambda v: v.width() * v.height(), default=self._stage.main)
        whole = _plot(large).toImage()
        whole.setDevicePixelRatio(1.0)
        whole = whole.scaled(QSize(_WIDE, _HIGH), ratio, smooth)
        left, top = (whole.width() - _WIDE) // 2, (whole.height() - _HIGH) // 2
        return whole.copy(left, top, _WIDE, _HIGH).convertToFormat(_RGB)


def _plot(main: QWidget) -> QPixmap:
    """The largest plot of a view, without its axes; the whole view where it has none."""
    views = [view for view in main.findChildren(QGraphicsView) if view.isVisible()]
    view = max(views, key=lambda v: v.width() * v.height(), default=None)
    items = view.items() if view else []
    frames = [item.sceneBoundingRect() for item in items if isinstance(item, ViewBox)]
    frame = max(frames, key=lambda r: r.width() * r.height(), default=None)
    if view is None or frame is None:
        return main.grab()
    return view.grab(view.mapFromScene(frame).boundingRect())
