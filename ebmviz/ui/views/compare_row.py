"""What stands above two models that are compared: which they are, and how to change that."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ebmviz.ui.controls import tips
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme

_WIDE = 260


class CompareRow(QWidget):
    """chosen(key) of another B; swapped, pinned and closed are asked for by its buttons."""

    chosen = Signal(str)
    swapped = Signal()
    pinned = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.own = Text("", "body")
        self.other = Combo()
        self.other.setObjectName("compare.other")
        self.other.setAccessibleName("What to compare with")
        self.other.set_help("What stands beside it as B")
        self.other.activated.connect(lambda _: self.chosen.emit(self.other.key()))
        self.swap = _button("swap", "Swap", "Go on with B, and compare it with what was A")
        self.swap.clicked.connect(self.swapped)
        self.pin = _button("pin", "Keep as B", "The step that A shows now becomes B")
        self.pin.clicked.connect(self.pinned)
        self.close_button = _button("close", "Close", "The map alone again (K)")
        self.close_button.clicked.connect(self.closed)
        self._line = QHBoxLayout(self)
        self._line.addWidget(Text("A", "body", bold=True))
        self._line.addWidget(self.own)
        self._line.addSpacing(theme.px(8))
        self._line.addWidget(Text("B", "body", bold=True))
        self._line.addWidget(self.other, 1)
        for each in (self.swap, self.pin, self.close_button):
            self._line.addWidget(each)
        self._line.addStretch(0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._dress()

    def show_choices(
        self, own: str, choices: Mapping[str, str], key: str, refused: Mapping[str, str]
    ) -> None:
        """What A is called, what can be B, which of that is, and what cannot, with the reason."""
        self.own.write(own)
        self.other.set_choices(choices, refused)
        self.other.set_key(key)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_line"):
            self._dress()

    def _dress(self) -> None:
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.px(8))
        self.other.setMaximumWidth(theme.px(_WIDE))


def _button(name: str, text: str, help: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(f"compare.{name}")
    tips.give(button, help)
    return button
