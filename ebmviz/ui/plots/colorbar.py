"""The colour bar beside a map: a gradient, a few ticks, a label."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QGraphicsWidget, QStyleOptionGraphicsItem, QWidget

from ebmviz.core import markup, palette
from ebmviz.core.plot import ends
from ebmviz.core.ticks import tick_labels
from ebmviz.figures.words.text import number
from ebmviz.ui.look import theme
from ebmviz.ui.plots.axis import text_width

_BAR = 12
_WIDTH, _STEP = 58, 8
_TICKS = 5


class ColorBar(QGraphicsWidget):
    """Sits in the layout of a plot, so that it is exactly as high as the map."""

    def __init__(self) -> None:
        super().__init__()
        self._state = ("viridis", 0.0, 1.0, "")
        self._beyond = (False, False)
        self._known = False  # before the first scale there are no numbers
        self._width = 0
        # It touches the map, and would be painted with every frame.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.fit()

    def fit(self) -> None:
        """Take the width of the current type size."""
        self._width = 0
        self._widen()

    def show_scale(
        self,
        colormap: str,
        low: float,
        high: float,
        label: str,
        beyond: tuple[bool, bool] = (False, False),
    ) -> None:
        """The colours and the energies at their ends; which of them stand for more beyond."""
        state = (colormap, *ends(low, high), label)
        if (state, beyond, True) != (self._state, self._beyond, self._known):
            self._state, self._beyond, self._known = state, beyond, True
            self._widen()
            self.update()

    def sizeHint(self, which: Qt.SizeHint, _constraint: QSizeF | QSize | None = None) -> QSizeF:
        return QSizeF(self.wide, -1 if which != Qt.SizeHint.MaximumSize else 1e6)

    @property
    def wide(self) -> int:
        """Its width, with its numbers."""
        return self._width or theme.px(_WIDTH)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Gradient, ticks and label."""
        name, low, high, label = self._state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = theme.px(12)
        head = theme.px(18)
        bar = QRectF(left, head, theme.px(_BAR), self.size().height() - head)
        gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        table = palette.colormap(name, theme.current())
        for i in range(0, 256, 5):
            r, g, b = (int(c) for c in table[i])
            gradient.setColorAt(i / 255, QColor(r, g, b))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 2, 2)
        painter.setPen(QPen(theme.tint("muted")))
        painter.setFont(theme.font("number"))
        metrics = painter.fontMetrics()
        values, labels = self._ticks()
        before = math.inf
        for value, written in zip(values, labels, strict=True):
            y = bar.bottom() - (value - low) / (high - low) * bar.height()
            x = bar.right() + theme.px(5)
            base = min(
                max(y + metrics.ascent() / 2 - 1, bar.top() + metrics.ascent() - 2), bar.bottom()
            )
            if before - base >= metrics.ascent():  # in a low bar not all have room
                painter.drawText(QPointF(x, base), written)
                before = base
        text = QStaticText(markup.to_html(label))
        text.setTextFormat(Qt.TextFormat.RichText)
        painter.drawStaticText(QPointF(left, -theme.px(2)), text)

    def _ticks(self) -> tuple[list[float], list[str]]:
        _, low, high, _ = self._state
        room = int((self.size().height() - theme.px(18)) // theme.px(22))
        if not self._known:
            return [], []
        values = ticks(low, high, min(_TICKS, max(1, room)))
        return ended(values, low, high, self._beyond)

    def _widen(self) -> None:
        # In steps, and back only by several: the map must not swing with its numbers.
        step = theme.px(_STEP)
        font = theme.font("number")
        needed = theme.px(12 + _BAR + 5) + text_width(self._ticks()[1], font)
        needed = max(needed, theme.px(12) + text_width([markup.to_plain(self._state[3])], font))
        wanted = max(theme.px(_WIDTH), math.ceil((needed + 1) / step) * step)
        if wanted > self._width or wanted <= self._width - 3 * step:
            self._width = wanted
            self.setMinimumWidth(wanted)
            self.setMaximumWidth(wanted)


def ended(
    values: list[float], low: float, high: float, beyond: tuple[bool, bool]
) -> tuple[list[float], list[str]]:
    """Ticks and their labels, those at an end with more beyond as ≤ or ≥."""
    near = 0.06 * (high - low)
    written = dict(zip(values, tick_labels(values), strict=True))
    for end, more, sign in zip((low, high), beyond, "≤≥", strict=True):
        if more:
            own = next((t for v, t in written.items() if abs(v - end) < 1e-3 * near), "")
            written = {v: t for v, t in written.items() if abs(v - end) > near}
            written[end] = f"{sign} {own or number(end, 4)}"
    ordered = sorted(written)
    return ordered, [written[v] for v in ordered]


def ticks(low: float, high: float, count: int = _TICKS) -> list[float]:
    """At most `count` + 1 round numbers in [low, high]."""
    raw = (high - low) / count
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(m * unit for m in (1, 2, 2.5, 5, 10) if m * unit >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]
