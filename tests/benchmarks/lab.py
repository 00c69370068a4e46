"""The loss lab against one loss alone: python -m tests.benchmarks.lab [SCENE] [--losses N].

CPU times, the best of turns that alternate: what else the machine does falls on both alike.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.engine.model import build, lab_losses, registry
from ebmviz.engine.training import step
from ebmviz.engine.training.lab import Lab

STEPS, TURNS = 32, 10


def main() -> None:
    """Print µs per step, and the lab's rate as a part of each loss's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", nargs="?", default="implicit-regression")
    parser.add_argument("--losses", type=int, default=10)
    args = parser.parse_args()
    torch.set_num_threads(1)
    catalogue = registry.catalogue()
    scene = replace(library.scene(args.scene, catalogue), {"device": "cpu"}, catalogue)
    task = build.problem(scene, torch.device("cpu"))
    lab = Lab(task, lab_losses.losses(scene, catalogue)[: args.losses])
    runs: dict[str, Callable[[], object]] = {"lab": lambda: lab.train(STEPS)}
    for kind, one in zip(lab.kinds, lab.tasks, strict=True):
        runs[kind] = _alone(one)
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(TURNS):
        for name, run in runs.items():
            began = time.process_time()
            run()
            best[name] = min(best[name], (time.process_time() - began) / STEPS)
    together = best.pop("lab")
    print(f"{len(lab.kinds)} losses of {args.scene} together: {1e6 * together:.0f} µs a step")
    for kind, seconds in best.items():
        print(
            f"  {kind:20} {1e6 * seconds:6.0f} µs alone; rate of the lab {seconds / together:.2f}"
        )
    mean = sum(best.values()) / len(best)
    own = best.get(scene.kind("objective"), mean)
    print(f"ratio {own / together:.2f} to the scene's own loss, {mean / together:.2f} to the mean")


def _alone(task: step.Problem) -> Callable[[], object]:
    state = step.start(task)

    def run() -> None:
        nonlocal state
        state = step.advance(task, state, STEPS).states[-1]

    return run


if __name__ == "__main__":
    main()
