"""A random user at the real window: does anything break, and does anything grow?

`python -m tests.benchmarks.soak [--minutes M | --actions N] [--seed S] [--json]` opens the window
offscreen with an engine of its own and lets a `RandomUser` train, drag, choose, scrub, undo,
export, save and open. A round of actions ends at rest: on the first scene, with nothing open.
There the widgets and Qt objects are counted, which must not grow beyond what comes and goes, and
the memory of both processes is read (Linux), which settles once caches are full. Every exception,
warning of Qt and bug told in the window is told here, once for each kind.

Status 1 if there was one, if the engine died, or if the counts of the last round are above those of
the first. The first rounds warm up: caches fill, and what is made on first use is made.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import faulthandler
import gc
import json
import logging
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer, QtMsgType
from PySide6.QtCore import qInstallMessageHandler as install_message_handler
from PySide6.QtWidgets import QApplication

from ebmviz.core import library
from ebmviz.core.errors import Problem
from ebmviz.ui.app import application, window
from ebmviz.ui.collector import Collector
from ebmviz.ui.publish.exporter import Beside
from ebmviz.ui.window import Window
from tests.benchmarks.random_user import RandomUser, close_all, discard, tables

ROUND = 60  # actions between two looks
WARM = 1  # rounds
SWING = {"widgets": 0, "objects": 16}  # at rest, timers and replies come and go, without a trend
FIRST = "ellipse"
PATIENCE_S = 60.0
PAUSE_MS = (0, 10, 50, 250)  # between two actions
_UNAVOIDABLE = "This plugin does not support"  # of the offscreen platform, on every window


class Listener:
    """Counts what goes wrong: kind → how often; `first` has the whole text of each."""

    def __init__(self) -> None:
        self.kinds: collections.Counter[str] = collections.Counter()
        self.first: dict[str, str] = {}
        self.told: collections.Counter[str] = collections.Counter()  # problems said to the user
        self.deeds: collections.deque[str] = collections.deque(maxlen=6)

    def listen(self, shown: Window) -> None:
        """To Python, to Qt and to the window."""
        sys.excepthook = self._raised
        sys.unraisablehook = lambda a: self._raised(a.exc_type, a.exc_value, a.exc_traceback)
        threading.excepthook = lambda a: self._raised(a.exc_type, a.exc_value, a.exc_traceback)
        install_message_handler(lambda kind, _, text: self._warned(kind, text))
        handler = logging.Handler(logging.ERROR)
        handler.emit = self._logged  # type: ignore[method-assign]
        logging.getLogger().addHandler(handler)
        shown.client.failed.connect(lambda problem, _: self._told(problem))
        shown.client.lost.connect(lambda problem, _: self._told(problem))

    def _note(self, kind: str, text: str) -> None:
        self.kinds[kind] += 1
        if kind not in self.first:
            self.first[kind] = f"{text}\nafter {', '.join(self.deeds)}"
            print(f"--- {kind}\n{self.first[kind]}", file=sys.stderr, flush=True)

    def _raised(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        last = (traceback.extract_tb(where) or [None])[-1]
        place = f" in {Path(last.filename).name}:{last.name}" if last else ""
        text = "".join(traceback.format_exception(kind, error, where))
        self._note(f"{kind.__name__}{place}", text)

    def _warned(self, kind: QtMsgType, text: str) -> None:
        quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if not quiet and _UNAVOIDABLE not in text:
            self._note(f"Qt: {text[:60]}", text)

    def _logged(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0]:
            self._raised(*record.exc_info)
        else:
            self._note(f"log: {record.getMessage()[:60]}", record.getMessage())

    def _told(self, problem: Problem) -> None:
        self.told[problem.kind] += 1
        if problem.kind in ("bug", "died"):
            self._note(f"{problem.kind}: {problem.message[:70]}", problem.message)


def living() -> list[QObject]:
    """The Qt objects that Python knows and that have not been deleted."""
    return [o for o in gc.get_objects() if isinstance(o, QObject) and shiboken6.isValid(o)]


def census() -> tuple[int, int]:
    """Widgets, and Qt objects that belong to one of them or that Python knows."""
    objects = {shiboken6.getCppPointer(o)[0] for o in living()}
    for top in QApplication.topLevelWidgets():
        objects |= {shiboken6.getCppPointer(o)[0] for o in top.findChildren(QObject)}
    return len(QApplication.allWidgets()), len(objects)


def kinds() -> collections.Counter[str]:
    """How many Qt objects of each class Python knows: what to look for when they grow."""
    return collections.Counter(type(o).__name__ for o in living())


def megabytes(pid: int) -> float:
    """Resident memory of a process; 0 where it cannot be told."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return 0.0


def slope(rows: list[dict[str, Any]], key: str) -> float:
    """Growth a minute over the second half of the time, by least squares: the first warms up."""
    late = [row for row in rows if row["minutes"] >= rows[-1]["minutes"] / 2]
    if len(late) < 3:
        return 0.0
    minutes, sizes = ([row[k] for row in late] for k in ("minutes", key))
    return round(float(np.polyfit(minutes, sizes, 1)[0]), 2)


