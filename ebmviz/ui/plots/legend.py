"""The legend below a plot, where it never covers the data."""

from __future__ import annotations

import functools

from PySide6.QtCore import QEvent
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextDocument,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ebmviz.core import markup, palette
from ebmviz.core.plot import Bars, Curve, Layer, Plot, Points, Rule, Segments
from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme

_MARKS = {"disc": "●", "cross": "✕", "ring": "○", "star": "★"}
_LINES = {"solid": "━", "dash": "╍", "dot": "┉"}


class Legend(QWidget):
    """Marks and names in as many lines as they need, up to a few.

    It takes another line at once, and gives it back only with another width or other
    entries: the plot above must not jump while a value in a name changes. It is no QLabel,
    which would lay out the whole window anew at every such change.
    """

    def __init__(self, lines: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot: Plot | None = None
        self._most, self._lines = lines, 1
        self._entries: list[str] = []
        self._room = (self.width(), theme.scale())
        self._page = QTextDocument()
        self._page.setDocumentMargin(0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fit()

    def show_plot(self, plot: Plot) -> None:
        """The labelled layers of a plot."""
        self._plot = plot
        found = (_entry(layer) for layer in plot.layers) if plot.legend else ()
        entries = list(dict.fromkeys(filter(None, found)))
        if entries != self._entries:
            again = len(entries) != len(self._entries)
            self._entries = entries
            self._fit(again)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to name."""
        return not self._entries

    @property
    def names(self) -> str:
        """All of it, as HTML."""
        return _joined(self._entries)

    def allow(self, lines: int) -> None:
        """How many lines there may be."""
        if lines != self._most:
            self._most = lines
            self._fit(again=True)

    def fit_to(self, width: int) -> None:
        """Take the lines that this width asks for, shown or not."""
        if (width, theme.scale()) != self._room:
            self._room = (width, theme.scale())
            self._fit(again=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_to(event.size().width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._plot:
            self.show_plot(self._plot)
            self.fit_to(self._room[0])

    def paintEvent(self, _event: QPaintEvent) -> None:
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette = self.palette()
        self._page.documentLayout().draw(QPainter(self), context)

    def _fit(self, again: bool = False) -> None:
        line = theme.px(18)
        kept = len(self._entries)
        lines = self._lay(_joined(self._entries))
        while lines > self._most and kept > 1:
            kept -= 1
            lines = self._lay(_joined(self._entries[:kept]) + "&nbsp; …")
        lines = max(1, min(self._most, lines))
        self._lines = lines if again else max(lines, self._lines)
        tips.give(self, markup.Html(_joined(self._entries) if kept < len(self._entries) else ""))
        self.setAccessibleName(self._page.toPlainText())
        self.setFixedHeight(line * self._lines + theme.px(2))
        self.update()

    def _lay(self, text: str) -> int:
        """Lay the text out; how many lines it takes."""
        self._page.setDefaultFont(theme.font("body"))
        self._page.setHtml(text)
        self._page.setTextWidth(max(1, self._room[0]))
        self._page.documentLayout().documentSize()  # is laid out when it is asked for
        return self._page.firstBlock().layout().lineCount()


def _joined(entries: list[str]) -> str:
    return "&nbsp; ".join(entries)


@functools.lru_cache(256)
def _written(mark: str, color: str, label: str) -> str:
    whole = label.replace("/", "/\N{WORD JOINER}")  # where a line would else be broken
    name = markup.to_html(whole).replace(" ", "&nbsp;")
    return f"<span style='color:{color}'>{mark}</span>&nbsp;{name}"


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
        case Segments(head=head):
            mark = "↗" if head else _LINES["solid"]
        case Rule(dash=dash) | Curve(dash=dash):
            mark = _LINES[dash]
        case _:
            return ""
    return _written(mark, _ink(layer.color), label)


def _ink(role: str) -> str:
    # White marks of the map would vanish on a light panel.
    return palette.color("muted" if role in ("pull", "contour") else role, theme.current())
