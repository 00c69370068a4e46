"""The lamp: which device, how fast, and whether the engine is well."""

from __future__ import annotations

import time
from collections import deque
from typing import Literal

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ebmviz.figures.words.text import grouped
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.ellipsis import shortened
from ebmviz.ui.look import theme

Room = Literal["full", "rate", "short", "dot"]

WIDTHS: dict[Room, int] = {"full": 268, "rate": 176, "short": 116, "dot": 20}
_EVERY_S = 0.25
_DOT, _GAP = "●", 6


class Lamp(QWidget):
    """A dot and a line at the right end of a fixed width: all of it, device and steps/s, the device
    only, or the dot.

    Painted, like a Reading, since it changes several times a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._drawn: deque[float] = deque(maxlen=240)
        self._said, self._playing = 0.0, False
        self._device = "no frame yet"
        self._room: Room = "full"
        self._state = ("warn", "starting the engine …")
        self._dress()

    def show_state(self, role: str, text: str) -> None:
        """A colour and a line; what stands before the first "·" stays longest."""
        if (role, text) != self._state:
            self._state = (role, text)
            self._tell()
            self.update()

    def show_frame(self, device: str, steps_per_s: float, playing: bool) -> None:
        """Count a drawn frame and say how things go."""
        now = time.perf_counter()
        self._drawn.append(now)
        self._device = device
        if playing == self._playing and now - self._said < _EVERY_S:
            return  # numbers that change faster cannot be read
        self._said, self._playing = now, playing
        recent = [t for t in self._drawn if now - t <= 1.0]
        frames = len(recent) if playing else 0
        parts = [device]
        if playing:
            parts += [f"{grouped(steps_per_s)} steps/s", f"{frames} frames/s"]
        else:
            parts.append("idle")
        self.show_state("good", " · ".join(parts))

    @property
    def engine(self) -> dict[str, str]:
        """What the newest frame says of the engine, for a report of a fault."""
        return {"device": self._device}

    def set_room(self, room: Room) -> None:
        """How much of the line there is room for."""
        if room != self._room:
            self._room = room
            self._dress()

    def text(self) -> str:
        """The line as far as there is room for it."""
        line = self._state[1]
        parts = line.split(" · ")
        kept = {"full": line, "rate": " · ".join(parts[:2]), "short": parts[0], "dot": ""}
        return kept[self._room]

    def sizeHint(self) -> QSize:
        return QSize(self.width(), theme.px(20))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font, middle = theme.font("number"), Qt.AlignmentFlag.AlignVCenter
        room = self.width() - theme.px(22)
        wide = QFontMetrics(font).horizontalAdvance
        line = shortened(self.text(), lambda text: wide(text) <= room)
        painter.setFont(font)
        painter.setPen(theme.tint("muted"))
        painter.drawText(self.rect(), middle | Qt.AlignmentFlag.AlignRight, line)
        taken = QFontMetrics(font).horizontalAdvance(line) + theme.px(_GAP) if line else 0
        painter.setFont(theme.font("body"))
        painter.setPen(theme.tint(self._state[0]))
        rest = QRect(0, 0, self.width() - taken, self.height())
        painter.drawText(rest, middle | Qt.AlignmentFlag.AlignRight, _DOT)

    def _dress(self) -> None:
        self.setFixedWidth(theme.px(WIDTHS[self._room]))
        self._tell()
        self.update()

    def _tell(self) -> None:
        self.setAccessibleName(self._state[1])
        tips.give(self, self._state[1])
