"""How an engine process greets and leaves, and what it says in between."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ebmviz import __version__
from ebmviz.core import protocol
from ebmviz.core.protocol import Advance, Failure, Frame, Grant, Hello, Reset
from tests.engine.serve.process import Process, scene
from tests.scenes import CATALOGUE


def test_it_greets_shows_nothing_ungranted_and_leaves_with_its_stdin(
    start: Callable[..., Process],
) -> None:
    process = start()
    hello, _ = process.next()
    assert isinstance(hello, Hello)
    assert (hello.protocol, hello.version) == (protocol.VERSION, __version__)
    assert hello.pid == process.popen.pid
    assert hello.catalogue == CATALOGUE

    process.show(scene())
    process.send(Advance(steps=5))
    assert process.answers_until_fetched() == []
    process.send(Grant(frames=2))
    frames = [process.next()[0]]
    process.show(scene(view__beta=1))
    frames.append(process.next()[0])
    assert [type(f) for f in frames] == [Frame, Frame]
    process.show(scene(view__beta=2))
    assert process.answers_until_fetched() == []

    assert process.popen.stdin
    process.popen.stdin.close()
    assert process.ends() == 0
    assert process.errors == []


@pytest.mark.slow
def test_orders_need_a_scene_and_a_broken_stream_ends_it_with_a_word_on_stderr(
    start: Callable[..., Process],
) -> None:
    process = start()
    process.send(Reset())
    failure, _ = process.until(Failure)
    assert (failure.problem.kind, failure.generation) == ("user", 0)
    process.show(scene())
    assert process.step() == 0
    assert process.popen.stdin
    process.popen.stdin.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    process.popen.stdin.flush()
    assert process.ends() == 0
    assert b"engine: " in b"".join(process.errors)


@pytest.mark.slow
def test_prints_of_libraries_do_not_break_the_stream(
    start: Callable[..., Process], tmp_path: Path
) -> None:
    # The first come before the magic and are skipped. The later ones come from the thread
    # that reads stdin, and would stand between two messages.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys, threading\n"
        "def shout(words):\n"
        "    print(words)\n"
        "    sys.stdout.flush()\n"
        "    os.write(1, b'raw ' + words.encode())\n"
        "shout('at start')\n"
        "class Loud(threading.Thread):\n"
        "    def run(self):\n"
        "        shout('later')\n"
        "        super().run()\n"
        "threading.Thread = Loud\n"
    )
    process = start({"PYTHONPATH": str(tmp_path)})
    hello, _ = process.next()
    assert isinstance(hello, Hello)
    process.show(scene())
    process.send(Grant(frames=1))
    frame, arrays = process.next()
    assert isinstance(frame, Frame)
    assert arrays["manifold"].shape == (48, 2)
    assert process.popen.stdin
    process.popen.stdin.close()
    process.ends()
    heard = b"".join(process.errors)
    assert b"later\n" in heard
    assert b"raw later" in heard
    assert b"at start" not in heard


@pytest.mark.skipif(sys.platform != "linux", reason="triton is for Linux")
@pytest.mark.slow
def test_libraries_find_no_leak_at_its_end() -> None:
    # As on a GPU: triton's bindings would count what Python has not taken apart.
    kernels = "import gc; from ebmviz.engine.landscape import fused; gc.freeze()"
    words = [
        sys.executable,
        "-P",
        "-c",
        f"{kernels}\nfrom ebmviz.engine.server import loop; loop.main()",
    ]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert b"leaked" not in done.stderr, done.stderr


def test_python_is_not_taken_apart_under_threads_that_compile() -> None:
    """What ends inside native code when the interpreter is gone ends the process with SIGABRT."""
    words = [
        sys.executable,
        "-P",
        "-c",
        "import atexit, os; atexit.register(os.abort)\n"
        "from ebmviz.engine.server import loop; loop.main()",
    ]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
