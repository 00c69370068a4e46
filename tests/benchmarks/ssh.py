"""How soon the picture follows a hand when the engine is far away.

`python -m tests.benchmarks.ssh [SCENE] [--delay MS] [--lost PERCENT] [--mbit N]` starts an sshd on
loopback behind a link that delays every piece by half of `--delay` each way, and some of them by a
quarter of a second more, as TCP does with what was lost; opens the real window offscreen with its
engine there, and drags β for five seconds, 60 times a second. Needs openssh-server.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from ebmviz.core import library
from ebmviz.core.process.elsewhere import elsewhere
from ebmviz.ui.app import application
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.window import Window
from tests.ssh.machine import HOST, machine

_SECONDS, _PER_S = 5.0, 60.0


def main() -> None:
    """Print frames per second, and how old what they answer is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", nargs="?", default="ellipse")
    parser.add_argument("--delay", type=float, default=100.0, help="ms, there and back")
    parser.add_argument("--lost", type=float, default=1.0, help="percent of the pieces")
    parser.add_argument("--mbit", type=float, default=20.0)
    args = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder, machine(Path(folder, "lab")) as there:
        os.environ["PATH"] = f"{there.bin}:{os.environ['PATH']}"
        command = f"ssh -T {HOST} ebmviz engine --link {args.mbit:g}"
        application()
        client = EngineClient(elsewhere=elsewhere(command))
        client.start()
        shown = Window(library.scene(args.scene, library.shipped_catalogue()), client=client)
        shown.resize(1280, 800)
        shown.show()
        _wait_until(lambda: client.ready)
        _wait(3.0)  # kernels, caches
        there.link.delay_s, there.link.lost = args.delay / 2e3, args.lost / 100
        _wait(1.0)
        _drag(shown, there.link.carried, lambda: there.link.carried)
        client.stop()


def _drag(shown: Window, before: int, carried: object) -> None:
    sent: dict[int, float] = {}
    ages: list[float] = []
    times: list[float] = []
    seen = 0

    def drawn() -> None:
        nonlocal seen
        shot = shown.stage.shot
        if shot and shot.snapshot.generation > seen and shot.snapshot.generation in sent:
            seen = shot.snapshot.generation
            times.append(time.monotonic())
            ages.append(times[-1] - sent[seen])

    began, count = time.monotonic(), 0
    shown.stage.drawn.connect(drawn)
    while (now := time.monotonic() - began) < _SECONDS:
        shown.edit({"view.beta": 10 + 9 * math.sin(2 * now)})
        sent[shown.client.generation] = time.monotonic()
        count += 1
        _wait(max(0.0, began + count / _PER_S - time.monotonic()))
    _wait(1.0)
    rate = len(times) / _SECONDS
    worst = min(np.histogram(np.array(times) - began, bins=int(_SECONDS), range=(0, _SECONDS))[0])
    p50, p95 = 1e3 * np.percentile(ages, [50, 95])
    mbit = (carried() - before) * 8e-6 / _SECONDS  # type: ignore[operator]
    print(
        f"{shown.store.scene.name}: {rate:.1f} frames/s ({worst} in the slowest second),"
        f" β → picture p50 {p50:.0f} ms, p95 {p95:.0f} ms, {mbit:.1f} Mbit/s"
    )


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(max(1, round(1e3 * seconds)), loop.quit)
    loop.exec()


def _wait_until(condition: object) -> None:
    while not condition():  # type: ignore[operator]
        _wait(0.02)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
