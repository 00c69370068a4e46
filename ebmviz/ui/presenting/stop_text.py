"""The name of a stop and what it says."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ebmviz.core.lesson.prose import named
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.outside import clean
from ebmviz.ui.controls.prose import Prose
from ebmviz.ui.controls.text import Plain
from ebmviz.ui.look import theme


class StopText(QWidget):
    """Its text, or its answer once that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.name = Plain()
        self.name.setWordWrap(True)
        self.name.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.text = Prose()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.name)
        self._column.addWidget(self.text)
        self._dress()

    def show_state(self, state: LessonState) -> None:
        """Of the stop that was gone to last, if there is one."""
        if state.stop is not None:
            self.name.setText(clean(named(state.stop.name), 200))
            self.text.say(state.said)
            self.text.setVisible(bool(state.said.strip()))

    @property
    def high(self) -> int:
        """What it takes at its width."""
        text = 0 if self.text.isHidden() else self._column.spacing() + self.text.sizeHint().height()
        return self.name.heightForWidth(self.width()) + text

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_column"):
            self._dress()

    def _dress(self) -> None:
        self._column.setSpacing(theme.px(10))
        font = theme.font("body")
        font.setPixelSize(theme.px(16))
        font.setBold(True)
        self.name.setFont(font)
