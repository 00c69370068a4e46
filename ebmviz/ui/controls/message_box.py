"""Questions and messages in a box of their own: plain text, whatever is in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from ebmviz.core.markup import Html
from ebmviz.core.outside import clean


class Box(QMessageBox):
    """A message box that takes no words for rich text but our own `Html`."""

    def setText(self, text: str) -> None:
        rich = isinstance(text, Html)
        self.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
        super().setText(text if rich else clean(text, 600))


def tell(parent: QWidget, title: str, text: Html, more: str = "") -> bool:
    """Something of ours to read, until it is closed; whether the button `more` closed it."""
    box = Box(parent)
    box.setWindowTitle(title)
    box.setText(text)
    close = box.addButton(QMessageBox.StandardButton.Close)
    button = box.addButton(more, QMessageBox.ButtonRole.ActionRole) if more else None
    box.setDefaultButton(close)
    box.setEscapeButton(close)
    box.exec()
    box.deleteLater()
    return button is not None and box.clickedButton() is button
