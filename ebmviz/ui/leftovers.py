"""What earlier runs have left behind, looked for beside the event loop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ebmviz.core.recovery import Orphan
from ebmviz.core.sweep import sweep


class Leftovers(QObject):
    """found(Orphan): the newest autosave that can be read. To read and check some of 500 MiB takes
    seconds.
    """

    found = Signal(object)

    def look(self, orphans: Callable[[], list[Orphan]], folders: Sequence[Path]) -> None:
        """Remove temporary files from these folders, and tell of what can be recovered."""

        def work() -> None:
            sweep(folders)
            readable = [orphan for orphan in orphans() if orphan.readable]
            if readable:
                self.found.emit(readable[0])

        threading.Thread(target=work, daemon=True, name="leftovers").start()
