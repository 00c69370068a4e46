"""Whoever has much to do lets timers and paints have their turn."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import numpy as np
import shiboken6
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from ebmviz.core import protocol
from ebmviz.ui.loop.turns import Turns
from ebmviz.ui.session.engine_process import EngineProcess


def test_a_timer_that_is_due_goes_before_the_next_piece(qtbot: QtBot) -> None:
    done: list[str] = []
    parent = QObject()
    turns = Turns(parent)
    beat = QTimer()
    beat.setInterval(0)
    beat.timeout.connect(lambda: done.append("beat"))
    for piece in "abc":
        turns.put(piece, functools.partial(done.append, piece))
    beat.start()
    qtbot.waitUntil(lambda: "c" in done)
    a, b, c = (done.index(piece) for piece in "abc")
    assert "beat" in done[a:b]
    assert "beat" in done[b:c]


def test_what_is_put_off_again_is_done_once_in_its_place(qtbot: QtBot) -> None:
    done: list[int] = []
    parent = QObject()
    turns = Turns(parent)
    for key, piece in (("side", 1), ("curve", 2), ("side", 3)):
        turns.put(key, functools.partial(done.append, piece))
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done == [3, 2]
    turns.put("side", lambda: turns.put("side", lambda: done.append(4)))
    qtbot.waitUntil(lambda: len(done) == 3)


def test_what_is_given_up_is_not_done_and_others_are(qtbot: QtBot) -> None:
    done: list[str] = []
    one, other, gone = QObject(), QObject(), QObject()
    turns = Turns(one)
    turns.put("a", functools.partial(done.append, "dropped"))
    Turns(gone).put("b", functools.partial(done.append, "gone"))
    Turns(other).put("a", functools.partial(done.append, "kept"))
    turns.drop()
    shiboken6.delete(gone)
    Turns(other).put("c", functools.partial(done.append, "last"))
    qtbot.waitUntil(lambda: "last" in done)
    assert done == ["kept", "last"]


def frame(step: int) -> list[bytes | memoryview]:
    said = protocol.Frame(
        generation=1,
        step=step,
        metrics={},
        playing=True,
        device="cpu",
        steps_per_s=0.0,
        compute_ms=0.0,
    )
    return protocol.encode(said, {"map": np.full((8, 8), step, np.float32)})


def test_frames_that_come_together_are_told_one_by_one_and_none_is_lost(
    qtbot: QtBot, tmp_path: Path
) -> None:
    said = [*frame(0), *protocol.encode(protocol.Pong()), *frame(1), *frame(2)]
    (tmp_path / "said").write_bytes(protocol.MAGIC + b"".join(bytes(part) for part in said))
    (tmp_path / "engine.py").write_text(
        "import sys\nsys.stdout.buffer.write(open(sys.argv[1], 'rb').read())\n"
    )
    parent = QObject()
    process = EngineProcess(
        [sys.executable, str(tmp_path / "engine.py"), str(tmp_path / "said")], parent
    )
    told: list[list[str]] = []
    process.heard.connect(lambda piece: told.append([type(m).__name__ for m, _ in piece]))
    with qtbot.waitSignal(process.gone, timeout=30_000):
        process.start()
    assert told == [["Frame"], ["Pong", "Frame"], ["Frame"]]
