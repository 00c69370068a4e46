"""What the lecturer has beside the window of the class: the time, the notes, what comes next."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, SignalInstance
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ebmviz.core.lesson.prose import named
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.lesson.stop import Stop
from ebmviz.core.outside import clean
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.buttons import ActionButton
from ebmviz.ui.controls.card import Card
from ebmviz.ui.controls.prose import Prose
from ebmviz.ui.controls.text import Plain, Text
from ebmviz.ui.look import theme

_BEAT_MS = 500
_NEXT = 120  # letters
_WIDE, _HIGH = 96, 60  # of the small picture


class Pictures(Protocol):
    """Small ones of stops. changed: there is another."""

    changed: SignalInstance

    def of(self, stop: Stop) -> QPixmap | None:
        """Of a stop, if its state has been seen."""


class Desk(Card):
    """There while the class has a window of its own."""

    def __init__(
        self,
        acts: Mapping[str, QAction],
        pictures: Pictures,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__("For the lecturer")
        self.setObjectName("desk")
        self._picture, self._now, self._began = pictures.of, now, now()
        pictures.changed.connect(self.look_again)
        self.clock = QPushButton()
        self.clock.setObjectName("desk.clock")
        self.clock.setProperty("segment", True)
        tips.give(self.clock, "Time since the beginning; click to begin again")
        self.clock.clicked.connect(self.begin)
        self.covered = Text(tone="bad")
        self.notes = Prose()
        self.notes.setObjectName("desk.notes")
        self.word = Text(tone="muted")
        self.next, self.small = Plain(), Plain()
        self.next.setWordWrap(True)
        self.next.setObjectName("desk.next")
        self._row, self._buttons = QHBoxLayout(), QHBoxLayout()
        self._row.addWidget(self.small)
        self._row.addWidget(self.next, 1)
        for name in ("black", "spotlight", "pointer", "audience"):
            self._buttons.addWidget(ActionButton(acts[name]))
        self._buttons.addStretch(1)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        for each in (self.covered, self.notes, self.word):
            self._column.addWidget(each)
        self._column.addLayout(self._row)
        self._column.addLayout(self._buttons)
        self.body.addWidget(inside)
        self.add_action(self.clock)
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self.beat)
        self._state = LessonState()
        self._dress()
        self.hide()

    def begin(self) -> None:
        """The time from nought."""
        self._began = self._now()
        self._timer.start()
        self.beat()

    def beat(self) -> None:
        """The time as it is."""
        past = int(self._now() - self._began)
        hours, rest = divmod(past, 3600)
        shown = (
            f"{rest // 60}:{rest % 60:02d}"
            if not hours
            else f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
        )
        self.clock.setText(f"{shown}  ·  {time.strftime('%H:%M')}")

    def end(self) -> None:
        """The class looks at this window again."""
        self._timer.stop()
        self.hide()

    def show_state(self, state: LessonState) -> None:
        """The notes of a stop, and what comes after it."""
        self._state = state
        notes = state.stop.notes.strip() if state.stop else ""
        self.notes.say(notes)
        self.notes.setVisible(bool(notes))
        word, stop = _after(state)
        self.word.write(word)
        self.word.setVisible(bool(word))
        self.next.setText(clean(named(stop.name), _NEXT) if stop else "")
        self.next.setVisible(stop is not None)
        self.look_again()

    def look_again(self) -> None:
        """Small pictures are taken when their stops are on the screen."""
        stop = _after(self._state)[1]
        picture = self._picture(stop) if stop else None
        self.small.setVisible(picture is not None)
        if picture is not None:
            size = QSize(theme.px(_WIDE), theme.px(_HIGH)) * self.devicePixelRatioF()
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode
            fitted = picture.scaled(size, keep, smooth.SmoothTransformation)
            fitted.setDevicePixelRatio(self.devicePixelRatioF())
            self.small.setPixmap(fitted)

    def show_cover(self, kind: str) -> None:
        """What lies over the window of the class."""
        self.covered.write("The class sees a black screen." if kind == "black" else "")
        self.covered.setVisible(kind == "black")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_timer"):
            self._dress()
            self.look_again()

    def _dress(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(8))
        self._row.setSpacing(theme.px(10))
        self._buttons.setSpacing(theme.px(4))


def _after(state: LessonState) -> tuple[str, Stop | None]:
    """What the next click leads to: a word, and the stop."""
    stops, at = state.lesson.stops, state.at
    if state.stop and state.stop.asks and not state.revealed:
        return "Next: the answer, then", stops[at + 1] if at is not None and at + 1 < len(
            stops
        ) else None
    following = 0 if at is None else at + 1
    if following < len(stops):
        return "Next", stops[following]
    return ("The last stop" if stops else ""), None
