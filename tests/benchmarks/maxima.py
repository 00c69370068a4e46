"""Every whole-number parameter of every scene at its accepted maximum, alone, and all at once.

`python -m tests.benchmarks.maxima [SCENE …] [--only PATH] [--seconds S] [--gigabytes G] [--json]`
builds each case in a process of its own that may take G more, and prints how much memory its first
frame and its first training step took beyond that of an idle engine, and after how many seconds
each was there, beside what was said before; or the sentence that refused it. `--needs` names the
slowest measures. Status 1 unless every case shows a frame within S seconds, has said that it will
take longer, or is refused in a sentence.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ebmviz.core import assets, library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.params import Value
from ebmviz.core.scene import Scene, replace, visible
from ebmviz.core.snapshot import Array

_NOT_SIZES = ("seed", "view.answer")  # whole numbers that make nothing larger
_LOOK_S = 0.01
_MB = 1 << 20


@dataclass
class Case:
    """One scene with one parameter at its maximum, or all of them ("all"): megabytes and seconds.

    said: before it began. refused: why there is no frame.
    """

    scene: str
    path: str
    value: Value
    wanted_mb: float = 0.0
    said: str = ""
    refused: str = ""
    frame_mb: float = 0.0
    frame_s: float = 0.0
    step_mb: float = 0.0
    step_s: float = 0.0
    slowest: dict[str, float] = field(default_factory=dict)

    def line(self) -> str:
        """Of the table."""
        numbers = f"{self.frame_mb:>7.0f} MB {self.frame_s:>7.2f} s"
        if self.step_s:
            numbers += (
                f"   step {self.wanted_mb:>6.0f} → {self.step_mb:>6.0f} MB {self.step_s:>7.2f} s"
            )
        words = f"{self.refused or self.said} {self.slowest or ''}"
        return f"{self.scene:<20}{self.path:<20}{self.value!s:>7}{numbers}  {words}"


def cases(scene: Scene, catalogue: Catalogue) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of a case, and what it changes."""
    every: dict[str, object] = {
        path: int(param.high)
        for path, param in visible(scene, catalogue).items()
        if param.type == "int" and path not in _NOT_SIZES
    }
    yield "", {}
    yield from ((path, {path: value}) for path, value in every.items())
    yield "all", every


def shown(scene: Scene) -> tuple[str, ...]:
    """What a window asks of the engine for a scene."""
    from ebmviz.figures import registry
    from ebmviz.figures.slots import cards

    main = registry.main(scene) or registry.FIGURES["landscape"]
    return tuple(dict.fromkeys(need for each in (main, *cards(scene)) for need in each.needs))


def build(scene: Scene, room: int, needs: bool, answer: Connection) -> None:
    """In a process of its own: the first frame and step of a scene, or why there are none."""
    import torch

    from ebmviz.core.process.machine import engine_threads
    from ebmviz.engine.measures.base.measure import Measure
    from ebmviz.engine.measures.base.subject import Subject
    from ebmviz.engine.model import ceiling
    from ebmviz.engine.model import measuring as measures
    from ebmviz.engine.model.engine import Engine
    from ebmviz.engine.model.foresight import Model
    from ebmviz.engine.model.problems import problem_of
    from ebmviz.engine.server.frames import Frames
    from ebmviz.engine.training import step

    took: dict[str, float] = {}
    torch.set_num_threads(engine_threads())
    ceiling.limit_memory(int(room / ceiling.SHARE))
    for name, measure in list(measures.MEASURES.items()) if needs else []:

        def timed(subject: Subject, measure: Measure = measure) -> dict[str, Array]:
            began = time.perf_counter()
            found = measure.arrays(subject)
            took[measure.need] = round(time.perf_counter() - began, 2)
            return found

        measures.MEASURES[name] = dataclasses.replace(measure, arrays=timed)
    idle, began, peak = resident(), time.perf_counter(), Peak()
    try:
        engine = Engine(scene, lambda said: answer.send({"said": said}))
        model = Model(scene, engine.task, engine.catalogue)
        wanted = 0.0 if model.small else model.held(*model.sizes)
        took["build"] = round(time.perf_counter() - began, 2)
        Frames().quick(engine, shown(scene), 1)
        seconds = time.perf_counter() - began
        slowest = dict(sorted(took.items(), key=lambda t: -t[1])[: 3 if needs else 0])
        answer.send(
            {"frame_s": seconds, "frame_mb": (peak.most() - idle) / _MB, "slowest": slowest}
        )
        idle, began, peak = resident(), time.perf_counter(), Peak()
        step.advance(engine.task, engine.state, 1)
        seconds = time.perf_counter() - began
        now = {"step_s": seconds, "step_mb": (peak.most() - idle) / _MB}
        answer.send({**now, "wanted_mb": wanted / _MB})
    except Exception as error:
        answer.send({"refused": problem_of(error, scene).message})


class Peak:
    """The most memory that this process has held, looked at a hundred times a second."""

    def __init__(self) -> None:
        self._most = 0
        threading.Thread(target=self._look, daemon=True).start()

    def most(self) -> int:
        """Bytes."""
        return max(self._most, resident())

    def _look(self) -> None:
        while True:
            self._most = max(self._most, resident())
            time.sleep(_LOOK_S)


def resident() -> int:
    """Bytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def run(case: Case, scene: Scene, seconds: float, room: int, needs: bool) -> Case:
    """Fill in what came of it, within so many seconds."""
    context = multiprocessing.get_context("forkserver")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=build, args=(scene, room, needs, there), daemon=True)
    child.start()
    there.close()
    deadline = time.perf_counter() + seconds
    try:
        while here.poll(max(0.0, deadline - time.perf_counter())):
            for name, value in here.recv().items():
                setattr(case, name, value)
    except EOFError:
        child.join()
        if not (case.refused or case.frame_s):
            case.refused = f"the process ended ({child.exitcode})"
    child.kill()
    child.join()
    return case


def fails(case: Case) -> bool:
    """Whether a person would have been left without a picture and without a word."""
    ended = case.refused.startswith("the process ended")
    return ended or not (case.frame_s or case.said or case.refused)


def main() -> int:
    """Print the table as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", nargs="*")
    parser.add_argument("--only", default="", help="one parameter, or all")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--gigabytes", type=float, default=8.0)
    parser.add_argument("--needs", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    multiprocessing.get_context("forkserver").set_forkserver_preload(
        [
            "ebmviz.engine.model.measuring",
            "ebmviz.engine.server.frames",
            "ebmviz.figures.registry",
        ]
    )
    catalogue, bad = library.shipped_catalogue(), 0
    for name in args.scenes or assets.scene_names():
        scene = replace(library.scene(name, catalogue), {"device": "cpu"}, catalogue)
        for path, changes in cases(scene, catalogue):
            if args.only and path != args.only:
                continue
            value = "" if path == "all" else changes.get(path, "")
            case = Case(name, path, value)
            changed = replace(scene, changes, catalogue)
            run(case, changed, args.seconds, int(args.gigabytes * (1 << 30)), args.needs)
            bad += fails(case)
            print(json.dumps(asdict(case), ensure_ascii=False) if args.json else case.line())
            sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
