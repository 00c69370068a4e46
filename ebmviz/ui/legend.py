"""The legend below a plot, where it never covers the data."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ebmviz.core import markup, palette
from ebmviz.core.plot import Bars, Curve, Layer, Plot, Points, Rule, Segments
from ebmviz.ui import theme

_MARKS = {"disc": "●", "cross": "✕", "ring": "○", "star": "★"}


class Legend(QLabel):
    """Marks and names in as many lines as they need, two at most.

    It takes a second line at once, and gives it back only with another width or other
    entries: the plot above must not jump while a value in a name changes.
    """

    def __init__(self, lines: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot: Plot | None = None
        self._most, self._lines, self._count = lines, 1, 0
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fit()

    def hasHeightForWidth(self) -> bool:
        """No: the height is fixed here, and cards with and without a legend share evenly."""
        return False

    def show_plot(self, plot: Plot) -> None:
        """The labelled layers of a plot."""
        self._plot = plot
        entries = [e for layer in plot.layers if (e := _entry(layer))] if plot.legend else []
        text = "&nbsp; ".join(entries)
        if text != self.text():
            self.setText(text)
            self._fit(again=len(entries) != self._count)
            self._count = len(entries)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit(again=True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit(again=True)
            if self._plot:
                self.show_plot(self._plot)

    def _fit(self, again: bool = False) -> None:
        line = theme.px(18)
        needed = self.heightForWidth(self.width()) if self.text() else 0
        lines = 2 if needed > 1.5 * line else 1
        self._lines = min(self._most, lines if again else max(lines, self._lines))
        self.setFixedHeight(line * self._lines + theme.px(2))


def _entry(layer: Layer) -> str:
    label = getattr(layer, "label", "")
    if not label:
        return ""
    match layer:
        case Points(marker=marker, values=None):
            mark = _MARKS[marker]
        case Points():
            mark = "●"
        case Bars():
            mark = "▮"
        case Segments():
            mark = "↗"
        case Rule(dash=dash) | Curve(dash=dash):
            mark = "━" if dash == "solid" else "╍"
        case _:
            return ""
    color = _ink(layer.color)
    name = markup.to_html(label).replace(" ", "&nbsp;")
    return f"<span style='color:{color}'>{mark}</span>&nbsp;{name}"


def _ink(role: str) -> str:
    # White marks of the map would vanish on a light panel.
    return palette.color("muted" if role == "pull" else role, theme.current())
