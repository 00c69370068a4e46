"""One engine process, from its start to its end."""

from __future__ import annotations

import sys
from collections import deque

from PySide6.QtCore import QObject, QProcess, Signal

from ebmviz.core import protocol
from ebmviz.core.process.supervision import ended
from ebmviz.core.snapshot import Array
from ebmviz.ui.loop.turns import Turns
from ebmviz.ui.session.outgoing import Outgoing

_KILL_MS = 2000


class EngineProcess(QProcess):
    """heard(list of (message, arrays)): what came, in pieces with one frame at most; timers that
    are due and paints go between two frames. gone(sentence): it has ended by itself, or never
    began. how: in which way, "exit 3" or "SIGSEGV", once it has ended by itself. said: the
    last that it wrote to stderr.
    """

    heard = Signal(list)
    gone = Signal(str)

    def __init__(self, command: list[str], parent: QObject) -> None:
        super().__init__(parent)
        self.setProgram(command[0])
        self.setArguments(command[1:])
        self._outgoing = Outgoing(self)
        self._reader = protocol.FrameReader(engine_side=False, skip=True)
        self._unheard: deque[tuple[protocol.AnyMessage, dict[str, Array]]] = deque()
        self._turns = Turns(self)  # a socket that is always ready would go before all timers
        self._refused = self.how = ""
        self.said: deque[str] = deque(maxlen=50)
        self.readyReadStandardOutput.connect(self._read)
        self.readyReadStandardError.connect(self._read_stderr)
        self.errorOccurred.connect(self._failed_to_start)
        self.finished.connect(self._finished)

    def send(self, message: protocol.AnyMessage, arrays: dict[str, Array] | None = None) -> None:
        """Soon, after what was sent before."""
        self._outgoing.put(message, arrays)

    def refuse(self, why: str) -> None:
        """End it for what it said; `why` is the sentence."""
        self._refused = why
        self.kill()

    def abandon(self) -> None:
        """End it at once, and hear nothing more of it. It goes when it has gone."""
        self._part()
        self.finished.connect(self.deleteLater)
        self.kill()

    def leave(self, ask: bool) -> None:
        """Ask it to end, if it answers, and kill it if it does not. Returns when it is gone."""
        self._part()
        if self.state() == QProcess.ProcessState.Starting:
            self.waitForStarted(_KILL_MS)
        if ask:
            self._outgoing.put_last(protocol.Shutdown())
        self.closeWriteChannel()
        if not ask or not self.waitForFinished(_KILL_MS):
            self.kill()
            self.waitForFinished(_KILL_MS)
        self.deleteLater()

    def _part(self) -> None:
        self._turns.drop()
        self._unheard.clear()
        self.readyReadStandardOutput.disconnect(self._read)
        self.readyReadStandardError.disconnect(self._read_stderr)
        self.errorOccurred.disconnect(self._failed_to_start)
        self.finished.disconnect(self._finished)

    def _read(self) -> None:
        data = self.readAllStandardOutput().data()
        try:
            self._unheard.extend(self._reader.feed(bytes(data)))
        except protocol.ProtocolError as error:
            self.refuse(str(error))
        if self._unheard:
            self._turns.put("tell", self._tell)

    def _tell(self) -> None:
        piece = []
        while self._unheard:
            piece.append(self._unheard.popleft())
            if isinstance(piece[-1][0], protocol.Frame):
                break
        if self._unheard:
            self._turns.put("tell", self._tell)
        self.heard.emit(piece)

    def _read_stderr(self) -> None:
        text = bytes(self.readAllStandardError().data()).decode("utf-8", "replace")
        self.said.extend(text.splitlines())
        if sys.stderr is not None:  # none where no terminal belongs to the window
            sys.stderr.write(text)

    def _failed_to_start(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.gone.emit(f"the engine could not be started: {self.program()}")

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        while self._unheard:
            self._tell()
        if self._refused:
            self.gone.emit(self._refused)
            return
        crashed = status == QProcess.ExitStatus.CrashExit
        self.how = ended(-code if crashed else code)
        how = f"was killed by signal {code}" if crashed else f"ended with status {code}"
        last = next((line for line in reversed(self.said) if line.strip()), "")
        self.gone.emit(f"the engine {how}" + (f" ({last[:160]})" if last and not crashed else ""))
