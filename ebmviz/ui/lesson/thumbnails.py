"""Small pictures of stops, taken of the window when their states are on the screen."""

from __future__ import annotations

from pyqtgraph import ViewBox
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGraphicsView, QWidget

from ebmviz.core.lesson import block
from ebmviz.core.lesson.stop import Stop
from ebmviz.ui.look import theme
from ebmviz.ui.views.stage import Stage

SIZE = QSize(192, 120)  # of the picture, whatever it is shown at
_MOST = 400


class Thumbnails(QObject):
    """By the state of a stop: those of the same state share one. changed: there is another."""

    changed = Signal()

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._kept: dict[str, QPixmap] = {}

    def of(self, stop: Stop) -> QPixmap | None:
        """The picture of a stop, if its state has been seen."""
        return self._kept.get(block.state_text(stop))

    def take(self, stop: Stop) -> None:
        """Its state is on the screen."""
        key = block.state_text(stop)
        self._kept.pop(key, None)
        self._kept[key] = self._picture()
        for old in list(self._kept)[:-_MOST]:
            del self._kept[old]
        self.changed.emit()

    def _picture(self) -> QPixmap:
        ratio = Qt.AspectRatioMode.KeepAspectRatioByExpanding
        smooth = Qt.TransformationMode.SmoothTransformation
        whole = _plot(self._stage.main).scaled(SIZE, ratio, smooth)
        left, top = (whole.width() - SIZE.width()) // 2, (whole.height() - SIZE.height()) // 2
        return theme.dried(whole.copy(left, top, SIZE.width(), SIZE.height()))


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
