"""The lamp: which device, how fast, and whether the engine is well."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ebmviz.ui import theme
from ebmviz.ui.text import Text

_WIDTH = 268
_EVERY_S = 0.25


class Lamp(QWidget):
    """A dot and a line of fixed width."""

    def __init__(self) -> None:
        super().__init__()
        self.dot, self.line = Text("●"), Text(kind="number", tone="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.dot)
        row.addWidget(self.line)
        self._drawn: deque[float] = deque(maxlen=240)
        self._said, self._playing = 0.0, False
        self.show_state("warn", "starting the engine …")
        self.setFixedWidth(theme.px(_WIDTH))

    def show_state(self, role: str, text: str) -> None:
        """A colour and a line."""
        self.dot.setStyleSheet(f"color: {theme.tint(role).name()}")
        self.line.setText(text)

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


def _grouped(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u2009")
