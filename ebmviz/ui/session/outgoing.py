"""What waits to be sent to the engine, and how little of it."""

from __future__ import annotations

from collections import deque

import msgspec
from PySide6.QtCore import QObject, QProcess

from ebmviz.core import protocol
from ebmviz.core.params import Value
from ebmviz.core.protocol import AnyMessage, Grant, SetScene
from ebmviz.core.snapshot import Array

ROOM = 1 << 16  # bytes on their way: as long as there are more, what follows waits here
LONG = 1 << 10  # characters of a value that is not sent twice: own points are millions

Item = tuple[AnyMessage, dict[str, Array] | None]


class Outgoing(QObject):
    """The orders to one process, one after another.

    Of scenes that wait, the newest alone is sent, unless something between them refers to the
    older one; and what is long in a scene, and was in the one before, is not sent again.
    """

    def __init__(self, process: QProcess) -> None:
        super().__init__(process)
        self._process = process
        self._waiting: deque[Item] = deque()
        self._sent: dict[str, Value] = {}  # the long values that the process has
        process.bytesWritten.connect(self._pump)

    @property
    def queued(self) -> int:
        """Bytes that have been handed to the process's pipe and not been taken."""
        return int(self._process.bytesToWrite())

    def put(self, message: AnyMessage, arrays: dict[str, Array] | None = None) -> None:
        """Send, as soon as there is room for it."""
        if isinstance(message, SetScene):
            self._drop_older_scene()
        self._waiting.append((message, arrays))
        self._pump()

    def put_last(self, message: AnyMessage) -> None:
        """Send nothing more but this."""
        self._waiting.clear()
        self._write(message, None)

    def _drop_older_scene(self) -> None:
        """As the engine's mailbox would: a Restore, say, belongs to the scene before it."""
        for at in range(len(self._waiting) - 1, -1, -1):
            waiting = self._waiting[at][0]
            if isinstance(waiting, SetScene):
                del self._waiting[at]
                return
            if not isinstance(waiting, Grant):
                return

    def _pump(self) -> None:
        while self._waiting and self.queued < ROOM:
            self._write(*self._waiting.popleft())

    def _write(self, message: AnyMessage, arrays: dict[str, Array] | None) -> None:
        if isinstance(message, SetScene):
            message = self._shortened(message)
        idle = self._process.state() == QProcess.ProcessState.Running and not self.queued
        self._process.write(b"".join(protocol.encode(message, arrays)))
        if idle:
            # Now, not when the event loop has painted all that waits: 18 ms were lost so.
            self._process.waitForBytesWritten(0)

    def _shortened(self, message: SetScene) -> SetScene:
        values = message.scene.values
        long: dict[str, Value] = {
            k: v for k, v in values.items() if isinstance(v, str) and len(v) > LONG
        }
        same = tuple(k for k, v in long.items() if self._sent.get(k) == v)
        self._sent = long
        if not same:
            return message
        rest = {k: v for k, v in values.items() if k not in same}
        scene = msgspec.structs.replace(message.scene, values=rest)
        return msgspec.structs.replace(message, scene=scene, same=same)
