"""A random user at the real window: does anything break, and does anything grow?

`python -m tests.benchmarks.soak [--minutes M | --actions N] [--seed S] [--json]` opens the window
offscreen with an engine of its own and lets a `RandomUser` train, drag, choose, scrub, undo,
export, save and open. A round of actions ends at rest: on the first scene, with nothing open.
There it trains for a few seconds, and the frames of the slowest of them are counted; then the
widgets and Qt objects, and what both processes hold of files, threads and processes (Linux), which
must not grow beyond what comes and goes, and their memory, which settles once caches are full.
Every exception, warning of Qt and bug told in the window is told here, once for each kind.

Status 1 if there was one, if the engine died, or if the counts of the last round are above those of
the first. The first rounds warm up: caches fill, and what is made on first use is made. Two hours
with a look once a minute: `--minutes 120`; for anyone: `--minutes 10`.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

from ebmviz.core import library
from ebmviz.ui.app import application, window
from ebmviz.ui.collector import Collector
from ebmviz.ui.publish.exporter import Beside
from tests.benchmarks.holdings import census, kinds, of_process
from tests.benchmarks.listener import Listener
from tests.benchmarks.random_user import RandomUser, close_all, discard, tables

ROUND = 60  # actions between two looks
WARM = 1  # rounds
_SOME = 5
COLUMNS = (
    "minutes",
    "actions",
    "widgets",
    "Qt objects",
    "copies out of reach",
    "files",
    "threads",
    "processes",
    "window MB",
    "engine MB",
    "frames/s, slowest second",
    "faults",
)
SWING = {"widgets": 0, "objects": 16, "files": 4, "threads": 4, "processes": 0}
"""At rest, timers, replies and threads that wait for work come and go, without a trend."""
FIRST = "ellipse"
PATIENCE_S = 60.0
PAUSE_MS = (0, 10, 50, 250)  # between two actions
TRAINS_S = 4  # in each round, from which the frames of the slowest second are taken


def slope(rows: list[dict[str, Any]], key: str) -> float:
    """Growth a minute over the second half of the time, by least squares: the first warms up."""
    late = [row for row in rows if row["minutes"] >= rows[-1]["minutes"] / 2]
    if len(late) < 3:
        return 0.0
    minutes, sizes = ([row[k] for row in late] for k in ("minutes", key))
    return round(float(np.polyfit(minutes, sizes, 1)[0]), 2)


def _typical(rows: list[dict[str, Any]]) -> float:
    """Frames of the slowest second, the middle of some rounds."""
    return float(np.median([row["efps"] for row in rows]))


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
        slowest = min(self._frames())
        self.rest()
        widgets, objects = census()
        here, there = of_process(os.getpid()), of_process(self.window.client.pid)
        row = {
            "minutes": round((time.monotonic() - self.began) / 60, 2),
            "actions": self.actions,
            "widgets": widgets,
            "objects": objects,
            "left": max(0, here.locks - len(self.window.store.documents) - self.user.files),
            "files": here.files + there.files,
            "threads": here.threads + there.threads,
            "processes": here.children + there.children,
            "window_mb": here.mb,
            "engine_mb": there.mb,
            "efps": slowest,
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

    def _frames(self) -> Iterator[int]:
        """New frames painted in each second of training at full speed, once it is under way."""
        shown = self.window
        painted: set[int] = set()

        def count() -> None:
            if shown.stage.shot is not None:
                painted.add(id(shown.stage.shot.snapshot))
                held.append(shown.stage.shot.snapshot)  # no two at one address

        held: list[object] = []
        shown.edit({"view.resolution": 256, "view.speed": math.inf})
        canvas = shown.landscape.canvas
        shown.client.play(True)
        self._wait(1000)
        canvas.painted.connect(count)
        for _ in range(TRAINS_S):
            painted.clear()
            held.clear()
            began = time.monotonic()
            self._wait(1000)
            yield round(len(painted) / (time.monotonic() - began))
        canvas.painted.disconnect(count)
        shown.client.play(False)

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
        print(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|", flush=True)
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
    grown = {k: row[k] - warm[k] for k in SWING}
    report: dict[str, Any] = {
        "rows": soak.rows,
        "faults": found.first,
        "counts": found.kinds,
        "told": found.told,
        "grown": grown,
        "mb_per_minute": {k: slope(soak.rows, k) for k in ("window_mb", "engine_mb")},
        "efps": {"first": _typical(soak.rows[:_SOME]), "last": _typical(soak.rows[-_SOME:])},
        "came": dict((kinds() - before).most_common(30)),
    }
    if args.json:
        print(json.dumps(report, indent=1))
    else:
        said = ("told", "counts", "grown", "mb_per_minute", "efps", "came")
        print(*(f"{k}: {dict(report[k])}" for k in said), sep="\n")
    soak.close()
    flat = all(count <= SWING[k] for k, count in grown.items()) and soak.rows[-1]["left"] <= 0
    return 0 if flat and not found.kinds else 1


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # Qt objects die in an undefined order at exit
