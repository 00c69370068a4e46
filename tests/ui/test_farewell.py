"""A window that is told to go asks nobody, and what is in no file is offered at the next start."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ebmviz.core import library
from ebmviz.files.recovery import Recovery, default_folder
from ebmviz.files.session import load, unpack
from ebmviz.ui import farewell
from ebmviz.ui.farewell import Farewell
from tests.slow import slow
from tests.ui.conftest import Student

START = """
import sys
from PySide6.QtCore import QTimer
from ebmviz.ui import app
from ebmviz.ui.session import leftovers
from ebmviz.ui.window import Window

steps, asked = int(sys.argv[1]), sys.argv[2] == "asked"

def go(window):
    window.client.advance(steps) if steps else None
    def look():
        if window.stage.shot and window.document.step == steps:
            timer.stop()
            print("there", flush=True)
            if asked:
                window.close()
    timer = window.timer = QTimer(window)
    timer.timeout.connect(look)
    timer.start(10)

made = app.window
def opened(*given, **more):
    window = made(*given, **more)
    window.ready.connect(lambda: go(window))
    return window
app.window = opened
app.run("ellipse")
"""
HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
CATALOGUE = library.shipped_catalogue()


@pytest.mark.parametrize(
    ("number", "steps", "asked"),
    [
        (signal.SIGTERM, 6, "quiet"),
        slow(signal.SIGHUP, 5, "asked"),
        slow(signal.SIGINT, 4, "quiet"),
        slow(signal.SIGTERM, 0, "quiet"),
    ],
)
def test_a_signal_keeps_unsaved_work(number: signal.Signals, steps: int, asked: str) -> None:
    words = [sys.executable, "-P", "-c", START, str(steps), asked]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as window:
        try:
            assert window.stdout
            assert window.stdout.readline() == "there\n"
            window.send_signal(number)
            assert window.wait(60) == 128 + number
        finally:
            window.kill()
    orphans = Recovery(check=lambda data: unpack(data, CATALOGUE, "it")).orphans()
    assert [o.step for o in orphans] == ([steps] if steps else [])
    assert all(o.readable and not o.told for o in orphans)


def test_the_end_of_the_session_keeps_unsaved_work_of_an_engine_that_hangs(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = student.window
    before = {number: signal.getsignal(number) for number in HEARD}
    goes = Farewell(window.document, window.client)
    try:
        goes.keep_here()
        assert not list(default_folder().glob("*.ebmviz")), "there is nothing to lose"
        window.client.advance(3)
        student.until(lambda: window.client.kept and window.client.kept.step == 3)
        student.until(lambda: window.document.step == 3)
        monkeypatch.setattr(farewell, "PATIENCE_MS", 50)
        student.engine.silence()
        goes.keep_here()
        (kept,) = default_folder().glob("*.ebmviz")
        assert load(kept, CATALOGUE).checkpoint.step == 3
        assert window.document.dirty
        assert window.isVisible(), "whether it goes is up to the desktop"
    finally:
        student.engine.wake()
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_full_disk_does_not_hold_it_up(student: Student, tmp_path: Path) -> None:
    window = student.window
    before = {number: signal.getsignal(number) for number in HEARD}
    goes = Farewell(window.document, window.client)
    for number, handler in before.items():
        signal.signal(number, handler)
    window.client.advance(2)
    student.until(lambda: window.document.step == 2)
    (tmp_path / "file").write_bytes(b"")
    window.document.recovery.folder = tmp_path / "file" / "below"
    goes.keep_here()
    assert window.document.dirty
