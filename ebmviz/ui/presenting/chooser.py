"""The dialog “On the stage”: what the class sees beside the large plot."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ebmviz.ui.controls.switch import Switch
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme
from ebmviz.ui.presenting.choice import CARDS, SLIDERS, TEXTS, Choice

_SAID = "In the presenter mode and in the window for the class, beside the large plot:"


class Chooser(QDialog):
    """Each switch works at once."""

    def __init__(
        self, choice: Choice, now: Callable[[], frozenset[str]], cards: list[str], parent: QWidget
    ) -> None:
        """now: what is there; cards: the titles of those that there are."""
        super().__init__(parent)
        self.setWindowTitle("On the stage")
        self.setObjectName("on-stage")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._choice, self._now = choice, now
        self.switches: dict[str, Switch] = {}
        column, grid = QVBoxLayout(self), QGridLayout()
        said = Text(_SAID)
        said.setWordWrap(True)
        column.addWidget(said)
        column.addLayout(grid)
        titles = {
            name: f"Card {i + 1}: {title}"
            for i, (name, title) in enumerate(zip(CARDS, cards, strict=False))
        }
        for row, (name, title) in enumerate({**TEXTS, **CARDS, **titles, **SLIDERS}.items()):
            switch = self.switches[name] = Switch()
            switch.setObjectName(f"on-stage.{name}")
            switch.setAccessibleName(title)
            switch.clicked.connect(lambda _=False, name=name: choice.switch(name, self._now()))
            grid.addWidget(switch, row, 0)
            grid.addWidget(Text(title), row, 1)
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(theme.px(10))
        self.usual, done = QPushButton("As usual"), QPushButton("Close")
        self.usual.clicked.connect(choice.forget)
        done.clicked.connect(self.close)
        done.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.usual)
        buttons.addStretch(1)
        buttons.addWidget(done)
        column.addLayout(buttons)
        column.setSpacing(theme.px(10))
        choice.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        now = self._now()
        for name, switch in self.switches.items():
            switch.setChecked(name in now)
        self.usual.setEnabled(not self._choice.usual)
