"""The window of the class: what is on the stage, as large as its screen asks for."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from ebmviz.ui.look import theme
from ebmviz.ui.presenting.clicker import Clicker
from ebmviz.ui.presenting.hall import presented
from ebmviz.ui.presenting.lens import Lens
from ebmviz.ui.presenting.shade import Shade
from ebmviz.ui.presenting.watched import Watched

_SIZE, _SHARE = (1024, 768), 0.6  # without a screen of its own; of the screen, at most
_TRIES, _LESS = 12, 0.93  # a text that is too long is made smaller
_TITLE = "For the class — ebmviz"


class Audience(QWidget):
    """Has the keys of a clicker. A double click fills the screen, or leaves it. left: it was
    closed.
    """

    left = Signal()

    def __init__(self, watched: Watched, acts: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("audience")
        self.setWindowTitle(_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)  # keys stay the lecturer's
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 240)
        self.watched = watched
        self.lens = Lens(watched)
        self.lens.setParent(self)
        self.shade = Shade(self)
        self.addActions(list(acts.values()))
        Clicker(self, acts).arm(True)

    def open_on(self, screen: QScreen | None, beside: QScreen) -> None:
        """Fill a screen, or stand on that of the lecturer, where there is no other."""
        if screen is None:
            room = beside.availableGeometry()
            own = room.width(), room.height()
            wide, high = (min(a, round(_SHARE * b)) for a, b in zip(_SIZE, own, strict=True))
            self.setScreen(beside)
            self.showNormal()
            self.setGeometry(room.right() - wide - 40, room.top() + 60, wide, high)
            return
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def place_of(self, at: QPointF | None) -> QPointF | None:
        """A place of what is watched, in the window."""
        return None if at is None else at * self.lens.factor

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "shade"):
            self.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.left.emit()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(theme.tint("window")))

    def fit(self) -> None:
        """As large as all is seen."""
        self.lens.setGeometry(self.rect())
        ratio = self.devicePixelRatioF()
        wanted = max(presented(self.size(), ratio), theme.scale() / ratio)
        factor = wanted / theme.scale()
        for _ in range(_TRIES):
            self.lens.magnify(factor)
            if self.watched.fit():
                break
            factor *= _LESS
        self.shade.factor = factor
        self.shade.setGeometry(self.rect())
        self.shade.raise_()
