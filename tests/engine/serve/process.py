"""The real engine process, driven over its pipes."""

from __future__ import annotations

import contextlib
import math
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from ebmviz.core import protocol
from ebmviz.core.protocol import Fetch, Fetched, Frame, FrameReader, Grant, SetScene
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from tests.scenes import built_in

PATIENCE = 60.0  # seconds until a silent engine fails a test
NEEDS = ("manifold", "lens")
Item = tuple[Any, dict[str, Array]]


def scene(**changes: object) -> Scene:
    """The lecture's ellipse; `a__b` stands for the path a.b."""
    return built_in("ellipse", changes, view__resolution=16, view__speed=math.inf)


class Process:
    """An engine process, as the window has it."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "ebmviz.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        self.items: queue.Queue[Item | None] = queue.Queue()
        self.errors: list[bytes] = []
        self.generation = 0
        self._token = 0
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._read, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.popen.stdout
        reader = FrameReader(engine_side=False, skip=True)
        while data := os.read(self.popen.stdout.fileno(), 1 << 16):
            for item in reader.feed(data):
                self.items.put(item)
        self.items.put(None)

    def _listen(self) -> None:
        assert self.popen.stderr
        self.errors.extend(self.popen.stderr)

    def send(self, *messages: Any, arrays: dict[str, Array] | None = None) -> None:
        """In one write; the arrays go with each."""
        assert self.popen.stdin
        parts = [bytes(p) for m in messages for p in protocol.encode(m, arrays)]
        self.popen.stdin.write(b"".join(parts))
        self.popen.stdin.flush()

    def show(self, shown: Scene, needs: tuple[str, ...] = NEEDS) -> int:
        """Set a scene; its generation."""
        self.generation += 1
        self.send(SetScene(generation=self.generation, scene=shown, needs=needs))
        return self.generation

    def next(self) -> Item:
        item = self.items.get(timeout=PATIENCE)
        assert item is not None, b"".join(self.errors).decode()
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
