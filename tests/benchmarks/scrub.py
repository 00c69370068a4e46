"""How soon any step of a long run is there again, and whether it is what it was.

`python -m tests.benchmarks.scrub [--steps N] [--json]` trains each scene with ten changes on the
way, seeks 200 random steps, and compares 50 of them, bit for bit, with a run that was never
interrupted. Minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np
import torch

from ebmviz.core import library
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.problem import TrainState

CATALOGUE = registry.catalogue()
SEEKS, COMPARED, CHANGES = 200, 50, 10
SCENES: dict[str, dict[str, object]] = {
    "horn": {},
    "horn with Adam": {"optimizer.kind": "adam", "optimizer.lr": 0.003},
    "jem": {},
    "sparse-coding": {},
    "hopfield": {},
}
_SHORTER = {"jem": 40, "sparse-coding": 10, "hopfield": 10}
"""Of how many steps one is done: the others would take an hour."""


@dataclass(frozen=True)
class Found:
    """Milliseconds from order to state, bytes of the keys, and how many steps were not the same."""

    scene: str
    steps: int
    p50_ms: float
    p95_ms: float
    most_ms: float
    keys_mb: float
    compared: int
    unlike: int


def main() -> int:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", nargs="*", choices=[[], *SCENES], metavar="SCENE")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not given.json:
        print(f"{'scene':16} {'steps':>7} {'p50':>9} {'p95':>9} {'most':>9} {'keys':>9}  unlike")
    found = []
    for name in given.scenes or SCENES:
        found.append(f := scrub(name, given.steps))
        if not given.json:
            times = "".join(f" {ms:6.1f} ms" for ms in (f.p50_ms, f.p95_ms, f.most_ms))
            unlike = f"{f.unlike} of {f.compared}"
            print(f"{name:16} {f.steps:7}{times} {f.keys_mb:6.1f} MB  {unlike}", flush=True)
    if given.json:
        print(json.dumps([asdict(each) for each in found], indent=1))
    return 0


def scrub(name: str, steps: int) -> Found:
    """Train one scene, and go through it again."""
    key = name.split()[0]
    steps //= _SHORTER.get(key, 1)
    scene = replace(library.scene(key, CATALOGUE), {"device": "cpu", **SCENES[name]}, CATALOGUE)
    chosen = np.random.default_rng(5).permutation(steps)
    engine = Engine(scene)
    for end, change in changes(scene, steps):
        engine.train(end - engine.state.step)
        engine.set_scene(replace(engine.scene, change, CATALOGUE))
    engine.train(steps - engine.state.step)
    took = []
    for step in chosen[:SEEKS].tolist():
        began = time.perf_counter()
        engine.seek(step)
        assert engine.weights
        took.append(1e3 * (time.perf_counter() - began))
    compared = sorted(chosen[:COMPARED].tolist())
    unlike = sum(
        not equal(engine.trainer.at(step), state)
        for step, state in uninterrupted(scene, steps, compared)
    )
    p50, p95 = np.percentile(took, [50, 95]).tolist()
    size = engine.trainer.run.size / 2**20
    return Found(name, steps, p50, p95, max(took), size, len(compared), unlike)


def changes(scene: Scene, steps: int) -> list[tuple[int, dict[str, object]]]:
    """The rate, ten times, at steps evenly apart."""
    rate = scene.number("optimizer.lr")
    at = np.linspace(0, steps, CHANGES + 2, dtype=int)[1:-1]
    return [(int(s), {"optimizer.lr": rate * (0.5 + 0.1 * i)}) for i, s in enumerate(at)]


def uninterrupted(scene: Scene, steps: int, wanted: list[int]) -> list[tuple[int, TrainState]]:
    """The states of another run after the wanted steps."""
    engine, out = Engine(scene), []
    due = dict(changes(scene, steps))
    for step in sorted({*wanted, *due}):
        engine.train(step - engine.state.step)
        if step in due:
            engine.set_scene(replace(engine.scene, due[step], CATALOGUE))
        if step in wanted:
            out.append((step, engine.state))
    return out


def equal(one: TrainState, other: TrainState) -> bool:
    """In every tensor."""
    mine, theirs = {**one.weights, **one.slots}, {**other.weights, **other.slots}
    return mine.keys() == theirs.keys() and all(torch.equal(t, theirs[k]) for k, t in mine.items())


if __name__ == "__main__":
    sys.exit(main())
