"""How smooth the window stays while 2 000 points are painted into a model that is training.

`python -m tests.benchmarks.painting [SCENE] [--json]` opens the real window with its engine beside
it, a map of 512², and training as fast as it goes; a mouse that reports 125 times a second, as
most do, then draws lines of points over the map. What it reports while the window is busy waits in
line, as events of a system do. Ten seconds.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import time
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from ebmviz.bench.window import _Paints, _percentiles, _until, _wait, _watch
from ebmviz.core import library
from ebmviz.core.hands.stroke import APART
from ebmviz.core.samples import samples_of
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.window import Window

POINTS, RESOLUTION = 2000, 512
SECONDS = 5.0
_REPORT_MS = 8  # of a mouse
_STEP = 12  # pixels between two reports: 1.5 m/s of a hand's width
_RADIUS = 4.0


def measure(name: str) -> dict[str, Any]:
    """Frames per second and delays of the event loop, without and with painting."""
    app = application()
    theme.apply(app, "dark")
    shown = Window(library.scene(name, library.shipped_catalogue()))
    shown.resize(1600, 1000)
    shown.show()
    _until(lambda: shown.stage.shot is not None)
    shown.edit({"view.resolution": RESOLUTION, "view.speed": math.inf})
    shown.client.play(True)
    _wait(2.0)
    paints = _Paints(shown)
    busy = _Busy()
    still = _watch(shown, paints, SECONDS) | busy.found()
    shown.acts["tool-paint"].trigger()
    shown.hands.overlay.reach.size(_RADIUS)
    before = _count(shown)
    hand = _Hand(shown)
    hand.timer.start(_REPORT_MS)
    busy = _Busy()
    painting = _watch(shown, paints, SECONDS) | busy.found()
    hand.timer.stop()
    hand.lift()
    strokes = len(shown.store._past)
    found = {
        "points": _count(shown) - before,
        "drawn": hand.drawn,
        "reports_per_s": round(hand.reports / SECONDS),
        "undo_entries": strokes,
        "training": still,
        "painting": painting,
    }
    shown.client.stop()
    shown.document.close()
    return found


def _count(shown: Window) -> int:
    own = samples_of(shown.store.scene)
    assert shown.stage.shot is not None
    return len(own.rows if own else shown.stage.shot.snapshot.arrays["data"])


class _Busy:
    """What the window's own thread computes between two beats of 4 ms: what the delays of the loop
    would be on a machine that did nothing else.
    """

    def __init__(self) -> None:
        self._spent: list[float] = []
        self._last = time.thread_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(4)

    def _beat(self) -> None:
        now = time.thread_time()
        self._spent.append(1e3 * (now - self._last))
        self._last = now

    def found(self) -> dict[str, dict[str, float]]:
        """Percentiles, in ms; it stops."""
        self._timer.stop()
        return {"loop_busy_ms": _percentiles(self._spent)}


class _Hand:
    """Draws lines from left to right, until there are enough points; then it goes on as a hand
    that erases what it has painted would, on the same number of points.
    """

    def __init__(self, shown: Window) -> None:
        self._shown, self._view = shown, shown.landscape.canvas.viewport()
        self._path = self._lines()
        self.reports = self.drawn = 0  # how often it has told where it is; points of its lines
        self._down = False
        self._enough = False
        self._began = 0.0
        self._from = self._to = QPoint()
        self.timer = QTimer()
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._due)

    def _lines(self) -> Iterator[tuple[bool, QPoint]]:
        """Whether a line begins there, and a place of the map."""
        plane = self._shown.landscape.plane.sceneBoundingRect().toRect()
        for row in itertools.count():
            y = plane.top() + 20 + (row * 23) % (plane.height() - 40)
            for x in range(plane.left() + 20, plane.right() - 20, _STEP):
                yield x == plane.left() + 20, QPoint(x, y)

    def _due(self) -> None:
        """All that a mouse has told since it was last listened to."""
        now = time.perf_counter()
        self._began = self._began or now
        while self.reports * _REPORT_MS < 1e3 * (now - self._began):
            self._report()

    def _report(self) -> None:
        self.reports += 1
        begins, at = next(self._path)
        if begins:
            self.lift()
            if not self._enough and _count(self._shown) >= POINTS + 24:
                self._enough = True
                self._shown.acts["tool-noise"].trigger()
            self._send(QEvent.Type.MouseButtonPress, at)
            self._down, self._from = True, at
        else:
            self._send(QEvent.Type.MouseMove, at)
        self._to = at

    def lift(self) -> None:
        """Release the button."""
        if self._down:
            if not self._enough:  # a point where it began, the others equally far apart
                self.drawn += 1 + int((self._to.x() - self._from.x()) / (APART * _RADIUS) + 1e-9)
            self._send(QEvent.Type.MouseButtonRelease, QPoint(0, 0))
            self._down = False

    def _send(self, kind: QEvent.Type, at: QPoint) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        where = QPointF(at), QPointF(self._view.mapToGlobal(at))
        event = QMouseEvent(kind, *where, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._view, event)


def main() -> None:
    """Print a few lines, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", nargs="?", default="ellipse")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.scene)
    if given.json:
        print(json.dumps(found))
        return
    print(
        f"{found['points']} points painted in {found['undo_entries']} strokes;"
        f" the lines that were drawn have {found['drawn']}"
    )
    for name in ("training", "painting"):
        row = found[name]
        delays, busy = (
            ", ".join(f"{p} {ms} ms" for p, ms in row[key].items())
            for key in ("loop_delay_ms", "loop_busy_ms")
        )
        print(f"{name:9} {row['frames_per_s']:6.1f} frames/s at {RESOLUTION}²")
        print(f"          delays of the loop {delays}; computed in it {busy}")


if __name__ == "__main__":
    main()
    os._exit(0)
