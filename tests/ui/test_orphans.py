"""No process outlives the window that started it, however the window ends."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.slow import slow

START = """
import sys
import numpy as np
from PySide6.QtCore import QCoreApplication, QTimer
from ebmviz.core.plot import Axis, Curve, Plot
from ebmviz.ui.session.engine import EngineClient
from ebmviz.export.job import Job
from ebmviz.ui.publish.asked import Asked
from ebmviz.ui.publish.exporter import Drawing, LectureFigure

app = QCoreApplication([])
line = np.linspace(0, 1, 2000)
curves = tuple(Curve(line, line * i, "energy") for i in range(4000))
plot = Plot("many", Axis("x"), Axis("y"), curves)
kinds = {
    "engine": lambda: EngineClient(),
    "drawing": lambda: Drawing(Job(plot, "pdf"), app),
    "lecture": lambda: LectureFigure("horn", "figure-9", Asked("figure-9"), app),
}
made = kinds[sys.argv[1]]()
made.start() if sys.argv[1] == "engine" else made.begin()
process = made._process
process.waitForStarted()
QTimer.singleShot(int(sys.argv[2]), lambda: print(process.processId(), flush=True))
app.exec()
"""


def over(reader: int, seconds: float) -> bool:
    """Whether nobody holds the other end any more, within so many seconds."""
    ready, _, _ = select.select([reader], [], [], seconds)
    return bool(ready) and os.read(reader, 1) == b""


@pytest.mark.parametrize(
    ("kind", "after_ms"),
    [
        slow("engine", 0),
        ("engine", 900),
        ("drawing", 0),
        slow("drawing", 900),
        ("lecture", 0),
        slow("lecture", 1800),
    ],
)
def test_a_killed_window_leaves_no_process(tmp_path: Path, kind: str, after_ms: int) -> None:
    reader, writer = os.pipe()  # which the process beside inherits, and closes by its end
    before = {**os.environ, "TMPDIR": str(tmp_path)}
    words = [sys.executable, "-P", "-c", START, kind, str(after_ms)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, pass_fds=[writer], env=before) as window:
        os.close(writer)
        try:
            assert window.stdout
            assert int(window.stdout.readline()) > 0, "it has ended by itself"
            assert not over(reader, 0)
        finally:
            window.kill()
            window.wait()
        began = time.monotonic()
        assert over(reader, 30), "it lives on"
        assert time.monotonic() - began < 4  # 0.1 s where the machine has nothing else to do
    os.close(reader)
    left = [p for p in tmp_path.rglob("*") if "ebmviz" in p.name]
    assert not left, "nothing half done is left behind"
