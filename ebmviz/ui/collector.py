"""Python's cyclic collector, in the thread of the window alone.

By itself it runs in whatever thread happens to allocate: in another one it would free Qt objects
there, which ends the process. Here it is off, and a timer of the event loop does its work. What a
full collection has freed goes back to the system: figures come and go, and the holes that they
leave would look like a window that grows.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class Collector(QObject):
    """Collects when Python would have, a little later."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        # Only where it is on, Python collects at its end, too; else libraries complain of leaks.
        atexit.register(gc.enable)
        self._trim = _trimmer()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_EVERY_MS)

    def look(self) -> None:
        """Collect the oldest generation that is due."""
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if limits[generation] and counts[generation] > limits[generation]:
                self.full() if generation == 2 else gc.collect(generation)
                return

    def full(self) -> None:
        """Collect all there is, and give back what that has freed."""
        gc.collect()
        self._trim()


def _trimmer() -> Callable[[], object]:
    """glibc keeps what is freed below the highest block that is used, until it is told not to."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):  # musl keeps nothing, and has no name
            trim = ctypes.CDLL(None).malloc_trim
            return lambda: trim(0)
    return lambda: None
