"""What to do first: each hint goes for good once it was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from ebmviz.ui.controls import tips
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme

_DONE = "hints/done"


class Hint(NamedTuple):
    """A name, under which it is remembered, and what it says, in core.markup's notation."""

    name: str
    text: str


HINTS = (
    Hint("train", "Press the space bar to train"),
    Hint("beta", "Drag View β"),
    Hint("lesson", "Take a lesson"),
)


class Hints(QWidget):
    """A line that shows those hints that were never followed, and goes with the last of them."""

    def __init__(self, fill: Callable[[QMenu], None]) -> None:
        """fill(menu): with the lessons."""
        super().__init__()
        self.setObjectName("hints")
        self._word = Text("First steps", tone="muted")
        self.parts: dict[str, QWidget] = {}
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._word)
        for hint in HINTS:
            part: QWidget = Text(hint.text)
            if hint.name == "lesson":
                part = QPushButton(hint.text)
                part.setProperty("segment", "true")
                menu = QMenu(part)
                menu.aboutToShow.connect(lambda menu=menu: fill(menu))
                part.setMenu(menu)
            part.setObjectName(f"hint.{hint.name}")
            self.parts[hint.name] = part
            self._row.addWidget(part)
        self._row.addStretch(1)
        self.hide_button = QPushButton("Hide")
        self.hide_button.setObjectName("hints.hide")
        self.hide_button.setProperty("segment", "true")
        tips.give(self.hide_button, "Do not show hints again")
        self.hide_button.clicked.connect(lambda: self.follow(*self.parts))
        self._row.addWidget(self.hide_button)
        self._fit()
        self.hide()

    def begin(self) -> None:
        """Show what was never done."""
        self.follow()

    def follow(self, *names: str) -> None:
        """These have been done."""
        done = self._done() | set(names)
        if names and done != self._done():
            QSettings().setValue(_DONE, ",".join(sorted(done)))
        for name, part in self.parts.items():
            part.setVisible(name not in done)
        if names and self.isHidden():
            return
        self.setVisible(not done >= set(self.parts))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row"):
            self._fit()

    def _fit(self) -> None:
        side = theme.px(12)
        self._row.setContentsMargins(side, 0, side, 0)
        self._row.setSpacing(theme.px(18))

    @staticmethod
    def _done() -> set[str]:
        known = str(QSettings().value(_DONE, ""))
        return set(known.split(",")) & {hint.name for hint in HINTS}
