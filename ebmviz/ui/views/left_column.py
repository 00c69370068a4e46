"""The left column: what a lesson says, over the panel of the model."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ebmviz.ui.look import theme


class LeftColumn(QScrollArea):
    """In the presenter mode the text alone, and no column where there is none."""

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self._form = form
        self._texts: list[QWidget] = []
        self._presents, self._says = False, True
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.addWidget(form)
        self._column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self._dress()

    def take(self, text: QWidget) -> None:
        """What is shown above the form, and all else, while it is not hidden."""
        self._texts.append(text)
        self._column.insertWidget(0, text)
        text.installEventFilter(self)
        self._fit()

    def present(self, on: bool, text: bool = True) -> None:
        """Into the presenter mode, there with text or without, or out of it."""
        self._presents, self._says = on, text
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._fit()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_column"):
            self._dress()

    def _fit(self) -> None:
        says = self._says and any(not text.isHidden() for text in self._texts)
        self._form.setVisible(not self._presents)
        self.setVisible(not self._presents or says)

    def _dress(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(8))
