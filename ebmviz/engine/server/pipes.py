"""The two ends of the pipe: threads that read orders and write answers.

The loop that trains never waits for either, nor does what the threads can do by themselves wait
for the loop: say that the process is there, and end it when the window is gone.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from ebmviz.core import protocol
from ebmviz.core.protocol import SetScene
from ebmviz.core.snapshot import Array
from ebmviz.engine.server.link import Link

_READ = 1 << 16
_CLOSE_S = 2.0
LAST_S = 0.5  # seconds from the end of the orders to the end of the process, whatever it computes

Item = tuple[protocol.AnyMessage, dict[str, Array]]


class Mailbox:
    """Messages from the window, filled by a thread, emptied by the loop.

    ended: called in the thread when the stream is over and the loop has had LAST_S to notice.
    """

    def __init__(self, stream: BinaryIO, ended: Callable[[], None] = lambda: None) -> None:
        self._stream, self._ended = stream, ended
        self._answer: Callable[[], None] | None = None
        self._asked = False  # before there was an answer
        self._before: SetScene | None = None
        self._ready = threading.Condition()
        self._messages: deque[Item] = deque()
        self.closed = False
        self.taken_up = 0  # the generation of the scene that the loop is at
        threading.Thread(target=self._read, daemon=True, name="stdin").start()

    def take(self, timeout: float | None) -> list[Item]:
        """All waiting messages; waits up to `timeout` seconds (None: until one comes)."""
        with self._ready:
            if not self._messages and not self.closed:
                self._ready.wait(timeout)
            taken = list(self._messages)
            self._messages.clear()
        return _newest_scenes(taken)

    def answer_with(self, answer: Callable[[], None]) -> None:
        """What to do for a Ping, in the thread; here for one that has come already."""
        with self._ready:
            self._answer = answer
            if self._asked:
                answer()

    def _ping(self) -> None:
        with self._ready:
            self._asked = True
            if self._answer:
                self._answer()

    def _read(self) -> None:
        reader = protocol.FrameReader(engine_side=True)
        try:
            while data := os.read(self._stream.fileno(), _READ):
                for message, arrays in reader.feed(data):
                    if isinstance(message, protocol.Ping):
                        self._ping()
                        continue
                    if isinstance(message, SetScene):
                        message = self._before = completed(message, self._before)
                    with self._ready:
                        self._messages.append((message, arrays))
                        self._ready.notify()
        except (OSError, protocol.ProtocolError) as error:
            print(f"engine: {error}", file=sys.stderr)
        finally:  # whatever happened, the loop must not wait for more
            with self._ready:
                self.closed = True
                self._ready.notify()
        time.sleep(LAST_S)
        self._ended()


class Outbox:
    """Messages to the window. The credits bound how many can be waiting. link: what they go by,
    where that is slow.
    """

    def __init__(self, stream: BinaryIO, link: Link | None = None) -> None:
        self._stream, self._link = stream, link
        self._queue: queue.SimpleQueue[list[bytes | memoryview] | threading.Event | None] = (
            queue.SimpleQueue()
        )
        self.broken = False
        self._thread = threading.Thread(target=self._write, daemon=True, name="stdout")
        self._queue.put([protocol.MAGIC])
        self._thread.start()

    def put(self, message: protocol.AnyMessage, arrays: dict[str, Array] | None = None) -> None:
        """Send, soon. The arrays must not change any more."""
        picture = self._link is not None and isinstance(message, protocol.Frame)
        buffers = protocol.encode(message, arrays, pack=picture)
        if picture and self._link:
            self._link.carries(sum(map(len, buffers)), time.perf_counter())
        self._queue.put(buffers)

    def held(self, now: float) -> float:
        """Seconds until the link has room for another frame."""
        return self._link.rest(now) if self._link else 0.0

    def flush(self) -> None:
        """Wait until what was put so far is written."""
        written = threading.Event()
        self._queue.put(written)
        written.wait(_CLOSE_S)

    def close(self) -> None:
        """Wait until everything is written, or nobody reads any more."""
        self._queue.put(None)
        self._thread.join(_CLOSE_S)

    def _write(self) -> None:
        try:
            while buffers := self._queue.get():
                if isinstance(buffers, threading.Event):
                    buffers.set()
                    continue
                for buffer in buffers:
                    self._stream.write(buffer)
                self._stream.flush()
        except OSError:
            self.broken = True  # the window is gone; its end of stdin says so too


def completed(message: SetScene, before: SetScene | None) -> SetScene:
    """With the values that it leaves out, which are those of the scene before.

    Raises ProtocolError when there are none.
    """
    if not message.same:
        return message
    known = before.scene.values if before else {}
    if lacking := [path for path in message.same if path not in known]:
        raise protocol.ProtocolError(f"{lacking[0]} was never sent")
    values = {**message.scene.values, **{path: known[path] for path in message.same}}
    scene = msgspec.structs.replace(message.scene, values=values)
    return msgspec.structs.replace(message, scene=scene, same=())


def _newest_scenes(items: list[Item]) -> list[Item]:
    """Without the scenes that a newer one replaces before anything but a grant needs them.

    A scene followed by, say, a Restore stays: the Restore belongs to it.
    """
    kept: list[Item] = []
    newer = False
    for item in reversed(items):
        if isinstance(item[0], protocol.SetScene):
            if newer:
                continue
            newer = True
        elif not isinstance(item[0], protocol.Grant):
            newer = False
        kept.append(item)
    return kept[::-1]
