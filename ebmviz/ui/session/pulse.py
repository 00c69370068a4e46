"""Whether the engine still answers."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal


class Patience(NamedTuple):
    """How long the window waits: in beats of `beat_ms`.

    silent: without a word from the engine, until it is said not to answer. start: the same before
    its greeting, while torch is loading. load: the same, while a plug-in is.
    answer: for a checkpoint, until the last one must do.
    """

    beat_ms: int = 1000
    silent: int = 5
    start: int = 30
    answer: int = 5
    load: int = 10


class Pulse(QObject):
    """Counts the beats without a word. ask: say something now. changed(silent): it has stopped
    answering, or answers again.

    Beats, not time: a window that was held up, or a machine that slept, has heard nothing either.
    """

    ask = Signal()
    beat = Signal()
    changed = Signal(bool)

    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self._patience = patience
        self._missed, self._most = 0, 0
        self.silent = False
        self._timer = QTimer(self)
        self._timer.setInterval(patience.beat_ms)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        """A process was started, and has not greeted yet."""
        self._missed, self._most, self.silent = 0, self._patience.start, False
        self._timer.start()

    def loads(self) -> None:
        """It is loading a plug-in."""
        self._missed, self._most = 0, self._patience.load

    def end(self) -> None:
        """There is no process any more."""
        self.silent = False
        self._timer.stop()

    def heard(self) -> None:
        """It has said something."""
        self._missed, self._most = 0, self._patience.silent
        if self.silent:
            self.silent = False
            self.changed.emit(False)

    def _beat(self) -> None:
        self._missed += 1
        if self._missed == 1:
            self.ask.emit()
        if self._missed >= self._most and not self.silent:
            self.silent = True
            self.changed.emit(True)
        self.beat.emit()
