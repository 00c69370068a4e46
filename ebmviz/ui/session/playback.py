"""The past played like a film, in either direction, as fast as training is shown."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QObject, QTimer, Signal

from ebmviz.ui.session.branching import Branching
from ebmviz.ui.session.store import Store

_BEAT_MS = 16
_WHOLE_S = 8.0  # of a run, where training goes flat out
_LATE_S = 0.2  # a picture that takes longer is passed over


class Playback(QObject):
    """Seeks one step after the other, each once the one before is on the screen. changed: it has
    begun, turned or ended.
    """

    changed = Signal()

    def __init__(self, store: Store, branching: Branching) -> None:
        super().__init__()
        self._store, self._branching = store, branching
        self.direction = 0
        self._at, self._then = 0.0, 0.0  # step and time of the last beat
        self._seen = self._newest = 0
        self._asked_at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def play(self, direction: int) -> None:
        """1 forwards, −1 backwards, 0 ends. From the end of the run it begins at the other."""
        direction = direction if self._newest > 0 else 0
        if direction and not self.direction:
            step = self._branching.looked
            here = self._newest if step is None else step
            at_end = (direction > 0 and here >= self._newest) or (direction < 0 and here <= 0)
            self._at = float((0 if direction > 0 else self._newest) if at_end else here)
            self._then = time.perf_counter()
        self.direction = direction
        self._timer.start() if direction else self._timer.stop()
        self.changed.emit()

    def drawn(self, step: int, newest: int) -> None:
        """A step is on the screen."""
        self._seen, self._newest = step, newest

    def _beat(self) -> None:
        now = time.perf_counter()
        looked = self._branching.looked
        waits = looked is not None and self._seen != looked and now - self._asked_at < _LATE_S
        if waits:
            return
        speed = self._store.scene.view.speed
        pace = speed if math.isfinite(speed) else max(1.0, self._newest / _WHOLE_S)
        self._at += self.direction * pace * (now - self._then)
        self._then = now
        step = round(self._at)
        if step >= self._newest and self.direction > 0:
            self._branching.seek(None)
            self.play(0)
        elif step <= 0 and self.direction < 0:
            self._branching.seek(0)
            self.play(0)
        elif step != looked:
            self._asked_at = now
            self._branching.seek(step)
