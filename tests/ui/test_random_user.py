"""A random user breaks nothing, and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.benchmarks.soak import SWING


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "actions"), [(5, 120), (6, 400)])
def test_a_random_user_breaks_nothing_and_nothing_grows(seed: int, actions: int) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.soak", "--json", "--seed", str(seed)]
    done = subprocess.run(
        [*command, "--actions", str(actions), "--minutes", "6"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["rows"][-1]["actions"] >= actions
    assert not report["faults"], "\n".join(report["faults"].values())
    assert all(report["grown"][name] <= most for name, most in SWING.items()), report["came"]
    assert done.returncode == 0
