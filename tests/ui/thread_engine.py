"""A real engine in a thread of this process, and what may become of it.

It speaks the protocol over real pipes, and trains a real model; only the process is missing, and
with it the seconds in which torch is loaded. So it can be told to be silent, busy, slow or dead.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, QSocketNotifier, QTimer, Signal

from ebmviz.core import protocol
from ebmviz.core.snapshot import Array
from ebmviz.ui.session.engine_process import EngineProcess
from ebmviz.ui.session.outgoing import Outgoing

PATIENCE_S = 60.0  # until a thread that does not end fails its test
_ROOM = 1 << 16

running: list[threading.Thread] = []
"""The engines of this test, until `all_ended`."""


class ThreadEngine(QObject):
    """What the client asks of an `EngineProcess`, and the same signals."""

    heard = Signal(list)
    gone = Signal(str)
    bytesWritten = Signal(int)

    def __init__(self, parent: QObject, files: Sequence[str] = ()) -> None:
        super().__init__(parent)
        self._files = files  # plug-ins
        self.how = ""
        self._orders, self._answers = os.pipe(), os.pipe()  # (read, write) each
        self._outgoing = Outgoing(self)  # type: ignore[arg-type]
        self._reader = protocol.FrameReader(engine_side=False, skip=True)
        self._free = threading.Event()
        self._free.set()
        self._silent, self._late = False, 0
        self._backlog = bytearray()  # what a silent engine does not read
        self._open = True
        self._notifier = QSocketNotifier(self._answers[0], QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._thread = threading.Thread(target=self._serve, name="engine", daemon=True)

    # -- what it is told ----------------------------------------------------------------

    def silence(self) -> None:
        """From now on it neither reads nor says anything, as a process that was stopped."""
        self._silent = True
        self._notifier.setEnabled(False)

    def wake(self) -> None:
        """It goes on where it was silenced."""
        self._silent = False
        self._notifier.setEnabled(True)
        waiting = bytes(self._backlog)
        self._backlog.clear()
        self._put(waiting)
        self.bytesWritten.emit(len(waiting))

    def be_busy(self, on: bool = True) -> None:
        """It says that it is there, but takes up no order."""
        self._free.clear() if on else self._free.set()

    def be_slow(self, late_ms: int) -> None:
        """What it says comes so much later."""
        self._late = late_ms

    def die(
        self, sentence: str = "the engine was killed by signal 9", how: str = "SIGKILL"
    ) -> None:
        """It ends by itself."""
        self._leave()
        self.how = how
        QTimer.singleShot(0, self, lambda: self.gone.emit(sentence))

    # -- what the client asks -----------------------------------------------------------

    def start(self) -> None:
        running.append(self._thread)
        self._thread.start()

    def send(self, message: protocol.AnyMessage, arrays: dict[str, Array] | None = None) -> None:
        self._outgoing.put(message, arrays)

    def refuse(self, why: str) -> None:
        self.die(why, "")

    def abandon(self) -> None:
        self._leave()
        self.deleteLater()

    def leave(self, ask: bool) -> None:
        if ask and self._open and not self._silent:
            self._outgoing.put_last(protocol.Shutdown())
        self._leave()
        self.deleteLater()

    def processId(self) -> int:
        raise AssertionError("there is no process: mark this test with `process`")

    # -- what its pipe asks -------------------------------------------------------------

    def state(self) -> QProcess.ProcessState:
        return QProcess.ProcessState.Running

    def bytesToWrite(self) -> int:
        return len(self._backlog)

    def waitForBytesWritten(self, _ms: int) -> bool:
        return True

    def write(self, data: bytes) -> int:
        if self._silent:
            self._backlog += data
        else:
            self._put(data)
        return len(data)

    # -----------------------------------------------------------------------------------

    def _put(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and self._open:
            rest = rest[os.write(self._orders[1], rest) :]

    def _leave(self) -> None:
        """Close its stdin; nothing more is heard of it."""
        if self._open:
            self._open = False
            self._notifier.setEnabled(False)
            self._free.set()
            os.close(self._orders[1])
            threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        """Read what nobody wants any more, so that it does not wait; then close what is left."""
        while os.read(self._answers[0], _ROOM):
            pass
        os.close(self._answers[0])

    def _read(self) -> None:
        data = os.read(self._answers[0], _ROOM)
        if not data:
            self.die("the engine ended with status 0", "exit 0")
        elif self._late:
            QTimer.singleShot(self._late, self, lambda: self._hear(data))
        else:
            self._hear(data)

    def _hear(self, data: bytes) -> None:
        if self._open:
            self.heard.emit(list(self._reader.feed(data)))

    def _serve(self) -> None:
        from ebmviz.engine.server import pipes
        from tests.serving import serve

        free = self._free

        class Box(pipes.Mailbox):
            def take(self, timeout: float | None) -> list[pipes.Item]:
                free.wait()
                taken = super().take(timeout)
                free.wait()
                return taken

        serve(self._orders[0], self._answers[1], Box, self._files)


def engine(command: list[str], parent: QObject) -> Any:
    """For the client: a thread where it would start an engine of this program, be it with plug-ins,
    a process for all else.
    """
    head, words = command[:4], command[4:]
    if head[1:] != ["-P", "-m", "ebmviz.engine"] or set(words[::2]) - {"--plugin"}:
        return EngineProcess(command, parent)
    return ThreadEngine(parent, words[1::2])


def all_ended() -> None:
    """Wait for the engines that were left."""
    while running:
        thread = running.pop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "an engine did not end"