class Soak:
    """One window, one user, one listener."""

    def __init__(self, seed: int, home: Path) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME"):  # not the user's own
            os.environ[f"XDG_{name}"] = str(home / name.lower())
        self.dice = random.Random(seed)
        self.app = application()
        self.window = window(FIRST)
        self.listener = Listener()
        self.listener.listen(self.window)
        self.window.resize(1280, 800)
        self.window.show()
        folder = home / "files"
        folder.mkdir()
        self.user = RandomUser(self.window, self.dice, folder, lambda: self._wait(4))
        answers, files = random.Random(seed), tables(folder)
        self._timer = QTimer()
        self._timer.timeout.connect(lambda: discard(answers, files))
        self._timer.start(20)
        self.actions = 0
        self.began = time.monotonic()
        self.rows: list[dict[str, Any]] = []

    def round(self) -> dict[str, Any]:
        """ROUND actions, and a look at rest."""
        for _ in range(ROUND):
            self.listener.deeds.append(self.user.act())
            self.actions += 1
            self._wait(self.dice.choice(PAUSE_MS))
        self.rest()
        widgets, objects = census()
        row = {
            "minutes": round((time.monotonic() - self.began) / 60, 2),
            "actions": self.actions,
            "widgets": widgets,
            "objects": objects,
            "window_mb": round(megabytes(os.getpid()), 1),
            "engine_mb": round(megabytes(self.window.client.pid), 1),
            "faults": sum(self.listener.kinds.values()),
        }
        self.rows.append(row)
        return row

    def rest(self) -> None:
        """Nothing open, nothing moving, the first scene on the screen, garbage gone."""
        shown = self.window
        close_all(shown)
        if shown.isFullScreen():
            shown.acts["present"].trigger()
        shown.client.sample(False)
        shown.client.play(False)
        shown.document.give_up()
        shown.document.begin(library.scene(FIRST, shown.store.catalogue))
        shown.resize(1280, 800)
        self._until(self._settled)
        self._wait(300)  # what was put off is done
        for card in shown.stage.side:
            card.menu.clear()  # its entries are made anew whenever it opens
        collector = self.app.findChild(Collector)
        for _ in range(2):
            collector.full()  # type: ignore[union-attr]
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def close(self) -> None:
        """As a person does."""
        self.window.document.give_up()
        self.window.close()

    def _settled(self) -> bool:
        shot = self.window.stage.shot
        if shot is None or not self.window.client.ready:
            if not self.window.client.alive:
                self.window.client.restart()
            return False
        full = self.window.store.scene.view.resolution
        newest = shot.snapshot.generation == self.window.client.generation
        drawing = self.window.findChildren(Beside)  # also one that ends late, until it is gone
        return newest and not drawing and len(shot.snapshot.arrays.get("map", ())) == full

    def _wait(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _until(self, condition: Any) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the window did not come to rest")
            self._wait(20)


def main() -> int:
    """Prints a line for each round, then what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--actions", type=int, default=10**9, help="at most so many")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="one object at the end, not the table")
    args = parser.parse_args()
    faulthandler.enable()
    with tempfile.TemporaryDirectory(prefix="ebmviz-soak-") as home:
        return _soak(args, Path(home))


def _soak(args: argparse.Namespace, home: Path) -> int:
    soak = Soak(args.seed, home)
    soak.rest()
    if not args.json:
        print("| minutes | actions | widgets | Qt objects | window MB | engine MB | faults |")
        print("|---|---|---|---|---|---|---|", flush=True)
    for _ in range(min(WARM + 1, max(1, args.actions // ROUND))):
        row = soak.round()
    before = kinds()
    while True:
        if not args.json:
            print("| " + " | ".join(map(str, row.values())) + " |", flush=True)
        if soak.actions >= args.actions or row["minutes"] >= args.minutes:
            break
        row = soak.round()
    found = soak.listener
    warm = soak.rows[min(WARM, len(soak.rows) - 1)]
    grown = {k: row[k] - warm[k] for k in ("widgets", "objects")}
    report: dict[str, Any] = {
        "rows": soak.rows,
        "faults": found.first,
        "counts": found.kinds,
        "told": found.told,
        "grown": grown,
        "mb_per_minute": {k: slope(soak.rows, k) for k in ("window_mb", "engine_mb")},
        "came": dict((kinds() - before).most_common(30)),
    }
    if args.json:
        print(json.dumps(report, indent=1))
    else:
        said = ("told", "counts", "grown", "mb_per_minute", "came")
        print(*(f"{k}: {dict(report[k])}" for k in said), sep="\n")
    soak.close()
    flat = all(count <= SWING[k] for k, count in grown.items())
    return 0 if flat and not found.kinds else 1


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # Qt objects die in an undefined order at exit
