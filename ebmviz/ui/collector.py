"""Python's cyclic collector, in the thread of the window alone.

By itself it runs in whatever thread happens to allocate: in another one it would free Qt objects
there, which ends the process. Here it is off, and a timer of the event loop does its work.
"""

from __future__ import annotations

import atexit
import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class Collector(QObject):
    """Collects when Python would have, a little later."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        # Only where it is on, Python collects at its end, too; else libraries complain of leaks.
        atexit.register(gc.enable)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_EVERY_MS)

    def look(self) -> None:
        """Collect the oldest generation that is due."""
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if limits[generation] and counts[generation] > limits[generation]:
                gc.collect(generation)
                return
