"""The lamp: which device, how fast, and whether the engine is well."""

from __future__ import annotations

import time
from collections import deque
from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ebmviz.ui import theme
from ebmviz.ui.text import Text

Room = Literal["full", "short", "dot"]

WIDTHS: dict[Room, int] = {"full": 268, "short": 116, "dot": 20}
_EVERY_S = 0.25


class Lamp(QWidget):
    """A dot and a line, of fixed width: all of it, the device only, or the dot."""

    def __init__(self) -> None:
        super().__init__()
        self.dot, self.line = Text("●"), Text(kind="number", tone="muted")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.dot)
        row.addWidget(self.line)
        self._drawn: deque[float] = deque(maxlen=240)
        self._said, self._playing = 0.0, False
        self._room: Room = "full"
        self._state = ("warn", "starting the engine …")
        self._dress()

    def show_state(self, role: str, text: str) -> None:
        """A colour and a line; what stands before the first "·" stays longest."""
        if (role, text) != self._state:
            repaint = role != self._state[0]
            self._state = (role, text)
            self._write(repaint)

    def show_frame(self, device: str, steps_per_s: float, playing: bool) -> None:
        """Count a drawn frame and say how things go."""
        now = time.perf_counter()
        self._drawn.append(now)
        if playing == self._playing and now - self._said < _EVERY_S:
            return  # numbers that change faster cannot be read
        self._said, self._playing = now, playing
        recent = [t for t in self._drawn if now - t <= 1.0]
        frames = len(recent) if playing else 0
        parts = [device]
        if playing:
            parts += [f"{_grouped(steps_per_s)} steps/s", f"{frames} frames/s"]
        else:
            parts.append("idle")
        self.show_state("good", " · ".join(parts))

    def set_room(self, room: Room) -> None:
        """How much of the line there is room for."""
        if room != self._room:
            self._room = room
            self._dress()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_state"):
            self._dress()

    def _dress(self) -> None:
        self._row.setSpacing(theme.px(6))
        self.setFixedWidth(theme.px(WIDTHS[self._room]))
        self._write(True)

    def _write(self, color: bool) -> None:
        role, text = self._state
        if color:
            self.dot.setStyleSheet(f"color: {theme.tint(role).name()}")
        shown = "" if self._room == "dot" else text
        if self._room == "short":
            shown = text.partition(" · ")[0]
        room = self.width() - theme.px(22)
        metrics = self.line.fontMetrics()
        self.line.setText(metrics.elidedText(shown, Qt.TextElideMode.ElideRight, room))
        self.line.setVisible(bool(shown))
        self.setToolTip("" if self._room == "full" else text)


def _grouped(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u2009")
