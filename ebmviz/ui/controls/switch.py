"""A yes or no as a sliding switch."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ebmviz.ui.controls import keys
from ebmviz.ui.look import theme

_WIDTH, _HEIGHT = 32, 18


class Switch(QAbstractButton):
    """Checkable; `clicked(bool)` tells what the user did."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        keys.teach(self)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(_WIDTH), theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        on, track = self.isChecked(), QRectF(self.rect())
        radius = track.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tint("accent" if on else "track"))
        painter.drawRoundedRect(track, radius, radius)
        if self.underMouse() and self.isEnabled():
            painter.setBrush(theme.tint("text", 0.12))
            painter.drawRoundedRect(track, radius, radius)
        knob = radius - theme.px(4)
        x = track.right() - radius if on else track.left() + radius
        painter.setBrush(theme.tint("on-accent" if on else "muted"))
        painter.drawEllipse(QPointF(x, track.center().y()), knob, knob)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.tint("text" if on else "accent"), theme.px(2)))
            edge = theme.px(1)
            inner = track.adjusted(edge, edge, -edge, -edge)
            painter.drawRoundedRect(inner, radius - edge, radius - edge)
