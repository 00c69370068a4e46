"""What can be done with a layer as a whole: hide it, show it alone, show all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ebmviz.core.scene import Scene
from ebmviz.core.view import hidden
from ebmviz.figures.base.layer import Group
from ebmviz.figures.landscape import GROUPS
from ebmviz.ui.controls import keys


class LayerMenu(QWidget):
    """Tells edited("view.hidden", value, live); entries of cards stay as they are."""

    edited = Signal(str, object, bool)

    def __init__(self, group: Group, scene: Callable[[], Scene | None]) -> None:
        super().__init__()
        self._name, self._scene = group.name, scene
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._asks: tuple[tuple[str, str, Callable[[str], str]], ...] = (
            ("toggle", "Hide", lambda now: hidden.toggled(now, self._name)),
            ("alone", "Only this", self._alone),
            ("all", "Show all", _all),
        )
        for name, word, ask in self._asks:
            button = QPushButton(word)
            button.setObjectName(f"map.{self._name}.{name}")
            button.setProperty("segment", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            keys.teach(button)
            button.clicked.connect(lambda _=False, ask=ask: self._do(ask))
            row.addWidget(button)
            self.buttons[name] = button
        row.addStretch(1)

    def show_scene(self, scene: Scene) -> None:
        """Whether there is something to hide or to show."""
        away = self._name in hidden.names(scene.view.hidden)
        self.buttons["toggle"].setText("Show" if away else "Hide")

    def _do(self, ask: Callable[[str], str]) -> None:
        if (scene := self._scene()) is not None:
            self.edited.emit("view.hidden", ask(scene.view.hidden), False)

    def _alone(self, now: str) -> str:
        others = (name for name in GROUPS if name != self._name)
        return ",".join((*others, *_of_cards(now)))


def _all(now: str) -> str:
    return ",".join(_of_cards(now))


def _of_cards(now: str) -> tuple[str, ...]:
    return tuple(name for name in hidden.names(now) if name not in GROUPS)
