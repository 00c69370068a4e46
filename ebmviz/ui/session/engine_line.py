"""The line to the engine process: it starts it, hears it, and outlives it."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from ebmviz.core import protocol
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import Problem
from ebmviz.core.outside import clean
from ebmviz.core.process.elsewhere import Elsewhere
from ebmviz.core.protocol.greeting import mismatch
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.ui.session.engine_process import EngineProcess
from ebmviz.ui.session.pulse import Patience, Pulse

_PATIENCE_S = 60.0  # a second loss within this time is not answered without asking
_LONGEST_S = 30.0  # between two tries to reach an engine whose link was lost
_log = logging.getLogger("ebmviz")


class EngineLine(QObject):
    """One engine process after the other. Those that inherit know what goes on after a loss.

    hello: of the newest process that has said it. plugins: files and folders of the command line.
    loading: the plug-in that it was loading when it was last heard of. trouble: why there is none.
    ready: whether this process has sent a frame. elsewhere: what starts it, None where this program
    does on this machine.
    """

    started = Signal()  # a process
    greeted = Signal(object)  # Hello
    replugged = Signal(object)  # Reloaded
    lost = Signal(object, bool)  # Problem, whether a restart is under way
    silent = Signal(bool)  # it has stopped answering, or answers again

    def __init__(
        self,
        command: list[str] | None,
        plugins: Sequence[str],
        patience: Patience,
        elsewhere: Elsewhere | None,
    ) -> None:
        super().__init__()
        self.elsewhere = elsewhere
        self._here = command or [sys.executable, "-P", "-m", "ebmviz.engine"]
        self.plugins = tuple(os.path.abspath(file) for file in plugins)
        self._more = [word for file in self.plugins for word in ("--plugin", file)]
        self.loading = ""
        self.trouble: Problem | None = None
        self.hello: protocol.Hello | None = None
        self.ready = False
        self._process: EngineProcess | None = None
        self.pulse = Pulse(patience)
        self.pulse.ask.connect(lambda: self._send(protocol.Ping()))
        self.pulse.changed.connect(self.silent)
        self._closing = False
        self._hello = False
        self._last_loss = -_PATIENCE_S
        self.screen_hz = protocol.SCREEN_HZ
        self._tries = 0  # to reach it again, since its link was lost

    @property
    def command(self) -> Sequence[str]:
        """What starts one on this machine."""
        return self._here

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None

    @property
    def answers(self) -> bool:
        """Whether the process runs and says so."""
        return self.alive and not self.pulse.silent

    @property
    def greeted_us(self) -> bool:
        """Whether this process has said hello."""
        return self._hello

    @property
    def pid(self) -> int:
        """Of the engine, 0 when there is none."""
        return self._process.processId() if self._process else 0

    @property
    def queued(self) -> int:
        """Bytes on their way to the engine."""
        return self._process.bytesToWrite() if self._process else 0

    def start(self) -> None:
        """Start the process."""
        process = self._process = self._process_of([*(self.elsewhere or self).command, *self._more])
        process.heard.connect(self._hear)
        process.gone.connect(self._gone)
        self._hello = self.ready = False
        self.loading, self.trouble = "", None
        process.start()
        self.started.emit()
        self.pulse.begin()

    def restart(self) -> None:
        """End the process at once, whatever it does, and start again."""
        if self.alive:
            self._release().abandon()
        self.revive()

    def revive(self) -> None:
        """Start a lost engine again."""
        if not self.alive:
            self.start()

    def restart_without(self, plugin: str) -> None:
        """Start again, and leave a plug-in out from now on."""
        self._more.append(f"--without={plugin}")
        self.restart()

    def go_to(self, elsewhere: Elsewhere | None) -> None:
        """Leave this engine, and go on with one elsewhere, None for this machine."""
        self.elsewhere, self._tries = elsewhere, 0
        self.restart()

    def reload(self) -> None:
        """Load plug-ins that were saved since."""
        self._send(protocol.Reload())

    def stop(self) -> None:
        """Ask, close stdin, then kill. Returns when the process is gone."""
        self._closing = True
        if self.alive:
            silent = self.pulse.silent
            self._release().leave(ask=not silent)

    def _release(self) -> EngineProcess:
        """The process, which is none of ours any more."""
        process, self._process = self._process, None
        assert process
        self.pulse.end()
        return process

    def move_weight(self, number: int, y: tuple[float, float]) -> None:
        """Bring a weight with a place on the map to y."""
        self._send(protocol.MoveWeight(number=number, y=y))

    def disperse(self) -> None:
        """The chains start again."""
        self._send(protocol.RestartChains())

    def add_branch(self, number: int, scene: Scene, kept: Checkpoint) -> None:
        """There is another run, that can be gone to."""
        added = protocol.AddBranch(number=number, scene=scene, marks=kept.marks)
        self._send(added, kept.arrays())

    def drop_branch(self, number: int) -> None:
        """Another run is not wanted any more."""
        self._send(protocol.DropBranch(number=number))

    def pace(self, per_second: float) -> None:
        """The screen shows so many frames."""
        self.screen_hz = per_second

    def grant(self) -> None:
        """One frame was drawn: the next may come."""
        self._send(protocol.Grant(frames=1, per_second=self.screen_hz))

    def _send(self, message: protocol.AnyMessage, arrays: dict[str, Array] | None = None) -> None:
        if self._process:
            self._process.send(message, arrays)

    def _hear(self, messages: list[tuple[protocol.AnyMessage, dict[str, Array]]]) -> None:
        for message, arrays in messages:
            self._receive(message, arrays)
        if self._hello and not self.loading:  # that it is there says its reader, whatever it loads
            self.pulse.heard()

    def _receive(self, message: protocol.AnyMessage, _arrays: dict[str, Array]) -> None:
        match message:
            case protocol.Hello():
                self._greet(message)
            case protocol.Loading(plugin=plugin):
                self.loading = plugin
                self.pulse.loads()
            case protocol.Reloaded():
                self.loading = ""
                self.replugged.emit(message)

    def _greet(self, hello: protocol.Hello) -> None:
        if hello.protocol != protocol.VERSION and self._process:
            self._process.refuse(mismatch(hello.protocol, hello.version, protocol.VERSION))
            return
        self._hello, self.hello, self.loading, self._tries = True, hello, "", 0
        self.pulse.heard()
        self.greeted.emit(hello)

    def _gone(self, sentence: str) -> None:
        if not self.alive or self._closing:
            return
        process = self._release()
        process.deleteLater()
        now = time.monotonic()
        again = self._hello and now - self._last_loss > _PATIENCE_S
        self._last_loss = now
        pause = self._pause(process)
        if self.elsewhere:
            sentence = self.elsewhere.why(process.exitCode(), process.said) or sentence
        said = (
            f"{sentence}; {'it is tried again: ' * bool(pause)}{self._remedy(again and not pause)}"
        )
        if self.loading:
            said = f"plug-in {clean(self.loading)} ended the engine while it was loaded"
            said += f" ({process.how})" if process.how else ""
        self.trouble = Problem("died", said)
        _log.warning("%s", said)
        self.lost.emit(self.trouble, again or bool(pause))
        if pause:
            QTimer.singleShot(round(1e3 * pause), self, self._try_again)
        elif again:
            self.start()

    def _try_again(self) -> None:
        if not self._closing:
            self.revive()

    def _pause(self, process: EngineProcess) -> float:
        """Seconds until one is tried again whose link was lost: each time twice as long; 0 where it
        ended otherwise, or has never been reached.
        """
        reached = self._hello or self._tries > 0
        if not (
            self.elsewhere and self.elsewhere.unlinked(process.exitCode(), process.said) and reached
        ):
            return 0.0
        self._tries += 1
        return float(min(_LONGEST_S, 2.0 ** (self._tries - 1)))

    def _process_of(self, command: list[str]) -> EngineProcess:
        """What runs the engine."""
        raise NotImplementedError

    def _remedy(self, again: bool) -> str:
        """What goes on after a loss; `again`: a restart is under way."""
        raise NotImplementedError
