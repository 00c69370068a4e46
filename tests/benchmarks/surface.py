"""How smoothly the landscape turns in 3-D, and what its pictures take.

`python -m tests.benchmarks.surface [SCENE] [--json]` opens the real window with its engine beside
it, at two sizes, and turns the camera by a mouse that reports 125 times a second, at rest and while
the model trains; pyqtgraph takes at most 100 of them. Then it times one picture of the renderer,
coarse and fine. Half a minute.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from ebmviz.bench.window import _Paints, _until, _wait, _watch
from ebmviz.core import library
from ebmviz.core.relief import Camera, render
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.window import Window

SIZES = (1280, 800), (1920, 1080)
_SECONDS = 4.0
_REPORT_MS = 8  # of a mouse
_STEP = QPoint(7, 2)


class Hand:
    """Holds the left button down over the landscape, and moves."""

    def __init__(self, window: Window) -> None:
        self._on = window.landscape.canvas.viewport()
        self._at = self._on.rect().center()
        self._step = _STEP
        self._send(QEvent.Type.MouseMove, Qt.MouseButton.NoButton)
        self._send(QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton)

    def move(self) -> None:
        """A report of the mouse, turning round where the picture ends."""
        self._at += self._step
        if not self._on.rect().adjusted(20, 20, -20, -20).contains(self._at):
            self._step = -self._step
            self._at += self._step + self._step
        self._send(QEvent.Type.MouseMove, Qt.MouseButton.LeftButton)

    def lift(self) -> None:
        self._send(QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton)

    def _send(self, kind: QEvent.Type, held: Qt.MouseButton) -> None:
        moves = kind is QEvent.Type.MouseMove
        button = Qt.MouseButton.NoButton if moves else Qt.MouseButton.LeftButton
        at = QPointF(self._at), QPointF(self._on.mapToGlobal(self._at))
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(self._on, QMouseEvent(kind, *at, button, held, none))


@contextlib.contextmanager
def turned(window: Window) -> Iterator[None]:
    """Drags as long as it lasts, as often as a mouse reports."""
    hand, timer = Hand(window), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(hand.move)
    timer.start(_REPORT_MS)
    yield
    timer.stop()
    hand.lift()


def turning(name: str, size: tuple[int, int]) -> dict[str, Any]:
    """Frames of a drag, one after the other, and beside training."""
    shown = Window(library.scene(name, library.shipped_catalogue()))
    shown.resize(*size)
    shown.show()
    _until(lambda: shown.stage.shot is not None)
    shown.edit({"view.dimension": "surface"})
    _wait(1.0)
    canvas = shown.landscape.canvas
    painted: list[float] = []
    count = canvas.painted.connect(lambda: painted.append(time.perf_counter()))
    spent = time.process_time()
    with turned(shown):
        _wait(_SECONDS)
    spent = time.process_time() - spent
    canvas.painted.disconnect(count)
    took = np.diff(painted)
    began = time.perf_counter()
    canvas._picture.refine()
    canvas.viewport().repaint()
    rest = time.perf_counter() - began
    shown.client.play(True)
    _wait(1.0)
    with turned(shown):
        training = _watch(shown, _Paints(shown), _SECONDS)
    viewport = canvas.viewport()
    found = {
        "window": f"{size[0]}x{size[1]}",
        "picture": f"{viewport.width()}x{viewport.height()}",
        "frames_per_s": round(1 / float(np.mean(took)), 1),
        "frame_ms_p50": round(1e3 * float(np.quantile(took, 0.5)), 1),
        "frame_ms_p95": round(1e3 * float(np.quantile(took, 0.95)), 1),
        "frame_cpu_ms": round(1e3 * spent / len(painted), 1),
        "at_rest_ms": round(1e3 * rest, 1),
        "while_training": training,
    }
    shown.client.stop()
    shown.document.close()
    shown.deleteLater()
    _wait(0.3)
    return found


def pictures() -> list[dict[str, Any]]:
    """The renderer alone."""
    at = np.linspace(-1, 1, 256, dtype=np.float32)
    heights = (0.5 + 0.4 * np.sin(4 * at) * np.cos(3 * at[:, None])).astype(np.float32)
    found = []
    for size, steps in (((450, 333), 160), ((1265, 949), 384), ((1800, 1350), 384)):
        took = []
        for i in range(12):
            camera = Camera(3.0 * i, 40.0, 0.8, (1.0, 0.8))
            began = time.perf_counter()
            render(heights, heights, "viridis", camera, size, steps=steps)
            took.append(time.perf_counter() - began)
        ms = round(1e3 * float(np.median(took)), 1)
        found.append({"pixels": f"{size[0]}x{size[1]}", "steps": steps, "ms_p50": ms})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", nargs="?", default="ellipse")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    app = application()
    theme.apply(app, "dark")
    found = {"turning": [turning(asked.scene, size) for size in SIZES], "pictures": pictures()}
    if asked.json:
        print(json.dumps(found))
        return
    for part in found["turning"]:
        print(", ".join(f"{name} {value}" for name, value in part.items()))
    for part in found["pictures"]:
        print(", ".join(f"{name} {value}" for name, value in part.items()))


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
