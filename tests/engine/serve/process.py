"""The real engine, driven over its pipes."""

from __future__ import annotations

import contextlib
import math
import os
import queue
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from ebmviz.core import protocol
from ebmviz.core.protocol import Fetch, Fetched, Frame, FrameReader, Grant, SetScene
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from tests.scenes import built_in
from tests.serving import serve

PATIENCE = 60.0  # seconds until a silent engine fails a test
NEEDS = ("manifold", "lens")
Item = tuple[Any, dict[str, Array]]


def scene(**changes: object) -> Scene:
    """The lecture's ellipse; `a__b` stands for the path a.b."""
    return built_in("ellipse", changes, view__resolution=16, view__speed=math.inf)


class Piped(ABC):
    """An engine behind two pipes, as the window has it."""

    def __init__(self) -> None:
        self.items: queue.Queue[Item | None] = queue.Queue()
        self.generation = 0
        self._token = 0

    @abstractmethod
    def write(self, data: bytes) -> None:
        """To its stdin."""

    @abstractmethod
    def close(self) -> None:
        """End it, and wait for that."""

    def last_words(self) -> str:
        """What it has said on stderr."""
        return ""

    def listen(self, answers: int) -> None:
        """Until the pipe ends."""
        reader = FrameReader(engine_side=False, skip=True)
        while data := os.read(answers, 1 << 16):
            for item in reader.feed(data):
                self.items.put(item)
        self.items.put(None)

    def send(self, *messages: Any, arrays: dict[str, Array] | None = None) -> None:
        """In one write; the arrays go with each."""
        self.write(b"".join(bytes(p) for m in messages for p in protocol.encode(m, arrays)))

    def show(self, shown: Scene, needs: tuple[str, ...] = NEEDS) -> int:
        """Set a scene; its generation."""
        self.generation += 1
        self.send(SetScene(generation=self.generation, scene=shown, needs=needs))
        return self.generation

    def next(self) -> Item:
        item = self.items.get(timeout=PATIENCE)
        assert item is not None, self.last_words()
        return item

    def until(self, kind: type, wanted: Callable[[Any], bool] = lambda _: True) -> Item:
        """The first such message. Every frame on the way is answered by a grant."""
        while True:
            message, arrays = self.next()
            if isinstance(message, kind) and wanted(message):
                return message, arrays
            if isinstance(message, Frame):
                self.send(Grant())

    def frame(self, wanted: Callable[[Frame], bool] = lambda _: True) -> Item:
        """The first such frame; its successor is granted, too."""
        item = self.until(Frame, wanted)
        self.send(Grant())
        return item

    def fetch(self) -> dict[str, Array]:
        """A checkpoint: everything sent before it has been done."""
        self._token += 1
        token = self._token
        self.send(Fetch(token=token))
        _, arrays = self.until(Fetched, lambda m: m.token == token)
        return arrays

    def step(self) -> int:
        return int(self.fetch()["weights:train/step"][0])

    def answers_until_fetched(self) -> list[Any]:
        """All that the engine says until it has looked at its mail twice; nothing is granted."""
        said = []
        for _ in range(2):
            self._token += 1
            self.send(Fetch(token=self._token))
            while True:
                message, _ = self.next()
                if isinstance(message, Fetched) and message.token == self._token:
                    break
                said.append(message)
        return said


class Process(Piped):
    """An engine process."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        super().__init__()
        self.popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "ebmviz.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        assert self.popen.stdout
        self.errors: list[bytes] = []
        self._threads = [
            threading.Thread(target=self.listen, args=[self.popen.stdout.fileno()], daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _read_errors(self) -> None:
        assert self.popen.stderr
        self.errors.extend(self.popen.stderr)

    def write(self, data: bytes) -> None:
        assert self.popen.stdin
        self.popen.stdin.write(data)
        self.popen.stdin.flush()

    def last_words(self) -> str:
        return b"".join(self.errors).decode()

    def ends(self) -> int:
        """The exit status, once both streams are over."""
        status = self.popen.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        return status

    def close(self) -> None:
        self.popen.kill()
        self.ends()
        for stream in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            assert stream
            with contextlib.suppress(BrokenPipeError):  # what the dead engine had not read
                stream.close()


class Thread(Piped):
    """The same engine in a thread of the tests: it starts at once."""

    def __init__(self) -> None:
        super().__init__()
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        self._threads = [
            threading.Thread(target=serve, args=[orders, answers], daemon=True),
            threading.Thread(target=self.listen, args=[self._answers], daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._orders, rest) :]

    def close(self) -> None:
        os.close(self._orders)
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "an engine did not end"
        os.close(self._answers)
