"""What the present stop says, to be read beside the map, with the way on and back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ebmviz.core.lesson.prose import named
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.outside import clean
from ebmviz.ui.controls.buttons import ActionButton
from ebmviz.ui.controls.card import Card
from ebmviz.ui.controls.text import Plain
from ebmviz.ui.look import theme
from ebmviz.ui.panel.fold import Fold
from ebmviz.ui.presenting.stop_text import StopText
from ebmviz.ui.session.store import Store

_TITLE = 60  # letters


class Reader(Card):
    """There while the session has a stop that was gone to."""

    def __init__(self, store: Store, acts: Mapping[str, QAction]) -> None:
        super().__init__("Lesson")
        self.setObjectName("reader")
        self._store = store
        self._presents = False
        self.lesson = Plain()
        self.lesson.setProperty("tone", "muted")
        self.lesson.setWordWrap(True)
        self.said = StopText()
        self.name, self.text = self.said.name, self.said.text
        self.name.setObjectName("reader.name")
        self.text.setObjectName("reader.text")
        self.buttons = {
            name: ActionButton(acts[name], text=True, primary=name == "next-stop")
            for name in ("previous-stop", "reveal", "next-stop")
        }
        for name, button in self.buttons.items():
            button.setObjectName(f"reader.{name}")
        inside = QWidget()
        self._column, self._row = QVBoxLayout(inside), QHBoxLayout()
        self._column.addWidget(self.lesson)
        self._column.addWidget(self.said)
        for button in self.buttons.values():
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._row.addWidget(button, 1)
        self._column.addLayout(self._row)
        self._column.addStretch(1)
        self.body.addWidget(inside)
        self.add_action(Fold("reader", "Lesson", inside))
        store.lessonChanged.connect(self.show_state)
        self._dress()
        self.show_state(store.lesson)

    def show_state(self, state: LessonState) -> None:
        """The stop that was gone to last, its answer once it is shown; nothing where there is
        none.
        """
        stop = state.stop
        self.setVisible(stop is not None)
        if stop is None or state.at is None:
            return
        self.lesson.setText(clean(named(state.lesson.title), _TITLE))
        self.lesson.setVisible(bool(state.lesson.title) and not self._presents)
        self.said.show_state(state)
        self.set_title("Lesson", f"{state.at + 1} of {len(state.lesson.stops)}")
        self.buttons["reveal"].setVisible(stop.asks)

    def present(self, on: bool) -> None:
        """Into the presenter mode, or out of it: there the class knows what the lesson is about."""
        self._presents = on
        self.show_state(self._store.lesson)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row"):
            self._dress()

    def _dress(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(10))
        self._row.setSpacing(theme.px(4))
