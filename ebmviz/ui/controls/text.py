"""Labels: plain words, and our notation in one of the type sizes, that follows the theme and its
magnification. Qt is never left to guess which it is.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QWidget

from ebmviz.core.symbols import written
from ebmviz.ui.look import theme
from ebmviz.ui.pointing import lit
from ebmviz.ui.pointing.pointing import Pointed


class Plain(QLabel):
    """A label that shows its words as they are, whatever is in them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)


class Text(QLabel):
    """Written in core.markup's notation; `tone` is "", "muted" or "bad"."""

    def __init__(
        self,
        text: str = "",
        kind: theme.Type = "body",
        tone: str = "",
        parent: QWidget | None = None,
        bold: bool = False,
    ) -> None:
        super().__init__(parent)
        self._kind, self._bold = kind, bold
        self.setProperty("tone", tone)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._dress()
        self._written, self._lit = "", written.NONE
        self.write(text)

    def write(self, text: str) -> None:
        """Shows `text`, scripts and all."""
        if text != self._written:
            self._written = text
            self.setText(lit.html(text, self._lit))

    def light(self, at: Pointed) -> None:
        """The ground of a symbol, wherever it is in the text."""
        if at.names != self._lit:
            old, self._lit = self._lit, at.names
            if lit.there(self._written, old | self._lit):
                self.setText(lit.html(self._written, self._lit))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def _dress(self) -> None:
        font = theme.font(self._kind)
        if self._bold:
            font.setBold(True)
        self.setFont(font)
