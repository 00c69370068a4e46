"""The threads of the engine work while its loop does not: they answer, and end the process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import msgspec
import pytest

from ebmviz.core import protocol
from ebmviz.core.protocol import FrameReader, Grant, Ping, Pong, SetScene
from ebmviz.engine.server import pipes
from ebmviz.engine.server.pipes import Mailbox, completed
from tests.engine.serve.process import scene

STUCK = """
from ebmviz.engine.server import loop
def stuck(self):
    while True:
        pass
loop.Server.run = stuck
loop.main()
"""


def wire(*messages: protocol.AnyMessage) -> bytes:
    return b"".join(bytes(part) for m in messages for part in protocol.encode(m))


def test_a_busy_engine_says_that_it_is_there_and_goes_with_its_window() -> None:
    busy = subprocess.Popen(
        [sys.executable, "-P", "-c", STUCK], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert busy.stdin
        assert busy.stdout
        busy.stdin.write(wire(Ping()))
        busy.stdin.flush()
        reader, said = FrameReader(engine_side=False, skip=True), list[object]()
        while not said:
            said += [m for m, _ in reader.feed(os.read(busy.stdout.fileno(), 1 << 16))]
        assert said == [Pong()]
        began = time.monotonic()
        busy.stdin.close()
        assert busy.wait(timeout=30) == 0
        # Half a second is asked for; the rest is room for a machine under load.
        assert time.monotonic() - began < pipes.LAST_S + 1.5
        busy.stdout.close()
    finally:
        busy.kill()


def test_the_loop_has_a_moment_to_end_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "LAST_S", 0.0)
    inward, outward = os.pipe()
    ended = threading.Event()
    with os.fdopen(inward, "rb") as stream:
        box = Mailbox(stream, ended=ended.set)
        os.write(outward, wire(Ping(), Grant()))
        assert [m for m, _ in box.take(30.0)] == [Grant()], "a ping is not the loop's business"
        os.close(outward)
        assert ended.wait(30)
        assert box.closed


def test_values_that_were_sent_before_are_filled_in() -> None:
    points = "x" * 4000
    whole = scene(seed=3)
    whole = msgspec.structs.replace(whole, values={**whole.values, "data.points": points})
    first = SetScene(generation=1, scene=whole, needs=())
    rest = {k: v for k, v in whole.values.items() if k != "data.points"}
    bare = msgspec.structs.replace(whole, values={**rest, "view.beta": 2.0})
    second = SetScene(generation=2, scene=bare, needs=(), same=("data.points",))
    found = completed(second, first)
    assert found.scene.values == {**whole.values, "view.beta": 2.0}
    assert found.same == ()
    assert completed(first, None) is first
    for before in (None, SetScene(generation=1, scene=bare, needs=())):
        with pytest.raises(protocol.ProtocolError, match=r"data\.points was never sent"):
            completed(second, before)
