"""The engine is lost at a random moment of a random deed: killed, aborted, without memory, or
stopped so long that nobody would wait.

After each fault the window must go on: it is never held up, the scene is what it was, at most
`LOST_S` of training are lost, a save that was under way is whole or refused, one that is asked for
afterwards holds what is there, and one engine is left.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from ebmviz.core import library
from ebmviz.core.scene import Scene
from ebmviz.files import session
from ebmviz.ui.app import application, window
from ebmviz.ui.window import Window
from tests.benchmarks.listener import Listener

HARMS = ("SIGKILL", "SIGABRT", "memory", "stopped")
DEEDS = ("training", "painting", "saving", "scrubbing", "lab", "sampling")
SCENES = ("ellipse", "unconditional", "horn", "jem", "mixture")
LOST_S = 5.0
STOPPED_S = 30.0
_BACK_S = 60.0  # until it is given up
_SPARE = 4 << 20  # bytes that an engine without memory may still take


class Case(NamedTuple):
    """back_s: until a frame of a new engine was on the screen; held_ms: the longest that the event
    loop was kept from its timers; lost: seconds of training that are gone; fault: empty where all
    was well.
    """

    deed: str
    harm: str
    scene: str
    back_s: float
    held_ms: float
    lost: float
    fault: str


class Desk:
    """A window offscreen with an engine of its own, in a home of its own."""

    def __init__(self, home: Path, seed: int) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME"):
            os.environ[f"XDG_{name}"] = str(home / name.lower())
        self.home, self.dice = home, random.Random(seed)
        application()
        self.window: Window = window("ellipse")
        self.listener = Listener()
        self.listener.listen(self.window)
        self.window.resize(1280, 800)
        self.window.show()
        self.steps: deque[tuple[float, int]] = deque()
        self.held = 0.0
        self.beat = time.monotonic()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._timer.start(5)

    def _look(self) -> None:
        now = time.monotonic()
        self.held = max(self.held, now - self.beat - 0.005)
        self.beat = now
        shot = self.window.stage.shot
        if shot and self.window.client.playing:
            self.steps.append((now, shot.snapshot.step))

    def wait(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(1e3 * seconds), loop.quit)
        loop.exec()

    def until(self, condition: Callable[[], bool], most: float = _BACK_S) -> bool:
        deadline = time.monotonic() + most
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.wait(0.01)
        return True

    def shown(self) -> bool:
        """Whether the newest scene is on the screen, from an engine that is there."""
        shot, client = self.window.stage.shot, self.window.client
        return bool(client.ready and shot and shot.snapshot.generation == client.generation)

    @property
    def step(self) -> int:
        shot = self.window.stage.shot
        return shot.snapshot.step if shot else 0


def cases(home: Path, times: int, seed: int, stopped_s: float = STOPPED_S) -> Iterator[Case]:
    """So many, in turn over the deeds and the harms."""
    desk = Desk(home, seed)
    if not desk.until(desk.shown):
        raise TimeoutError("no first frame")
    for number in range(times):
        harm = HARMS[number // len(DEEDS) % len(HARMS)]
        yield _case(desk, DEEDS[number % len(DEEDS)], harm, stopped_s)
    desk.window.document.give_up()
    desk.window.close()


def _case(desk: Desk, deed: str, harm: str, stopped_s: float) -> Case:
    shown, dice = desk.window, desk.dice
    name = dice.choice(SCENES)
    shown.document.give_up()
    shown.document.begin(library.scene(name, shown.store.catalogue))
    desk.until(desk.shown)
    shown.acts["play"].trigger()
    desk.until(lambda: desk.step >= 3)
    path = desk.home / f"{dice.randrange(3)}.ebmviz"
    _do(desk, deed, path)
    desk.wait(dice.random())
    if deed == "painting":
        _paint(desk)
    wanted, pid = shown.store.scene, shown.client.pid
    desk.held, desk.beat = 0.0, time.monotonic()
    began = time.monotonic()
    _harm(desk, pid, harm, stopped_s)
    hurt = time.monotonic()
    back = desk.until(lambda: _back(desk, pid, harm))
    took, held, at = time.monotonic() - hurt, 1e3 * desk.held, desk.step
    # Where it goes on was last seen then; a lab and a past that is looked at have other steps.
    seen = max((when for when, step in desk.steps if step <= at), default=began)
    lost = max(0.0, began - seen) if deed in ("training", "painting", "saving") else 0.0
    fault = _wrong(desk, wanted, path) if back else "no engine came back"
    if not fault and lost > LOST_S:
        fault = f"{lost:.1f} s of training are lost"
    return Case(deed, harm, name, took, held, lost, fault)


def _do(desk: Desk, deed: str, path: Path) -> None:
    shown = desk.window
    match deed:
        case "painting":
            _paint(desk)
        case "saving":
            shown.document.save_to(path)
        case "scrubbing":
            for _ in range(4):
                shown.bottom.time.setValue(desk.dice.randint(0, max(1, desk.step)))
                desk.wait(0.03)
        case "lab":
            shown.acts["lab"].trigger()
        case "sampling":
            shown.acts["sample"].trigger()


def _paint(desk: Desk) -> None:
    """A line across the map."""
    shown = desk.window
    if not shown.acts["tool-paint"].isEnabled():
        return
    shown.acts["tool-paint"].trigger()
    view = shown.landscape.canvas.viewport()
    start = shown.landscape.plane.sceneBoundingRect().toRect().topLeft() + QPoint(40, 60)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(view, left, pos=start)
    for step in range(1, 12):
        QTest.mouseMove(view, start + QPoint(9 * step, 4 * step))
        desk.wait(0.008)
    QTest.mouseRelease(view, left, pos=start + QPoint(108, 48))
    shown.acts["tool-none"].trigger()


def _harm(desk: Desk, pid: int, harm: str, stopped_s: float) -> None:
    if harm == "stopped":
        os.kill(pid, signal.SIGSTOP)
        desk.wait(stopped_s)
        os.kill(pid, signal.SIGCONT)
    elif harm == "memory":
        words = Path(f"/proc/{pid}/statm").read_text("ascii").split()
        limit = int(words[0]) * os.sysconf("SC_PAGE_SIZE") + _SPARE
        before = resource.prlimit(pid, resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
        desk.wait(2.0)
        if desk.window.client.pid == pid:
            resource.prlimit(pid, resource.RLIMIT_AS, before)
    else:
        os.kill(pid, signal.Signals[harm])


def _back(desk: Desk, pid: int, harm: str) -> bool:
    client = desk.window.client
    if not client.alive:  # a second loss within a minute is not answered without asking
        client.restart()
    same = client.pid == pid
    return desk.shown() and (not same or harm in ("memory", "stopped"))


def _wrong(desk: Desk, wanted: Scene, path: Path) -> str:
    """What does not hold afterwards; empty where all does."""
    shown = desk.window
    raised = {kind: text for kind, text in desk.listener.first.items() if not _expected(kind)}
    if raised:
        desk.listener.first.clear()
        return f"said: {next(iter(raised.values()))}"
    if shown.store.scene != wanted:
        return "the scene is another"
    shown.edit({"view.beta": desk.dice.uniform(1, 30)})
    if not desk.until(desk.shown):
        return "a slider moves nothing any more"
    if path.exists():  # of now, or of a case before: whole
        session.load(path, shown.store.catalogue)
    saved: list[bool] = []
    after = path.with_suffix(".after.ebmviz")
    shown.document.save_to(after, lambda: saved.append(True))
    if not desk.until(lambda: bool(saved)):
        return "it cannot be saved any more"
    if session.load(after, shown.store.catalogue).scene != shown.store.scene:
        return "what is saved is another scene"
    if (left := engines(os.getpid())) != 1:
        return f"{left} engines are left"
    return ""


def _expected(kind: str) -> bool:
    """Whether it is the sentence about the loss."""
    return kind.startswith(("died:", "log: the engine was killed", "log: the engine ended"))


def engines(parent: int) -> int:
    """Processes of engines that belong to a window, which may have gone."""
    count = 0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state = place.joinpath("stat").read_text("utf-8").rpartition(")")[2].split()
            its = f"EBMVIZ_TEST_WINDOW={parent}".encode() in place.joinpath("environ").read_bytes()
            ours = its or int(state[1]) == parent
            named = b"ebmviz.engine" in place.joinpath("cmdline").read_bytes()
            count += ours and named and state[0] != "Z"
    return count
