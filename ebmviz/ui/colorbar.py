"""The colour bar beside a map: a gradient, a few ticks, a label."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsWidget, QStyleOptionGraphicsItem, QWidget

from ebmviz.core import markup, palette
from ebmviz.ui import theme

_BAR = 12
_WIDTH = 58
_TICKS = 5


class ColorBar(QGraphicsWidget):
    """Sits in the layout of a plot, so that it is exactly as high as the map."""

    def __init__(self) -> None:
        super().__init__()
        self._state = ("viridis", 0.0, 1.0, "")
        self.fit()

    def fit(self) -> None:
        """Take the width of the current type size."""
        self.setMinimumWidth(theme.px(_WIDTH))
        self.setMaximumWidth(theme.px(_WIDTH))

    def show_scale(self, colormap: str, low: float, high: float, label: str) -> None:
        """The colours and the energies at their ends."""
        state = (colormap, low, high, label)
        if state != self._state:
            self._state = state
            self.update()

    def sizeHint(self, which: Qt.SizeHint, constraint: QSizeF | QSize | None = None) -> QSizeF:
        return QSizeF(theme.px(_WIDTH), -1 if which != Qt.SizeHint.MaximumSize else 1e6)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Gradient, ticks and label."""
        name, low, high, label = self._state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = theme.px(12)
        head = theme.px(18)
        bar = QRectF(left, head, theme.px(_BAR), self.size().height() - head)
        gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        table = palette.colormap(name)
        for i in range(0, 256, 5):
            r, g, b = (int(c) for c in table[i])
            gradient.setColorAt(i / 255, QColor(r, g, b))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 2, 2)
        painter.setPen(QPen(theme.tint("muted")))
        painter.setFont(theme.font("number"))
        metrics = painter.fontMetrics()
        for value in ticks(low, high):
            y = bar.bottom() - (value - low) / (high - low) * bar.height()
            x = bar.right() + theme.px(5)
            base = min(
                max(y + metrics.ascent() / 2 - 1, bar.top() + metrics.ascent() - 2), bar.bottom()
            )
            painter.drawText(QPointF(x, base), _number(value, high - low))
        text = QStaticText(markup.to_html(label))
        text.setTextFormat(Qt.TextFormat.RichText)
        painter.drawStaticText(QPointF(left, -theme.px(4)), text)


def ticks(low: float, high: float, count: int = _TICKS) -> list[float]:
    """At most `count` + 1 round numbers in [low, high]."""
    raw = (high - low) / count
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(m * unit for m in (1, 2, 2.5, 5, 10) if m * unit >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]


def _number(value: float, span: float) -> str:
    if abs(value) >= 1e5 or span < 1e-3:
        return f"{value:.2g}".replace("-", "−")
    places = max(0, 1 - math.floor(math.log10(span)))
    return f"{value:.{min(places, 4)}f}".replace("-", "−")
