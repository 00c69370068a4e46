"""Whatever is done, in any order: undo leads back to the first state, redo to the last."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ebmviz.engine.model import report
from tests.scenes import small
from tests.slow import slow
from tests.ui.any_hand import Hand, gone_through
from tests.ui.conftest import Student

_SCENES = ("ellipse", "kmeans", "mixture", "ellipse-warm")


@pytest.mark.parametrize(("seed", "actions"), [(1, 25), slow(100, 100), slow(101, 100)])
def test_any_sequence_is_undone_and_done_again(
    sit_down: Callable[..., Student],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    seed: int,
    actions: int,
) -> None:
    # Said of the weights in a file, and dear: nothing here is about it.
    monkeypatch.setattr(report, "meter", lambda *_: {})
    student = sit_down(scene=small("ellipse"))
    hand = Hand(student, seed, tmp_path, _SCENES)
    gone_through(hand, actions)
    hand.leave()


@pytest.mark.slow
@pytest.mark.parametrize("sequences", [2, 60])
def test_sequences_over_all_scenes_are_undone_and_done_again(sequences: int) -> None:
    """Those of `tests.benchmarks.history`, which has run many more."""
    command = [sys.executable, "-m", "tests.benchmarks.history", "--processes", "1"]
    done = subprocess.run(
        [*command, "--sequences", str(sequences)], capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{sequences} sequences" in done.stdout
