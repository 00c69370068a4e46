"""A copy of what would be lost, written now and then beside the event loop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from ebmviz.core.errors import UserError
from ebmviz.files.recovery import Recovery
from ebmviz.files.session import Session, pack
from ebmviz.files.stamp import Stamp
from ebmviz.ui.session.runs import Clean

INTERVAL_MS = 20_000


class Autosave(QObject):
    """due(): called when it is time for one. failed(sentence): one was not kept."""

    def __init__(
        self,
        recovery: Recovery,
        due: Callable[[], None],
        failed: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._recovery, self._failed = recovery, failed
        self._newest: Clean | None = None  # what the newest copy holds
        self._writer: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(due)
        self._timer.start()

    @property
    def busy(self) -> bool:
        """Whether one is being written."""
        return self._writer is not None and self._writer.is_alive()

    def wanted(self, state: Clean) -> bool:
        """Whether this is not kept yet, and can be now."""
        return state != self._newest and not self.busy

    def write(self, session: Session, state: Clean, path: Path | None, read: Stamp | None) -> None:
        """Keep a session of this state, of the document at this path, and as it was read."""
        document, known = str(path) if path else None, read.digest.hex() if read else ""

        def work() -> None:
            try:
                self._recovery.write(pack(session), document, known)
                self._newest = state
            except UserError as error:
                self._failed(f"no autosave: {error}")

        # Beside the event loop: packing and flushing take a tenth of a second.
        self._writer = threading.Thread(target=work, name="autosave")
        self._writer.start()

    def settle(self) -> None:
        """Wait for one that is being written."""
        if self._writer:
            self._writer.join()

    def go_on_with(self, recovery: Recovery) -> None:
        """Another document is open; what is kept of the one before stays."""
        self.settle()
        self._recovery, self._newest = recovery, None

    def forget(self) -> None:
        """What it holds is saved, or was given up."""
        self.settle()  # or it would leave its file behind
        self._recovery.clear()
        self._newest = None

    def end(self) -> None:
        """The window is leaving for good."""
        self._timer.stop()
        self.forget()
