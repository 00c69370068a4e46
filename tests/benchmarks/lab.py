"""The lab against one run alone: python -m tests.benchmarks.lab [SCENE] [--lanes PATH=a,b,c].

CPU times on one thread, the best of turns that alternate: what else the machine does falls on both
alike. Without --lanes: twelve seeds, twelve rates, and the losses that fit.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch

from ebmviz.core import library
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model import build, lab_lanes, registry
from ebmviz.engine.training import step
from ebmviz.engine.training.lab import Lab
from ebmviz.engine.training.problem import Problem

STEPS, TURNS = 400, 8  # steps of a turn: about as many as the window asks for at once


def main() -> None:
    """Print µs per step of all lanes, of the scene alone, and of all lanes one by one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", nargs="?", default="ellipse")
    parser.add_argument("--lanes", action="append")
    args = parser.parse_args()
    torch.set_num_threads(1)
    catalogue = registry.catalogue()
    scene = replace(library.scene(args.scene, catalogue), {"device": "cpu"}, catalogue)
    rate = scene.number("optimizer.lr")
    rates = ",".join(f"{rate * 0.8**i:.4g}" for i in range(12))
    for text in args.lanes or ("seed=1..12", f"optimizer.lr={rates}", ""):
        _compare(replace(scene, {"view.lanes": text}, catalogue), text)


def _compare(scene: Scene, text: str) -> None:
    catalogue = registry.catalogue()
    task = build.problem(scene, torch.device("cpu"))
    lab = Lab(lab_lanes.tasks(scene, catalogue, task), task)
    runs: dict[str, Callable[[], object]] = {"lab": lambda: lab.train(STEPS), "own": _alone(task)}
    for lane in lab.lane_tasks:
        runs[f"lane {lane.key}"] = _alone(lane.task)
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(TURNS):
        for name, run in runs.items():
            began = time.process_time()
            run()
            best[name] = min(best[name], 1e6 * (time.process_time() - began) / STEPS)
    together, own = best.pop("lab"), best.pop("own")
    print(
        f"{scene.name}, {len(best)} lanes over {text or 'losses'}: {together:.0f} µs a step, "
        f"{together / own:.2f} × the scene alone ({own:.0f} µs), "
        f"{together / sum(best.values()):.2f} × all one by one"
    )


def _alone(task: Problem) -> Callable[[], object]:
    state = step.start(task)

    def run() -> None:
        nonlocal state
        state = step.advance(task, state, STEPS).state

    return run


if __name__ == "__main__":
    main()
