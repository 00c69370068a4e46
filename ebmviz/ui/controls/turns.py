"""Work done in pieces, with the event loop in between."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QTimer


class Turns(QObject):
    """Each piece in a turn of the event loop of its own, the oldest first; what is put off again
    before its turn is done once, as it was said last.

    A timer that is due goes first. Qt's `singleShot(0)` posts an event instead: a chain of those,
    each with a paint behind it, keeps all timers waiting until it has come to its end.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Hashable, Callable[[], object]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next)

    def put(self, key: Hashable, piece: Callable[[], object]) -> None:
        """Do this in a turn to come; it keeps the place of what waits under its key."""
        self._waiting[key] = piece
        if not self._timer.isActive():
            self._timer.start()

    def _next(self) -> None:
        piece = self._waiting.pop(next(iter(self._waiting)))
        if not self._waiting:
            self._timer.stop()
        piece()
