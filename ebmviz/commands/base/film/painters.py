"""Processes that paint pictures, in turn, each as this one would. None is forked, and none outlives
the one that has started it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array
from ebmviz.export.job import encode
from ebmviz.export.moving import Page, paint

_FEW = 8
"""Pictures that pay for a process of their own."""


@contextlib.contextmanager
def painters(count: int) -> Iterator[Painters]:
    """For so many pictures: as many as there are cores, which end when the block is left."""
    context = multiprocessing.get_context("spawn")
    workers = min(os.cpu_count() or 1, count // _FEW)
    begun = []
    try:
        for _ in range(workers if workers > 1 else 0):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            begun.append((process, ours))
        yield Painters([ours for _, ours in begun])
    finally:
        for process, ours in begun:
            process.kill()
            process.join()
            ours.close()


class Painters:
    """Without processes it is painted here."""

    def __init__(self, workers: list[Connection]) -> None:
        self._workers = workers

    def paint(self, page: Page, frames: Iterator[bytes]) -> Iterator[Array]:
        """Each frame painted on the page, in their order."""
        order, shape = encode(page), (page.size.height, page.size.width, 3)
        made = self._made(order, frames) if self._workers else (paint(order, f) for f in frames)
        for data in made:
            yield np.frombuffer(data, np.uint8).reshape(shape)

    def _made(self, page: bytes, frames: Iterator[bytes]) -> Iterator[bytes]:
        """A worker is sent the next frame once the one before has come back."""
        busy: deque[Connection] = deque()
        free = deque(self._workers)
        try:
            for worker in self._workers:
                worker.send_bytes(page)
            for frame in frames:
                picture = b"" if free else busy[0].recv_bytes()
                worker = free.popleft() if free else busy.popleft()
                worker.send_bytes(frame)
                busy.append(worker)
                if picture:
                    yield _whole(picture)
            for worker in busy:
                yield _whole(worker.recv_bytes())
        except (EOFError, OSError):
            raise UserError("a process that draws the film ended: out of memory?") from None


def _whole(answer: bytes) -> bytes:
    """A picture; UserError of a sentence in its place."""
    if answer[:1] == _SAID:
        raise UserError(answer[1:].decode())
    return answer[1:]


_SAID, _MADE = b"!", b"."


def _work(orders: Connection) -> None:
    """Paint until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        page = orders.recv_bytes()
        while True:
            frame = orders.recv_bytes()
            try:
                answer = _MADE + paint(page, frame)
            except Exception as error:  # whatever it is, who has asked for it tells it
                answer = _SAID + f"a picture could not be drawn: {error}".encode()
            orders.send_bytes(answer)
