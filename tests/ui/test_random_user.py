"""A random user breaks nothing, and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.benchmarks.soak import SWING

ACTIONS = 180


def test_a_random_user_breaks_nothing_and_nothing_grows() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.soak", "--json", "--seed", "5"]
    done = subprocess.run(
        [*command, "--actions", str(ACTIONS), "--minutes", "6"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["rows"][-1]["actions"] >= ACTIONS
    assert not report["faults"], "\n".join(report["faults"].values())
    assert all(report["grown"][name] <= most for name, most in SWING.items()), report["came"]
    assert done.returncode == 0
