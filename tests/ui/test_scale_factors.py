"""On scaled screens nothing is beyond the edge, cut, or on something else."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.slow import sparing

# Factor of the screen, and sizes of the window in points.
SCREENS = {
    1.25: ("1093x614",),
    1.5: ("1280x800",),
    2.0: ("960x540",),
    3.0: ("1024x600",),
}
OFTEN = (1.25,)
"""That of every run: no whole number, and the smallest window."""


@pytest.mark.parametrize(
    "factor",
    sparing(SCREENS, OFTEN),
)
def test_nothing_is_cut_at_a_scale_factor(factor: float) -> None:
    own = {**os.environ, "QT_SCALE_FACTOR": str(factor), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.scaled", *SCREENS[factor]],
        env=own,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    ratios = [v for k, v in found.items() if k.endswith("ratio")]
    assert ratios == [[factor, factor]] * len(SCREENS[factor])
    assert {k: v for k, v in found.items() if "ratio" not in k and v} == {}
