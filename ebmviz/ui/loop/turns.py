"""Work done in pieces, with the event loop in between."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import ClassVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QTimer


class Turns(QObject):
    """Each piece in a turn of the event loop of its own, the oldest first, of all that wait in this
    process; what is put off again before its turn is done once, as it was said last. What is put
    off goes with the parent.

    A timer that is due goes first. Qt's `singleShot(0)` posts an event instead: a chain of those,
    each with a paint behind it, keeps all timers waiting until it has come to its end.
    """

    _line: ClassVar[dict[tuple[object, Hashable], Callable[[], object]]] = {}
    _timer: ClassVar[QTimer | None] = None

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        mine = self._mine = object()
        self.destroyed.connect(lambda: _drop(mine))

    def put(self, key: Hashable, piece: Callable[[], object]) -> None:
        """Do this in a turn to come; it keeps the place of what waits under its key."""
        Turns._line[self._mine, key] = piece
        if Turns._timer is None or not shiboken6.isValid(Turns._timer):
            Turns._timer = QTimer(QCoreApplication.instance())  # with which it goes
            Turns._timer.setInterval(0)
            Turns._timer.timeout.connect(_next)
        if not Turns._timer.isActive():
            Turns._timer.start()

    def drop(self) -> None:
        """Do nothing of what was put off."""
        _drop(self._mine)


def _drop(whose: object) -> None:
    for each in [each for each in Turns._line if each[0] is whose]:
        del Turns._line[each]


def _next() -> None:
    if Turns._line:
        Turns._line.pop(next(iter(Turns._line)))()
    elif Turns._timer is not None:
        Turns._timer.stop()
