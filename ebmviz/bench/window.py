"""Measures the real window with a real engine: how soon, how smooth, how prompt.

Run by `ebmviz bench window` in a process of its own, so that the start is a real start:
`python -P -m ebmviz.bench.window T0`, with T0 the wall-clock time before it was launched.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, QTimer

from ebmviz.bench.processes import megabytes, megabytes_of_importing, seconds
from ebmviz.core import library, protocol
from ebmviz.core.scene import replace
from ebmviz.ui.app import application, window
from ebmviz.ui.window import Window

RESOLUTIONS = (256, 512, 1024)
SECONDS = 4.0
IDLE_S = 10.0
BETA_CHANGES = 100
CHAINS = 10_000
_PROBE_MS = 4
_PATIENCE_S = 60.0


class _Paints:
    """Calls back after each paint of the map."""

    def __init__(self, shown: Window) -> None:
        self.then: Callable[[], None] = lambda: None
        shown.landscape.canvas.painted.connect(lambda: self.then())


def measure(t0: float) -> dict[str, Any]:
    """All figures, as `ebmviz bench window --json` prints them."""
    application()
    shown = window(None)
    paints = _Paints(shown)
    times: dict[str, float] = {}

    def mark(name: str) -> None:
        times.setdefault(name, time.time() - t0)

    paints.then = lambda: mark("window_s")
    shown.ready.connect(lambda: mark("first_landscape_s"))
    shown.show()
    _until(lambda: len(times) == 2)
    frames: dict[str, float] = {}
    found: dict[str, Any] = {}
    for resolution in RESOLUTIONS:
        shown.edit({"view.resolution": resolution, "view.speed": math.inf})
        shown.client.play(True)
        _wait(1.0)
        row = _watch(shown, paints, SECONDS)
        frames[str(resolution)] = row.pop("frames_per_s")
        row["beta_to_pixels_ms"] = _percentiles(_drag(shown, paints))
        found |= row if resolution == RESOLUTIONS[0] else {f"at_{resolution}": row}
        shown.client.play(False)
    held = _held(shown)
    idle = _idle(shown)
    walking = _walk(shown, paints, SECONDS)
    shown.client.stop()
    shown.document.close()
    return {**times, "frames_per_s": frames, **found, **held, **idle, "chains": walking}


def _held(shown: Window) -> dict[str, Any]:
    """Megabytes of both processes after all that; what PySide6 and torch take of them, which no
    program that imports them can do without.
    """
    taken = {
        "window": megabytes(os.getpid()),
        "of_it_PySide6": megabytes_of_importing("numpy", "PySide6.QtWidgets"),
        "engine": megabytes(shown.client.pid),
        "of_it_torch": megabytes_of_importing("numpy", "torch"),
    }
    return {"memory_mb": {k: round(v) for k, v in taken.items() if v is not None}}


def _idle(shown: Window) -> dict[str, Any]:
    """Percent of a core that both take while nothing moves and nobody does anything."""
    _wait(1.0)
    pids = {"window": os.getpid(), "engine": shown.client.pid}
    before = {who: seconds(pid) for who, pid in pids.items()}
    _wait(IDLE_S)
    taken: dict[str, float] = {}
    for who, pid in pids.items():
        then, now = before[who], seconds(pid)
        if then is not None and now is not None:
            taken[who] = round(100 * (now - then) / IDLE_S, 2)
    return {"idle_percent": taken}


def _walk(shown: Window, paints: _Paints, lasting: float) -> dict[str, Any]:
    """Langevin chains on a network of 2 × 64 units, as fast as they go, and their card."""
    catalogue = shown.store.catalogue
    changes = {"sampler.kind": "ula", "sampler.chains": CHAINS, "sampler.pace": math.inf}
    scene = replace(library.scene("unconditional", catalogue), changes, catalogue)
    shown.document.adopt(scene, None, None)
    shown.acts["sample"].trigger()
    _wait(1.0)
    row = _watch(shown, paints, lasting)
    names = ("frames_per_s", "slowest_frames_per_s", "rendering_share", "loop_delay_ms")
    return {name: row[name] for name in names}


def _watch(shown: Window, paints: _Paints, lasting: float) -> dict[str, Any]:
    """While the engine is busy. A frame counts once it is painted, and only if it is a new one.

    `slowest_frames_per_s`: as many as there would be if every frame of a second took as long as its
    slowest, the middle of all seconds. `rough_share` of the frames painted had a coarser map than
    asked for; `rendering_share` is what the engine spent on frames, of its time.
    """
    sides: list[int] = []
    came_at: list[float] = []
    rendering: list[float] = []
    rates: list[float] = []
    delays: list[float] = []
    seen = [shown.stage.shot]
    last = [time.perf_counter()]

    def painted() -> None:
        shot = shown.stage.shot
        if shot is not None and shot is not seen[0]:
            seen[0] = shot
            sides.append(len(shot.snapshot.arrays["map"]))
            came_at.append(time.perf_counter())

    def came(_: object, frame: protocol.Frame) -> None:
        rendering.append(frame.compute_ms / 1e3)
        rates.append(frame.steps_per_s)

    def beat() -> None:
        now = time.perf_counter()
        delays.append(max(0.0, 1e3 * (now - last[0]) - _PROBE_MS))
        last[0] = now

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(beat)
    paints.then = painted
    shown.client.framed.connect(came)
    timer.start(_PROBE_MS)
    began = time.perf_counter()
    _wait(lasting)
    spent = time.perf_counter() - began
    timer.stop()
    shown.client.framed.disconnect(came)
    paints.then = lambda: None
    wanted = shown.store.scene.view.resolution
    return {
        "frames_per_s": len(sides) / spent,
        "slowest_frames_per_s": _slowest(came_at, began, spent),
        "rough_share": sum(side < wanted for side in sides) / max(1, len(sides)),
        "rendering_share": sum(rendering) / spent,
        "loop_delay_ms": _percentiles(delays),
        "steps_per_s": round(rates[-1]) if rates else 0,
    }


def _slowest(came_at: list[float], began: float, spent: float) -> float:
    """From the times of the frames."""
    rates = []
    for second in range(int(spent)):
        begin = began + second
        within = [t for t in came_at if begin <= t < begin + 1]
        gaps = [b - a for a, b in itertools.pairwise([begin, *within, begin + 1])]
        rates.append(1 / max(gaps))
    return round(statistics.median(rates), 1) if rates else 0.0


def _drag(shown: Window, paints: _Paints) -> list[float]:
    """Milliseconds from each change of β to the paint that shows it, training flat out."""
    dice = random.Random(1)
    took: list[float] = []
    for _ in range(BETA_CHANGES):
        beta = 10 ** dice.uniform(-2, 3)
        began = time.perf_counter()
        painted: list[float] = []

        def check(wanted: float = beta, painted: list[float] = painted) -> None:
            shot = shown.stage.shot
            if shot and shot.scene.view.beta == wanted and not painted:
                painted.append(time.perf_counter())

        paints.then = check
        shown.edit({"view.beta": beta}, True)
        _until(lambda painted=painted: bool(painted))  # type: ignore[misc]
        took.append(1e3 * (painted[0] - began))
        _wait(dice.uniform(0.01, 0.04))
    paints.then = lambda: None
    return took


def _percentiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    pick = {p: ordered[min(len(ordered) - 1, int(p / 100 * len(ordered)))] for p in (50, 95, 99)}
    return {f"p{p}": round(v, 2) for p, v in pick.items()}


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1e3 * seconds), loop.quit)
    loop.exec()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.perf_counter() + _PATIENCE_S
    loop = QEventLoop()
    while not condition():
        if time.perf_counter() > deadline:
            raise TimeoutError("the window did not get ready")
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


if __name__ == "__main__":
    print(json.dumps(measure(float(sys.argv[1]))), flush=True)
    os._exit(0)
