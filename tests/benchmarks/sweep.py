"""A sweep against the sum of its runs: python -m tests.benchmarks.sweep [--steps N] [--runs N].

With --cluster it is done once more by the workers of a Dask scheduler on this machine, and the two
tables are compared.

Wall times of the program as a person starts it: the sweep once, a few single runs (`ebmviz train`)
and their mean times the number of runs. Beside it what the runs themselves took within the sweep,
and what the same trainings take in one process that is there already, one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.cluster import Cluster

_FEW = 4  # single runs that are timed


def main() -> None:
    """Print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scene", default="ellipse")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cluster", action="store_true")
    args = parser.parse_args()
    more = ("--steps", str(args.steps))
    with tempfile.TemporaryDirectory() as folder:
        over = f"seed=1..{args.runs}"
        words = ("sweep", args.scene, "--over", over, *more, "--workers", str(args.workers))
        sweep = _seconds(*words, "-o", folder)
        rows = json.loads((Path(folder) / "table.json").read_text("utf-8"))
    if args.cluster:
        _by_cluster(words, args.workers, [dict(row) for row in rows])
    single = [_seconds("train", args.scene, "--set", f"seed={s}", *more) for s in range(_FEW)]
    summed = args.runs * sum(single) / len(single)
    within, here = sum(row["seconds"] for row in rows), _here(args.scene, args.steps, args.runs)
    print(f"load {os.getloadavg()[0]:.1f}; {args.runs} runs of {args.scene}, {args.steps} steps")
    print(f"{1e3 * sweep / args.runs:.2f} ms a run; ", end="")
    print(f"sweep {sweep:.1f} s; single {summed / args.runs:.2f} s each, {summed:.1f} s in all")
    print(f"sweep / sum of single runs: {sweep / summed:.3f}")
    print(f"trainings alone: {within:.1f} s within the sweep, {here:.1f} s in one process")
    print(f"sweep / trainings in one process: {sweep / here:.3f}")


def _by_cluster(words: tuple[str, ...], workers: int, rows: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        cluster = Cluster(Path(place), workers)
        try:
            took = _seconds(*words, "--scheduler", cluster.address, "-o", f"{place}/sweep")
        finally:
            cluster.stop()
        theirs = json.loads(Path(place, "sweep", "table.json").read_text("utf-8"))
    for row in (*rows, *theirs):
        row["seconds"] = 0.0
    print(f"by a cluster {took:.1f} s, {1e3 * took / len(rows):.2f} ms a run; ", end="")
    print("the same table" if rows == theirs else "ANOTHER TABLE")


def _seconds(*words: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "ebmviz", *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _here(name: str, steps: int, runs: int) -> float:
    """Seconds of the same runs, torch being there."""
    import torch

    from ebmviz.core import library
    from ebmviz.core.scene import replace
    from ebmviz.engine.model.opening import opened
    from ebmviz.engine.model.registry import catalogue

    torch.set_num_threads(1)
    scene = library.scene(name, catalogue())
    began = time.perf_counter()
    for seed in range(1, runs + 1):
        model = opened(replace(scene, {"seed": seed}, catalogue()))
        done = 0
        while done < steps:
            done += model.train(steps - done)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
