"""A box for a text of several lines, which is entered when the hand leaves it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget


class TextBox(QPlainTextEdit):
    """committed(text): what was typed is to be taken."""

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def isModified(self) -> bool:
        """Whether something was typed that is not entered yet."""
        return self.document().isModified()

    def set_text(self, text: str) -> None:
        """Show a text; the cursor stays where the same is shown."""
        if text != self.toPlainText():
            self.setPlainText(text)
        self.document().setModified(False)

    def commit(self) -> bool:
        """Enter what was typed; whoever hears it says what is wrong with it."""
        if self.isModified():
            self.document().setModified(False)
            self.committed.emit(self.toPlainText())
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.commit()
