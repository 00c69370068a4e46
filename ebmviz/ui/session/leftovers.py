"""What earlier runs have left behind, looked for beside the event loop."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ebmviz.files.leftovers import sweep
from ebmviz.files.recovery import Orphan


class Leftovers(QObject):
    """found(list of Orphan): autosaves, newest first. To read and check some of 500 MiB takes
    seconds.
    """

    found = Signal(object)

    def look(self, orphans: Callable[[], list[Orphan]], folders: Sequence[Path]) -> None:
        """Remove temporary files from these folders, and tell of what can be recovered."""

        def work() -> None:
            sweep(folders)
            left = orphans()
            with contextlib.suppress(RuntimeError):  # who asked is gone meanwhile
                self.found.emit(left)

        threading.Thread(target=work, daemon=True, name="leftovers").start()
