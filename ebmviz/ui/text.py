"""A label in one of the type sizes, that follows the theme and its magnification."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QWidget

from ebmviz.core import markup
from ebmviz.ui import theme


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
        self._written = ""
        self.write(text)

    def write(self, text: str) -> None:
        """Shows `text`, scripts and all."""
        if text != self._written:
            self._written = text
            self.setText(markup.to_html(text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def _dress(self) -> None:
        font = theme.font(self._kind)
        if self._bold:
            font.setBold(True)
        self.setFont(font)
