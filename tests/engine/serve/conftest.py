"""Engine processes: one for all tests that leave it in order, others on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ebmviz.core.protocol import Grant, Hello, Play, Reset
from tests.engine.serve.process import Process, Thread, scene


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    """Starts engines, and ends them with the test."""
    running: list[Process] = []

    def another(environment: dict[str, str] | None = None) -> Process:
        running.append(Process(environment))
        return running[-1]

    yield another
    for process in running:
        process.close()


@pytest.fixture
def begin() -> Iterator[Callable[[], Thread]]:
    """Begins engines in threads, where nothing is about the process; ends them with the test."""
    running: list[Thread] = []

    def one() -> Thread:
        running.append(Thread())
        return running[-1]

    yield one
    for thread in running:
        thread.close()


@pytest.fixture(scope="package")
def shared() -> Iterator[Process]:
    """One process for all tests that leave it in order; torch takes seconds to load."""
    process = Process()
    hello, _ = process.next()
    assert isinstance(hello, Hello)
    process.send(Grant(frames=2))
    yield process
    process.close()


@pytest.fixture
def engine(shared: Process) -> Process:
    """The shared process with fresh weights of the lecture's ellipse, paused."""
    shared.send(Play(on=False))
    shared.show(scene())
    shared.send(Reset())
    assert shared.step() == 0
    return shared
