"""The rounded panel with a title row that everything in the window sits on."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ebmviz.ui import theme
from ebmviz.ui.reading import Reading
from ebmviz.ui.text import Text

PAD = 12


class Card(QFrame):
    """Put the content in `body`. The title is in capitals, the detail beside it is not."""

    def __init__(self, title: str = "", detail: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text(kind="title", tone="muted")
        self.detail = Reading("body")
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addWidget(self.detail, 1)
        self.body = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addLayout(self.body)
        self.set_title(title, detail)
        self._fit()

    def set_title(self, title: str, detail: str = "") -> None:
        """`detail` is for mathematics, which capitals would change: `F_β(y)`."""
        self.title.write(title)
        self.title.setVisible(bool(title))
        self.detail.write(detail)
        self.detail.setVisible(bool(detail))

    def add_action(self, widget: QWidget) -> None:
        """Puts a widget at the right end of the title row."""
        self._head.addWidget(widget)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        pad = theme.px(PAD) - 1  # the border is one pixel
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(theme.px(8))
        self._head.setSpacing(theme.px(8))
        self.body.setSpacing(theme.px(4))
