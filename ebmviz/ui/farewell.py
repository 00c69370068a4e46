"""The program is told to go: by a signal, or by the desktop's session that ends.

Nobody is asked then. What is in no file is kept for recovery, and the next start offers it.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.files.session import pack
from ebmviz.ui.session.document import Document
from ebmviz.ui.session.engine import EngineClient

PATIENCE_MS = 1500  # for the newest weights; then those that came last must do
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # the last is not known everywhere
_BEAT_MS = 200
_log = logging.getLogger("ebmviz")


class Farewell(QObject):
    """Listens to signals and to the desktop from here on."""

    def __init__(self, document: Document, client: EngineClient) -> None:
        super().__init__(document)
        self._document, self._client = document, client
        self._going = False
        for name in _SIGNALS:
            if number := getattr(signal, name, None):
                signal.signal(number, lambda number, _: self._told(number))
        # Python hears of a signal when it next runs, which the event loop alone does not make it.
        self._beat = QTimer(self)
        self._beat.timeout.connect(lambda: None)
        self._beat.start(_BEAT_MS)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.commitDataRequest.connect(lambda _: self.keep_here())

    def keep(self, then: Callable[[], object]) -> None:
        """Keep what would be lost, and call `then`, whether or not there was something."""
        document = self._document
        document.take_texts()
        if not document.dirty:
            then()
            return
        state, path, over = document.state, document.path, False
        runs = document.store.runs

        def write(kept: Checkpoint | None) -> None:
            nonlocal over
            if over:
                return
            over = True
            document.settle()
            try:
                if kept:
                    session = runs.session(state, kept)
                    document.recovery.write(pack(session), str(path) if path else None)
            except UserError as error:
                _log.error("nothing was kept: %s", error)
            then()

        QTimer.singleShot(PATIENCE_MS, self, lambda: write(self._client.kept))
        document.with_weights(write, lambda _: write(None))

    def keep_here(self) -> None:
        """The same, before this returns."""
        loop = QEventLoop()
        self.keep(lambda: QTimer.singleShot(0, loop.quit))
        loop.exec()

    def _told(self, number: int) -> None:
        if not self._going:
            self._going = True
            QTimer.singleShot(0, lambda: self.keep(lambda: self._go(128 + number)))

    def _go(self, status: int) -> None:
        if not self._document.dirty:
            self._document.close()
        self._client.stop()
        QCoreApplication.exit(status)
