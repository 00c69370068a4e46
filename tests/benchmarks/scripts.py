"""Every built-in scene as a script of its own, beside the engine: the loss of the last batch and
the mean energy of all data.

    uv run python -m tests.benchmarks.scripts [EPOCHS] [--python PYTHON] [--scenes NAME …]

PYTHON is that of an environment with torch, numpy and matplotlib alone; without it, all else is
out of the scripts' reach.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in
from tests.script.alone import apart, both


def main(epochs: int, python: str, wanted: list[str]) -> int:
    """A row for each scene; 1 where some differ by more than 1 %."""
    far = 0
    print(f"{'scene':<20} {'steps':>6} {'loss':>12} {'engine':>12} {'energy':>12} {'engine':>12}")
    for name in wanted or assets.scene_names():
        scene = built_in(name)
        if "loss" not in scene.facts:
            continue
        steps = epochs * Engine(scene).epoch_steps
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                script, engine = both(scene, steps, Path(folder), python)
            except UserError as error:
                print(f"{name:<20} {error}")
                continue
        pairs = tuple(zip(script, engine, strict=True))
        numbers = " ".join(f"{value:12.6g}" for pair in pairs for value in pair)
        wrong = max(apart(*pair) for pair in pairs) > 0.01
        far += wrong
        said = f"{time.perf_counter() - began:6.0f} s{'  apart' if wrong else ''}"
        print(f"{name:<20} {steps:>6} {numbers} {said}", flush=True)
    return int(far > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("epochs", nargs="?", type=int, default=20)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scenes", nargs="*", default=[])
    given = parser.parse_args()
    sys.exit(main(given.epochs, given.python, given.scenes))
