"""Every stop of every shipped lesson, gone to as a reader does, by the engine.

`python -m tests.benchmarks.lessons [LESSON …]` prints a line for each stop and each answer: the
seconds until its picture is there, the step that it has and the one that it should have. Ends with
1 if a stop was refused, never came, or has another step or another scene. Minutes.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ebmviz.core import library
from ebmviz.core.lesson import shipped
from ebmviz.core.lesson.states import scene_of, step_of, under
from ebmviz.core.lesson.stop import MOST

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop

from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.window import Window

CATALOGUE = library.shipped_catalogue()
PATIENCE = 120.0  # seconds for a stop


@dataclass(frozen=True)
class Reached:
    """A stop as it is on the screen. fault: empty, or what is wrong."""

    lesson: str
    place: str
    seconds: float
    step: int
    wanted: int
    fault: str = ""

    def __str__(self) -> str:
        line = f"{self.lesson:17} {self.place:10} {self.seconds:6.2f} s  step {self.step:4}"
        return f"{line} of {self.wanted:4}  {self.fault}".rstrip()


def walk(
    window: Window, name: str, until: Callable[[Callable[[], bool]], bool], most: int = MOST
) -> Iterator[Reached]:
    """Through a lesson, question by question, `most` stops of it. until: waits for a state; False
    where it gave up.
    """
    refused: list[str] = []
    travel, store = window.lessons.travel, window.store
    travel.refused.connect(refused.append)
    window.lessons.open_shipped(name)
    there = until(lambda: _there(window))
    for at, stop in enumerate(shipped.lesson(name).stops[:most]):
        for revealed in (False, True)[: 1 + stop.asks]:
            began = time.perf_counter()
            travel.go(at, revealed, cut=True)
            there = until(lambda: _there(window)) and there
            took = time.perf_counter() - began
            scene = scene_of(stop, CATALOGUE, revealed)
            wanted = 0 if "still" in scene.facts else step_of(stop, revealed)
            fault = refused.pop() if refused else "" if there else "never came"
            if not fault and travel.step != wanted:
                fault = "another step"
            elif not fault and dict(store.scene.values) != dict(under(scene, store.scene).values):
                fault = "another scene"
            place = f"{at + 1}{' answer' * revealed}"
            yield Reached(name, place, took, travel.step, wanted, fault)
    travel.refused.disconnect(refused.append)


def _there(window: Window) -> bool:
    shot = window.stage.shot
    newest = shot is not None and shot.snapshot.generation >= window.client.generation
    return newest and not window.lessons.travel.moving


def _until(condition: Callable[[], bool]) -> bool:
    end = time.perf_counter() + PATIENCE
    while not condition():
        if time.perf_counter() > end:
            return False
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    return True


def main() -> int:
    """Print a line for each stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lessons", nargs="*", choices=[[], *shipped.names()], metavar="LESSON")
    names = parser.parse_args().lessons or shipped.names()
    app = application()
    theme.apply(app, "light")
    window = Window(library.scene("ellipse", CATALOGUE))
    window.resize(1280, 800)
    window.show()
    faults = 0
    _until(lambda: window.stage.shot is not None)
    for name in names:
        for reached in walk(window, name, _until):
            faults += bool(reached.fault)
            print(reached, flush=True)
    window.client.stop()
    print(f"{faults} faults")
    return min(1, faults)


if __name__ == "__main__":
    sys.exit(main())
