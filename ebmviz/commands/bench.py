"""Measure this machine: maps, maps of a network, training, sampling, the window (offscreen unless
told), and how all that grows with its sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

SUMMARY = "measure this machine"
ORDER = 70

PARTS = ("landscape", "network", "training", "sampling", "window", "growth")


def configure(parser: argparse.ArgumentParser) -> None:
    """[PART], --json."""
    parser.add_argument("part", nargs="?", choices=PARTS, help="default: all of them")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Print the figures of one part, or of all under their names."""
    parts = [args.part] if args.part else list(PARTS)
    found = {part: _measure(part) for part in parts}
    shown: dict[str, Any] = found[args.part] if args.part else found
    if args.json:
        print(json.dumps(shown, indent=2))
    else:
        _print(shown, "")
    return 0


def _measure(part: str) -> dict[str, Any]:
    if part == "window":
        return _window()
    import torch

    from ebmviz.bench import engine, growth, sampling
    from ebmviz.core.process.machine import engine_threads

    torch.set_num_threads(engine_threads())
    module = {"sampling": sampling, "growth": growth}.get(part, engine)
    measured: dict[str, Any] = getattr(module, part)()
    return measured


def _window() -> dict[str, Any]:
    from ebmviz.commands.base.display import missing_libraries
    from ebmviz.core.errors import UserError

    environment = dict(os.environ)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    missing_libraries(environment["QT_QPA_PLATFORM"])
    command = [sys.executable, "-P", "-m", "ebmviz.bench.window", str(time.time())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise UserError(f"the window could not be measured: {last}")
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _print(found: Any, indent: str) -> None:
    for name, value in found.items():
        if isinstance(value, dict):
            print(f"{indent}{name}")
            _print(value, indent + "  ")
        elif isinstance(value, list):
            print(f"{indent}{name}")
            for row in value:
                print(indent + "  " + "  ".join(f"{k} {v}" for k, v in row.items()))
        else:
            print(f"{indent}{name}: {value:.4g}")
