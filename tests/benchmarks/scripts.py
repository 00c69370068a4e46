"""Every built-in scene as a script of its own, beside the engine: the loss of the last batch and
the mean energy of all data.

    uv run python -m tests.benchmarks.scripts [EPOCHS]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in
from tests.script.alone import apart, both


def main(epochs: int) -> int:
    """A row for each scene; 1 where some differ by more than 1 %."""
    far = 0
    print(f"{'scene':<20} {'steps':>6} {'loss':>12} {'engine':>12} {'energy':>12} {'engine':>12}")
    for name in assets.scene_names():
        scene = built_in(name)
        if "loss" not in scene.facts:
            continue
        steps = epochs * Engine(scene).epoch_steps
        with tempfile.TemporaryDirectory() as folder:
            try:
                script, engine = both(scene, steps, Path(folder))
            except UserError as error:
                print(f"{name:<20} {error}")
                continue
        pairs = tuple(zip(script, engine, strict=True))
        numbers = " ".join(f"{value:12.6g}" for pair in pairs for value in pair)
        wrong = max(apart(*pair) for pair in pairs) > 0.01
        far += wrong
        print(f"{name:<20} {steps:>6} {numbers}{'  apart' if wrong else ''}", flush=True)
    return int(far > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
